import { type Clock, DiskError, type Log, type Timer, type Timers } from '@rocketmq-ts/kernel';
import { detach } from '../detached.ts';
import type { StoreOptions } from '../ports.ts';
import type { SegmentFile } from '../segment/segment-file.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import type { Watermarks } from '../watermarks.ts';
import { isTimeToDelete } from './delete-when.ts';
import type { DiskSpace } from './disk-space.ts';

const FIRST_PASS_MS = 60_000;
const FILES_PER_PASS_MAX = 10;
const HOUR_MS = 3_600_000;
/** The wall clock may drift from the monotonic one by so much between two looks; more is a jump. */
const CLOCK_JUMP_MS = 600_000;

export interface CommitLogCleanerParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly segments: SegmentSet;
  readonly marks: Watermarks;
  readonly space: DiskSpace;
  /** Recovery would begin here: no file that it would look for is deleted. */
  readonly recoversFrom: () => number;
  readonly options: Pick<StoreOptions, 'cleanResourceInterval' | 'deleteCommitLogFilesInterval' | 'deleteWhen' | 'fileReservedTime' | 'cleanFileForciblyEnable'>;
  /** The log begins here now: consume queues and index follow. */
  readonly onDeleted: (minOffset: number) => Promise<void>;
}

/**
 * Deletes old files of the commit log, oldest first: Java's CleanCommitLogService. Never the last file, nor one that
 * is not flushed and derived; at most ten per pass with a pause between two.
 *
 * Java differs: when somebody sets the clock ahead, every file is suddenly old and it deletes them all. Here a jump
 * gives every file its full time again; only a disk that is nearly full overrules that.
 */
export class CommitLogCleaner {
  readonly #parts: CommitLogCleanerParts;
  readonly #timer: Timer;
  readonly #startedMs: number;
  #lastWallMs: number;
  #lastMonotonicMs: number;
  #ageCountsFromMs = -Infinity;
  #isPassing = false;
  /** The last pass, on its way or done. */
  #pass: Promise<void> = Promise.resolve();
  #isStopped = false;
  #pause: { timer: Timer; resolve: () => void } | undefined;

  constructor(parts: CommitLogCleanerParts) {
    this.#parts = parts;
    this.#startedMs = parts.clock.monotonicMs();
    this.#lastMonotonicMs = this.#startedMs;
    this.#lastWallMs = parts.clock.wallMs();
    this.#timer = parts.timers.every(Math.max(1, parts.options.cleanResourceInterval), () => this.#look());
  }

  /** Resolves when no pass is on its way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer.cancel();
    this.#pause?.timer.cancel();
    this.#pause?.resolve();
    await this.#pass;
  }

  #look(): void {
    this.#noticeClockJump();
    this.#parts.space.look();
    if (this.#isPassing || this.#parts.clock.monotonicMs() - this.#startedMs < FIRST_PASS_MS) return;
    this.#isPassing = true;
    this.#pass = this.#deleteOld();
    detach(this.#parts.timers, this.#pass);
  }

  #noticeClockJump(): void {
    const { clock, log, options } = this.#parts;
    const wallMs = clock.wallMs();
    const monotonicMs = clock.monotonicMs();
    const jumpMs = wallMs - this.#lastWallMs - (monotonicMs - this.#lastMonotonicMs);
    this.#lastWallMs = wallMs;
    this.#lastMonotonicMs = monotonicMs;
    if (jumpMs < CLOCK_JUMP_MS) return;
    this.#ageCountsFromMs = monotonicMs + options.fileReservedTime * HOUR_MS;
    log.warn('The clock was set ahead; files are not deleted by age until they have had their full time again.', { jumpMs, hours: options.fileReservedTime });
  }

  async #deleteOld(): Promise<void> {
    const { options, space, clock, log } = this.#parts;
    try {
      const isAtOnce = options.cleanFileForciblyEnable && space.needsSpaceAtOnce;
      if (!isAtOnce && !space.needsSpace && !isTimeToDelete(options.deleteWhen, clock.wallMs())) return;
      const count = await this.#deleteFiles(isAtOnce);
      if (count === 0 && space.needsSpace) log.warn('The disk needs room, but no commit log file may be deleted yet.', { hours: options.fileReservedTime });
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      log.error('Deleting old files failed.', { error, path: error.path });
    } finally {
      this.#isPassing = false;
    }
  }

  async #deleteFiles(isAtOnce: boolean): Promise<number> {
    const { segments, log, options, onDeleted } = this.#parts;
    let count = 0;
    while (count < FILES_PER_PASS_MAX && !this.#isStopped) {
      const head = segments.first;
      if (head === undefined || !this.#mayDelete(head, isAtOnce)) break;
      if (count > 0) await this.#sleep(options.deleteCommitLogFilesInterval);
      if (this.#isStopped) break;
      log.info('An old commit log file is deleted.', { path: head.path, atOnce: isAtOnce });
      await segments.dropHead();
      count += 1;
    }
    if (count > 0 && segments.first !== undefined) await onDeleted(segments.first.baseOffset);
    return count;
  }

  #mayDelete(segment: SegmentFile, isAtOnce: boolean): boolean {
    const { segments, marks, clock, options, recoversFrom } = this.#parts;
    if (segment === segments.last || segment.endOffset > Math.min(marks.flushed, marks.derived, recoversFrom())) return false;
    if (isAtOnce) return true;
    if (clock.monotonicMs() < this.#ageCountsFromMs) return false;
    return clock.wallMs() - segment.modifiedWallMs() >= options.fileReservedTime * HOUR_MS;
  }

  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#parts.timers.after(delayMs, resolve);
      this.#pause = { timer, resolve };
    });
  }
}
