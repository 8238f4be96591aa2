// Sends raw frames, no SDK, so that the figure is the broker's and not the client's. A piscina worker.
import { performance } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import { dialAll, type Target } from './dial.ts';
import { type Generator, type GeneratorReport, runGenerator } from './generator.ts';
import { makeMetronome, type Metronome } from './metronome.ts';
import { OpenSchedule } from './open-schedule.ts';
import { RtHistogram } from './rt-histogram.ts';
import { buildSendFrame, OPAQUE_BASE, type SendFrame } from './send-frame.ts';
import { SendConnection, type SendFrames } from './send-connection.ts';
import type { Tally } from './tally.ts';

export interface FrameSenderTask {
  readonly port: MessagePort;
  readonly target: Target;
  readonly topics: readonly string[];
  readonly queues: number;
  readonly bodyBytes: number;
  readonly waitStoreMsgOk: boolean;
  readonly connections: number;
  /** On each connection: always under way (closed loop), or the most that may be (open loop, when `perSecond` is given). */
  readonly inFlight: number;
  readonly perSecond: number | undefined;
  /** 24 hex digits that differ between generators and runs. */
  readonly uniqPrefix: string;
}

export default function frameSender(task: FrameSenderTask): Promise<GeneratorReport> {
  return runGenerator(task.port, async (tally) => {
    const frames = framesOf(task);
    const sockets = await dialAll(task.target, task.connections);
    return task.perSecond === undefined
      ? new ClosedLoop(tally, (answered) => sockets.map((socket) => new SendConnection(socket, task.inFlight, frames, tally, answered)))
      : new OpenLoop(tally, task.perSecond, (answered) => sockets.map((socket) => new SendConnection(socket, task.inFlight, frames, tally, answered)));
  });
}

/** One for each queue of each topic. */
function framesOf({ topics, queues, bodyBytes, waitStoreMsgOk, uniqPrefix }: FrameSenderTask): SendFrames {
  const frames: SendFrame[] = [];
  for (let queueId = 0; queueId < queues; queueId++) {
    for (const topic of topics) frames.push(buildSendFrame({ topic, queueId, bodyBytes, waitStoreMsgOk, uniqPrefix, opaque: OPAQUE_BASE }));
  }
  return { frames, longest: Math.max(...frames.map(({ bytes }) => bytes.length)), counter: 0 };
}

type Answered = (connection: SendConnection, now: number) => void;
type OpenConnections = (answered: Answered) => SendConnection[];

/** As soon as a send is answered the next one leaves. */
class ClosedLoop implements Generator {
  readonly #tally: Tally;
  readonly #connections: readonly SendConnection[];

  constructor(tally: Tally, open: OpenConnections) {
    this.#tally = tally;
    this.#connections = open((connection, now) => this.#fill(connection, now));
  }

  start(): void {
    for (const connection of this.#connections) this.#fill(connection, performance.now());
  }

  isIdle(): boolean {
    return this.#connections.every(({ underWay }) => underWay === 0);
  }

  giveUp(now: number): { unanswered: number; unsent: number } {
    return { unanswered: this.#connections.reduce((sum, connection) => sum + connection.giveUp(now), 0), unsent: 0 };
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.close();
  }

  #fill(connection: SendConnection, now: number): void {
    if (now < this.#tally.until && connection.free > 0) connection.send(connection.free, now, 0);
  }
}

/** Sends leave when they are due, or as soon as fewer than the most are under way; their time counts from when they were due. */
class OpenLoop implements Generator {
  readonly #tally: Tally;
  readonly #perSecond: number;
  readonly #connections: readonly SendConnection[];
  readonly #lateness: RtHistogram = new RtHistogram();
  #schedule: OpenSchedule | undefined;
  readonly #metronome: Metronome;
  #next = 0;

  constructor(tally: Tally, perSecond: number, open: OpenConnections) {
    this.#tally = tally;
    this.#perSecond = perSecond;
    this.#connections = open((_, now) => this.#sendDue(now));
    this.#metronome = makeMetronome(perSecond, () => this.#sendDue(performance.now()), tally.broke);
  }

  get lateness(): ReturnType<RtHistogram['data']> {
    return this.#lateness.data();
  }

  start(): void {
    const now = performance.now();
    this.#schedule = new OpenSchedule(this.#perSecond, now);
    this.#metronome.start(now);
  }

  isIdle(): boolean {
    const now = performance.now();
    return (now >= this.#tally.sendUntil || this.#dueAt(now) === 0) && this.#connections.every(({ underWay }) => underWay === 0);
  }

  giveUp(now: number): { unanswered: number; unsent: number } {
    const unanswered = this.#connections.reduce((sum, connection) => sum + connection.giveUp(now), 0);
    const schedule = this.#schedule as OpenSchedule;
    const left = this.#dueAt(now);
    const first = schedule.take(left);
    let unsent = 0;
    for (let n = 0; n < left; n++) {
      const since = first + n * schedule.intervalMs;
      if (!this.#tally.isMeasured(since)) continue;
      this.#tally.waiting(since, now);
      unsent++;
    }
    return { unanswered, unsent };
  }

  async close(): Promise<void> {
    await this.#metronome.stop();
    for (const connection of this.#connections) connection.close();
  }

  /** What is due after the end of the measured time is not sent any more. */
  #dueAt(now: number): number {
    return this.#schedule?.due(Math.min(now, this.#tally.until)) ?? 0;
  }

  #sendDue(now: number): void {
    const schedule = this.#schedule;
    if (schedule === undefined || now >= this.#tally.sendUntil) return;
    let due = this.#dueAt(now);
    // In turn over the connections, each with its share in one write; a full one is passed over.
    for (let full = 0; due > 0 && full < this.#connections.length; ) {
      const connection = this.#connections[this.#next] as SendConnection;
      this.#next = (this.#next + 1) % this.#connections.length;
      const count = Math.min(connection.free, Math.ceil(due / this.#connections.length));
      full = count === 0 ? full + 1 : 0;
      if (count === 0) continue;
      const first = schedule.take(count);
      if (this.#tally.isMeasured(first)) for (let n = 0; n < count; n++) this.#lateness.record((now - first - n * schedule.intervalMs) * 1000);
      connection.send(count, first, schedule.intervalMs);
      due -= count;
    }
  }
}
