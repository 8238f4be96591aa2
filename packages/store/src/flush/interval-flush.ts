import type { Clock, Timer, Timers } from '@rocketmq-ts/kernel';
import type { Watermarks } from '../watermarks.ts';

const PAGE_SIZE = 4096;

export interface IntervalFlushOptions {
  readonly flushIntervalCommitLog: number;
  readonly flushCommitLogLeastPages: number;
  readonly flushCommitLogThoroughInterval: number;
}

/**
 * ASYNC_FLUSH: looks every `flushIntervalCommitLog` and asks for a datasync when `flushCommitLogLeastPages` pages
 * wait, or anything at all for longer than `flushCommitLogThoroughInterval`. These bound what a power failure takes.
 *
 * Java differs: its flush thread is also woken by every message, so that it syncs without a pause under load.
 */
export class IntervalFlush {
  readonly #clock: Clock;
  readonly #marks: Watermarks;
  readonly #options: IntervalFlushOptions;
  readonly #flush: () => void;
  readonly #timer: Timer;
  #lastThoroughMs: number;

  constructor(parts: { clock: Clock; timers: Timers; marks: Watermarks; options: IntervalFlushOptions; flush: () => void }) {
    this.#clock = parts.clock;
    this.#marks = parts.marks;
    this.#options = parts.options;
    this.#flush = parts.flush;
    this.#lastThoroughMs = parts.clock.monotonicMs();
    this.#timer = parts.timers.every(Math.max(1, parts.options.flushIntervalCommitLog), () => this.#look());
  }

  stop(): void {
    this.#timer.cancel();
  }

  #look(): void {
    const now = this.#clock.monotonicMs();
    const isThorough = now - this.#lastThoroughMs >= this.#options.flushCommitLogThoroughInterval;
    if (isThorough) this.#lastThoroughMs = now;
    if (this.#marks.written === this.#marks.flushed) return;
    const dirtyPages = Math.floor(this.#marks.written / PAGE_SIZE) - Math.floor(this.#marks.flushed / PAGE_SIZE);
    if (isThorough || dirtyPages >= this.#options.flushCommitLogLeastPages) this.#flush();
  }
}
