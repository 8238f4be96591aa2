import { DiskError } from '@rocketmq-ts/kernel';
import { decodeGuard, GUARD_SIZE, GUARD_SLOTS, guardSlotPosition, isGuarded } from '../format/tail-guard-layout.ts';
import type { SegmentFile } from '../segment/segment-file.ts';
import type { SegmentSet } from '../segment/segment-set.ts';

const ZEROS = Buffer.alloc(GUARD_SIZE);

/**
 * The log files that have guards in their last sectors. When the log has left a file, and a durable checkpoint has
 * too, its guards say nothing any more and are zeroed: the logs of a master and its replicas are then the same bytes.
 *
 * Oldest file first, each made durable before the next. After a crash it is therefore enough to go back from the
 * log's end to the first file without guards, to know which ones are left.
 */
export class FinishedGuards {
  readonly #segments: SegmentSet;
  /** Oldest first. */
  #files: SegmentFile[];
  #isZeroing = false;

  /** `logEnd`: files that end before it are looked at for guards of earlier runs. @throws DiskError */
  constructor(segments: SegmentSet, logEnd: number) {
    this.#segments = segments;
    this.#files = isGuarded(segments.segmentSizeBytes) ? guardedFilesBefore(segments, logEnd) : [];
  }

  /** A guard is about to be written into this file. */
  note(segment: SegmentFile): void {
    if (this.#files[this.#files.length - 1] !== segment) this.#files.push(segment);
  }

  /**
   * A checkpoint that says that the log is durable up to `durableEnd` is durable itself. Never rejects for the disk's
   * sake: guards that stay do no harm.
   */
  async zeroBefore(durableEnd: number): Promise<void> {
    if (this.#isZeroing) return;
    this.#isZeroing = true;
    try {
      for (let file = this.#files[0]; file !== undefined && file.endOffset <= durableEnd; file = this.#files[0]) {
        this.#files.shift();
        // It may have been deleted with what it held.
        if (this.#segments.find(file.baseOffset) === file) await zeroGuards(file);
      }
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
    } finally {
      this.#isZeroing = false;
    }
  }
}

function guardedFilesBefore(segments: SegmentSet, logEnd: number): SegmentFile[] {
  const files: SegmentFile[] = [];
  for (const segment of [...segments.segments].reverse()) {
    if (segment.endOffset > logEnd) continue;
    if (!hasGuard(segment)) break;
    files.unshift(segment);
  }
  return files;
}

function hasGuard(segment: SegmentFile): boolean {
  const bytes = Buffer.alloc(GUARD_SIZE);
  for (let slot = 0; slot < GUARD_SLOTS; slot++) {
    if (readSlot(segment, slot, bytes)) return true;
  }
  return false;
}

/** Only what is a guard: where Java has filled a file, records may stand in its last sectors. */
async function zeroGuards(segment: SegmentFile): Promise<void> {
  const bytes = Buffer.alloc(GUARD_SIZE);
  for (let slot = 0; slot < GUARD_SLOTS; slot++) {
    if (!readSlot(segment, slot, bytes)) continue;
    segment.writeAt(segment.baseOffset + guardSlotPosition(segment.sizeBytes, slot), ZEROS, 0, GUARD_SIZE);
  }
  await segment.datasync();
}

/** Whether a guard stands there. */
function readSlot(segment: SegmentFile, slot: number, bytes: Buffer): boolean {
  const count = segment.readAt(segment.baseOffset + guardSlotPosition(segment.sizeBytes, slot), bytes, 0, GUARD_SIZE);
  return count === GUARD_SIZE && decodeGuard(bytes) !== undefined;
}
