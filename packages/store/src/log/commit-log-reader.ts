import { DiskError, type Log } from '@rocketmq-ts/kernel';
import { BLANK_SIZE_MIN, checkRecord, RECORD_SIZE_MIN } from '../format/commit-log-layout.ts';
import type { LogCursor, LogReader } from '../log-reader.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import type { Watermarks } from '../watermarks.ts';
import { BlockCache } from './block-cache.ts';
import { CommitLogCursor } from './commit-log-cursor.ts';
import type { HotTail } from './hot-tail.ts';

export interface CommitLogReaderParts {
  readonly segments: SegmentSet;
  readonly hotTail: HotTail;
  readonly marks: Watermarks;
  readonly log: Log;
}

/**
 * The log by place: from the hot tail without a copy, else from the files. What comes from a file is checked against
 * its body CRC each time, so that a damaged body is never served.
 */
export class CommitLogReader implements LogReader {
  readonly #parts: CommitLogReaderParts;
  readonly #blocks: BlockCache;

  constructor(parts: CommitLogReaderParts) {
    this.#parts = parts;
    this.#blocks = new BlockCache(parts.segments);
  }

  get minOffset(): number {
    return this.#parts.segments.first?.baseOffset ?? 0;
  }

  get readableEnd(): number {
    return this.#parts.marks.readable;
  }

  recordAt(physicalOffset: number): Buffer | undefined {
    if (!Number.isSafeInteger(physicalOffset) || physicalOffset < this.minOffset) return undefined;
    const head = this.#bytes(physicalOffset, BLANK_SIZE_MIN);
    if (head === undefined) return undefined;
    const size = head.readInt32BE(0);
    return size < RECORD_SIZE_MIN ? undefined : this.record(physicalOffset, size);
  }

  record(physicalOffset: number, sizeBytes: number): Buffer | undefined {
    if (sizeBytes < RECORD_SIZE_MIN) return undefined;
    const bytes = this.#bytes(physicalOffset, sizeBytes);
    if (bytes === undefined) return undefined;
    const fileEnd = this.#parts.segments.find(physicalOffset)?.endOffset ?? 0;
    const isFromDisk = this.#parts.hotTail.find(physicalOffset) === undefined;
    const verdict = checkRecord(bytes, 0, sizeBytes, physicalOffset, fileEnd - physicalOffset, isFromDisk);
    return verdict === sizeBytes ? bytes : undefined;
  }

  isInHotTail(physicalOffset: number): boolean {
    return this.#parts.hotTail.find(physicalOffset) !== undefined;
  }

  cursor(from: number): LogCursor {
    return new CommitLogCursor(this, this.#parts, from);
  }

  /** Files before this place are gone. */
  forgetBefore(minOffset: number): void {
    this.#blocks.dropBefore(minOffset);
  }

  /** Bytes of one file below `readableEnd`; undefined when they are not all there or the disk fails. */
  #bytes(physicalOffset: number, length: number): Buffer | undefined {
    const limit = this.readableEnd;
    if (physicalOffset + length > limit) return undefined;
    const slab = this.#parts.hotTail.find(physicalOffset);
    if (slab !== undefined) {
      const start = physicalOffset - slab.baseOffset;
      return start + length <= slab.used ? slab.buffer.subarray(start, start + length) : undefined;
    }
    try {
      return this.#blocks.read(physicalOffset, length, limit);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#parts.log.error('Reading the commit log failed; the message is not served.', { physicalOffset, length, error });
      return undefined;
    }
  }
}
