// The two ways to send: as fast as answers come, or at a fixed rate whatever the answers do.
import { performance } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import type { Generator } from './generator.ts';
import { makeMetronome, type Metronome } from './metronome.ts';
import { OpenSchedule } from './open-schedule.ts';
import { type HistogramData, RtHistogram } from './rt-histogram.ts';
import type { Tally } from './tally.ts';

/** What every sender is told, whatever it sends through. */
export interface SenderTask {
  readonly port: MessagePort;
  readonly bodyBytes: number;
  readonly connections: number;
  /** On each connection: always under way (closed loop), or the most that may be (open loop, when `perSecond` is given). */
  readonly inFlight: number;
  readonly perSecond: number | undefined;
}

/** A connection with a bounded number of sends under way, which it counts when they are answered. */
export interface Lane {
  readonly free: number;
  readonly underWay: number;
  /** Sends `count` messages, not more than are free. The time of the n-th counts from `firstSince + n * intervalMs`. */
  send(count: number, firstSince: number, intervalMs: number): void;
  /** Counts what is under way as waiting. @returns how many */
  giveUp(now: number): number;
  close(): Promise<void> | void;
}

/** To be called after the answers of a turn have been counted, with their places free again. */
export type Answered = (lane: Lane, now: number) => void;
/** Given in order to make the lanes of a loop. */
export type MakeLanes = (answered: Answered) => readonly Lane[];

export function makeLoop(task: SenderTask, tally: Tally, lanes: MakeLanes): Generator {
  return task.perSecond === undefined ? new ClosedLoop(tally, lanes) : new OpenLoop(tally, task.perSecond, lanes);
}

const isAnswered = ({ underWay }: Lane): boolean => underWay === 0;
const closeAll = async (lanes: readonly Lane[]): Promise<void> => void (await Promise.all(lanes.map((lane) => lane.close())));
const giveUpAll = (lanes: readonly Lane[], now: number): number => lanes.reduce((sum, lane) => sum + lane.giveUp(now), 0);

/** As soon as a send is answered the next one leaves. */
class ClosedLoop implements Generator {
  readonly #tally: Tally;
  readonly #lanes: readonly Lane[];

  constructor(tally: Tally, lanes: MakeLanes) {
    this.#tally = tally;
    this.#lanes = lanes((lane, now) => this.#fill(lane, now));
  }

  start(): void {
    for (const lane of this.#lanes) this.#fill(lane, performance.now());
  }

  isIdle(): boolean {
    return this.#lanes.every(isAnswered);
  }

  giveUp(now: number): { unanswered: number; unsent: number } {
    return { unanswered: giveUpAll(this.#lanes, now), unsent: 0 };
  }

  close(): Promise<void> {
    return closeAll(this.#lanes);
  }

  #fill(lane: Lane, now: number): void {
    if (now < this.#tally.until && lane.free > 0) lane.send(lane.free, now, 0);
  }
}

/** Sends leave when they are due, or as soon as fewer than the most are under way; their time counts from when they were due. */
class OpenLoop implements Generator {
  readonly #tally: Tally;
  readonly #perSecond: number;
  readonly #lanes: readonly Lane[];
  readonly #metronome: Metronome;
  readonly #lateness: RtHistogram = new RtHistogram();
  #schedule: OpenSchedule | undefined;
  #next = 0;

  constructor(tally: Tally, perSecond: number, lanes: MakeLanes) {
    this.#tally = tally;
    this.#perSecond = perSecond;
    this.#lanes = lanes((_, now) => this.#sendDue(now));
    this.#metronome = makeMetronome(perSecond, () => this.#sendDue(performance.now()), tally.broke);
  }

  get ready(): Promise<void> {
    return this.#metronome.ready;
  }

  get lateness(): HistogramData {
    return this.#lateness.data();
  }

  start(): void {
    const now = performance.now();
    this.#schedule = new OpenSchedule(this.#perSecond, now);
    this.#metronome.start(now);
  }

  isIdle(): boolean {
    const now = performance.now();
    return (now >= this.#tally.sendUntil || this.#dueAt(now) === 0) && this.#lanes.every(isAnswered);
  }

  giveUp(now: number): { unanswered: number; unsent: number } {
    const unanswered = giveUpAll(this.#lanes, now);
    const left = this.#dueAt(now);
    if (left === 0) return { unanswered, unsent: 0 };
    const { intervalMs, nextDueMs } = this.#schedule as OpenSchedule;
    let unsent = 0;
    for (let n = 0; n < left; n++) {
      const since = nextDueMs + n * intervalMs;
      if (!this.#tally.isMeasured(since)) continue;
      this.#tally.waiting(since, now);
      unsent++;
    }
    return { unanswered, unsent };
  }

  async close(): Promise<void> {
    await this.#metronome.stop();
    await closeAll(this.#lanes);
  }

  /** What would be due after the measured time is never sent. */
  #dueAt(now: number): number {
    return this.#schedule?.due(Math.min(now, this.#tally.until)) ?? 0;
  }

  #sendDue(now: number): void {
    const schedule = this.#schedule;
    if (schedule === undefined || now >= this.#tally.sendUntil) return;
    let due = this.#dueAt(now);
    // In turn over the lanes, each with its share in one write; a full one is passed over.
    for (let full = 0; due > 0 && full < this.#lanes.length; ) {
      const lane = this.#lanes[this.#next] as Lane;
      this.#next = (this.#next + 1) % this.#lanes.length;
      const count = Math.min(lane.free, Math.ceil(due / this.#lanes.length));
      full = count === 0 ? full + 1 : 0;
      if (count === 0) continue;
      const first = schedule.take(count);
      if (this.#tally.isMeasured(first)) for (let n = 0; n < count; n++) this.#lateness.record((now - first - n * schedule.intervalMs) * 1000);
      lane.send(count, first, schedule.intervalMs);
      due -= count;
    }
  }
}
