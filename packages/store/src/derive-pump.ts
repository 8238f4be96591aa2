import { DiskError, type Log, type Timer, type Timers } from '@rocketmq-ts/kernel';
import type { Derived } from './log-reader.ts';
import type { ArrivalListener } from './ports.ts';
import type { Watermarks } from './watermarks.ts';

/** So much log is derived in one turn; more waits for the next, so that sends and pulls go on meanwhile. */
const BYTES_PER_TURN = 1024 * 1024;
const RETRY_MS = 1000;
/** A slave that catches up looks so often whether its master's log still comes fast: this much in that time. */
const CATCH_UP_WAIT_MS = 10;
const CATCH_UP_WAIT_BYTES = 512 * 1024;
/** The log does not get further ahead than this, so that most of what is left to derive is still in the system's memory. */
const AHEAD_BYTES_MAX = 8 * 1024 * 1024 * 1024;

export interface DerivePumpParts {
  readonly derived: Derived;
  readonly listener: ArrivalListener;
  readonly marks: Watermarks;
  readonly timers: Timers;
  readonly log: Log;
  /** Asks for a work phase. */
  readonly wake: () => void;
}

/** Keeps consume queues and index at the log's heels: Java's ReputMessageService. Stopped by nothing but `stop`. */
export class DerivePump {
  readonly #parts: DerivePumpParts;
  #timer: Timer | undefined;
  #isFailing = false;
  /** What was written when that was last looked at. */
  #seenWritten = 0;

  constructor(parts: DerivePumpParts) {
    this.#parts = parts;
  }

  /** In the work phase, behind the turn's write. */
  pump(): void {
    // A slice is already due, or a failure is being waited out.
    if (this.#timer !== undefined) return;
    if (this.#isToWait()) return this.#later(CATCH_UP_WAIT_MS);
    const { derived, listener, marks, log } = this.#parts;
    try {
      const isMoreLeft = derived.derive(BYTES_PER_TURN, listener);
      marks.setDerived(derived.derivedOffset);
      if (this.#isFailing) log.info('Consume queues and index are written again.');
      this.#isFailing = false;
      if (isMoreLeft) this.#later(0);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      if (!this.#isFailing) log.error('Consume queues or index cannot be written; messages are stored, and visible when it works again.', { error, path: error.path });
      this.#isFailing = true;
      this.#later(RETRY_MS);
    }
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** A slave that is far behind serves nobody what is new: first it takes its master's log, as fast as that comes. */
  #isToWait(): boolean {
    const { marks } = this.#parts;
    const { written, expected, derived } = marks;
    const grownBytes = written - this.#seenWritten;
    this.#seenWritten = written;
    return written < expected && grownBytes >= CATCH_UP_WAIT_BYTES && written - derived < AHEAD_BYTES_MAX;
  }

  #later(delayMs: number): void {
    this.#timer = this.#parts.timers.after(delayMs, () => {
      this.#timer = undefined;
      this.#parts.wake();
    });
  }
}
