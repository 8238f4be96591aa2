import type { Timers } from '@rocketmq-ts/kernel';
import type { TailGuard } from '../append/tail-guard.ts';
import { detach } from '../detached.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import type { Watermarks } from '../watermarks.ts';

export interface LogFlusherParts {
  readonly timers: Timers;
  readonly segments: SegmentSet;
  readonly marks: Watermarks;
  readonly guard: TailGuard;
  /** Store time of the newest record. */
  readonly newestStoreTimestamp: () => number;
  /** `flushed` has moved. */
  readonly onFlushed: () => void;
  /** A datasync failed: it is never repeated, the kernel may have dropped the pages it could not write. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * Group commit: one datasync in flight, and everything written meanwhile joins the next. No delay is added to
 * collect more: while one runs, the next batch grows by itself.
 */
export class LogFlusher {
  readonly #parts: LogFlusherParts;
  #isRunning = false;
  #isWanted = false;
  #isFailed = false;
  #flushedStoreTimestamp = 0;
  /** Those who wait for a datasync that begins after they asked. */
  #nextRound: ((isDurable: boolean) => void)[] = [];

  constructor(parts: LogFlusherParts) {
    this.#parts = parts;
  }

  /** Store time of the newest durable record, to the precision of a turn; 0: none since the start. */
  get flushedStoreTimestamp(): number {
    return this.#flushedStoreTimestamp;
  }

  /** Everything written so far is to become durable, soon. */
  request(): void {
    if (this.#isFailed) return;
    this.#isWanted = true;
    if (!this.#isRunning) detach(this.#parts.timers, this.#run());
  }

  /** Resolves when everything written before the call is durable (true) or will never be known to be (false). */
  syncNow(): Promise<boolean> {
    if (this.#isFailed) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#nextRound.push(resolve);
      this.request();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#isWanted) {
      this.#isWanted = false;
      const round = this.#nextRound;
      this.#nextRound = [];
      try {
        await this.#sync(this.#parts.marks.written);
      } catch (error) {
        this.#fail(error, round);
        return;
      }
      this.#parts.onFlushed();
      for (const resolve of round) resolve(true);
    }
    this.#isRunning = false;
  }

  async #sync(target: number): Promise<void> {
    const { segments, marks, guard } = this.#parts;
    const storeTimestamp = this.#parts.newestStoreTimestamp();
    guard.freeze();
    await Promise.all([this.#syncFiles(target), guard.datasync()]);
    // A file's bytes are worth nothing while its name may be lost.
    await segments.syncFolder();
    guard.flushed();
    marks.setFlushed(target);
    this.#flushedStoreTimestamp = storeTimestamp;
  }

  async #syncFiles(target: number): Promise<void> {
    const { segments, marks } = this.#parts;
    for (const segment of segments.segments) {
      if (segment.endOffset > marks.flushed && segment.baseOffset <= target) await segment.datasync();
    }
  }

  #fail(error: unknown, round: ((isDurable: boolean) => void)[]): void {
    this.#isFailed = true;
    this.#isRunning = false;
    this.#parts.onFailed(error);
    for (const resolve of [...round, ...this.#nextRound]) resolve(false);
    this.#nextRound = [];
  }
}
