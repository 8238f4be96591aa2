import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { FrameSplitter, isSuccess, opaqueOf, remarkOf } from './answers.ts';
import { OPAQUE_BASE, putCounter, putOpaque, type SendFrame } from './send-frame.ts';
import type { Tally } from './tally.ts';

/** What all connections of a generator share: the frames to send in turn, and a number that no two messages have in common. */
export interface SendFrames {
  readonly frames: readonly SendFrame[];
  readonly longest: number;
  counter: number;
}

/**
 * A socket with a bounded number of sends under way. Sends of a turn leave in one write; an answer finds its send by the slot
 * in its opaque.
 */
export class SendConnection {
  readonly #socket: Socket;
  readonly #frames: SendFrames;
  readonly #tally: Tally;
  readonly #splitter: FrameSplitter = new FrameSplitter();
  readonly #since: Float64Array;
  readonly #freeSlots: Int32Array;
  #free: number;
  #now = 0;

  /** @param answered called after the answers of a turn have been counted, with slots free again */
  constructor(socket: Socket, maxInFlight: number, frames: SendFrames, tally: Tally, answered: (connection: SendConnection, now: number) => void) {
    this.#socket = socket;
    this.#frames = frames;
    this.#tally = tally;
    this.#since = new Float64Array(maxInFlight).fill(Number.NaN);
    this.#freeSlots = Int32Array.from({ length: maxInFlight }, (_, slot) => slot);
    this.#free = maxInFlight;
    const address = `${socket.remoteAddress}:${socket.remotePort}`;
    socket.on('error', (error) => tally.connectionLost(address, error.message));
    socket.on('close', () => tally.connectionLost(address, 'closed by the broker'));
    const onFrame = (bytes: Buffer, headerAt: number, end: number): void => this.#answer(bytes, headerAt, end);
    socket.on('data', (chunk) => {
      this.#now = performance.now();
      this.#splitter.push(chunk, onFrame);
      answered(this, this.#now);
    });
  }

  get free(): number {
    return this.#free;
  }

  get underWay(): number {
    return this.#since.length - this.#free;
  }

  /** Sends `count` messages, not more than are free. The time of the n-th counts from `firstSince + n * intervalMs`. */
  send(count: number, firstSince: number, intervalMs: number): void {
    const shared = this.#frames;
    const { frames } = shared;
    const out = Buffer.allocUnsafe(shared.longest * count);
    let at = 0;
    for (let n = 0; n < count; n++) {
      const slot = this.#freeSlots[--this.#free] as number;
      const counter = shared.counter++;
      const frame = frames[counter % frames.length] as SendFrame;
      frame.bytes.copy(out, at);
      putOpaque(out, at + frame.opaqueAt, slot);
      putCounter(out, at + frame.counterAt, counter);
      at += frame.bytes.length;
      this.#since[slot] = firstSince + n * intervalMs;
    }
    this.#socket.write(at === out.length ? out : out.subarray(0, at));
  }

  /** Counts what is under way as waiting. @returns how many */
  giveUp(now: number): number {
    let waiting = 0;
    for (const since of this.#since) {
      if (!this.#tally.isMeasured(since)) continue;
      this.#tally.waiting(since, now);
      waiting++;
    }
    return waiting;
  }

  close(): void {
    this.#socket.destroy();
  }

  #answer(bytes: Buffer, headerAt: number, end: number): void {
    const slot = opaqueOf(bytes, headerAt) - OPAQUE_BASE;
    const since = this.#since[slot];
    // An answer to nothing (NaN: already answered) would free a slot twice.
    if (since === undefined || Number.isNaN(since)) return;
    this.#since[slot] = Number.NaN;
    this.#freeSlots[this.#free++] = slot;
    if (isSuccess(bytes, headerAt, end)) this.#tally.succeeded(since, this.#now);
    else this.#tally.refused(since, remarkOf(bytes, headerAt, end));
  }
}
