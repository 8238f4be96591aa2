import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { FrameSplitter, isSuccess, opaqueOf, remarkOf } from './answers.ts';
import { watchConnection } from './dial.ts';
import type { Answered, Lane } from './loops.ts';
import { OPAQUE_BASE, putCounter, putOpaque, type SendFrame } from './send-frame.ts';
import { Slots } from './slots.ts';
import { putStamp } from './stamp.ts';
import type { Tally } from './tally.ts';

/** What all connections of a generator share: the frames to send in turn, and a number that no two messages have in common. */
export interface SendFrames {
  readonly frames: readonly SendFrame[];
  readonly longest: number;
  /** Whether bodies begin with the time from which theirs counts, for the consumers of a mixed load. */
  readonly stamped: boolean;
  counter: number;
}

/** Sends of a turn leave in one write; an answer finds its send by the slot in its opaque. */
export class SendConnection implements Lane {
  readonly #socket: Socket;
  readonly #frames: SendFrames;
  readonly #tally: Tally;
  readonly #splitter: FrameSplitter = new FrameSplitter();
  readonly #slots: Slots;
  #now = 0;

  constructor(socket: Socket, inFlight: number, frames: SendFrames, tally: Tally, answered: Answered) {
    this.#socket = socket;
    this.#frames = frames;
    this.#tally = tally;
    this.#slots = new Slots(inFlight, tally);
    watchConnection(socket, tally);
    const onFrame = (bytes: Buffer, headerAt: number, end: number): void => this.#answer(bytes, headerAt, end);
    socket.on('data', (chunk) => {
      this.#now = performance.now();
      this.#splitter.push(chunk, onFrame);
      answered(this, this.#now);
    });
  }

  get free(): number {
    return this.#slots.free;
  }

  get underWay(): number {
    return this.#slots.underWay;
  }

  send(count: number, firstSince: number, intervalMs: number): void {
    const shared = this.#frames;
    const { frames } = shared;
    const out = Buffer.allocUnsafe(shared.longest * count);
    let at = 0;
    for (let n = 0; n < count; n++) {
      const since = firstSince + n * intervalMs;
      const counter = shared.counter++;
      const frame = frames[counter % frames.length] as SendFrame;
      frame.bytes.copy(out, at);
      putOpaque(out, at + frame.opaqueAt, this.#slots.take(since));
      putCounter(out, at + frame.counterAt, counter);
      if (shared.stamped) putStamp(out, at + frame.bodyAt, since);
      at += frame.bytes.length;
    }
    this.#socket.write(at === out.length ? out : out.subarray(0, at));
  }

  giveUp(now: number): number {
    return this.#slots.giveUp(now);
  }

  close(): void {
    this.#socket.destroy();
  }

  #answer(bytes: Buffer, headerAt: number, end: number): void {
    const since = this.#slots.release(opaqueOf(bytes, headerAt) - OPAQUE_BASE);
    if (Number.isNaN(since)) return;
    if (isSuccess(bytes, headerAt, end)) this.#tally.succeeded(since, this.#now);
    else this.#tally.refused(since, remarkOf(bytes, headerAt, end));
  }
}
