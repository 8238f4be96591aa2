import { DiskError } from '@rocketmq-ts/kernel';
import { BLANK_SIZE_MIN, checkRecord, RECORD_MAGIC, RECORD_SIZE_MIN, Verdict } from '../format/commit-log-layout.ts';
import type { SegmentFile } from '../segment/segment-file.ts';
import type { SegmentSet } from '../segment/segment-set.ts';

const WINDOW_SIZE = 256 * 1024;
const PAGE_SIZE = 4096;
const MAGIC_BYTES = Buffer.alloc(4);
MAGIC_BYTES.writeInt32BE(RECORD_MAGIC);

/**
 * Reads the files front to back through one window and judges what lies where. For recovery and for cursors that
 * are behind the hot tail; whoever serves single records reads them by `BlockCache`.
 */
export class LogScanner {
  /** The judged bytes begin here in `buffer`; valid until the next call. */
  at = 0;
  buffer: Buffer = Buffer.allocUnsafeSlow(WINDOW_SIZE);
  readonly #segments: SegmentSet;
  #windowStart = 0;
  #windowEnd = 0;

  constructor(segments: SegmentSet) {
    this.#segments = segments;
  }

  /**
   * The size of the whole record at `physicalOffset`, or a `Verdict`. Nothing at or behind `limit` is looked at.
   * @throws DiskError
   */
  judge(physicalOffset: number, limit: number, withBodyCrc: boolean): number {
    const segment = this.#segments.find(physicalOffset);
    if (segment === undefined) return Verdict.cut;
    const fileRest = segment.endOffset - physicalOffset;
    let available = this.#show(physicalOffset, RECORD_SIZE_MIN, Math.min(limit, segment.endOffset));
    let verdict = checkRecord(this.buffer, this.at, this.at + available, physicalOffset, fileRest, withBodyCrc);
    if (verdict === Verdict.cut && available >= BLANK_SIZE_MIN) {
      const size = this.buffer.readInt32BE(this.at);
      available = this.#show(physicalOffset, size, Math.min(limit, segment.endOffset));
      verdict = checkRecord(this.buffer, this.at, this.at + available, physicalOffset, fileRest, withBodyCrc);
    }
    return verdict;
  }

  /** Whether a blank of exactly `sizeBytes` lies here, whatever the file's real size. @throws DiskError */
  isBlankOf(physicalOffset: number, sizeBytes: number): boolean {
    const available = this.#show(physicalOffset, BLANK_SIZE_MIN, physicalOffset + BLANK_SIZE_MIN);
    return checkRecord(this.buffer, this.at, this.at + available, physicalOffset, sizeBytes, false) === Verdict.blank;
  }

  /**
   * The next place at or behind `from` where a whole record starts that says it belongs exactly there; `limit` when
   * there is none before it. Runs of zeros cost one search for the magic number per window.
   * @throws DiskError
   */
  findRecord(from: number, limit: number): number {
    let position = from;
    while (position < limit) {
      const segment = this.#segments.find(position);
      if (segment === undefined) return limit;
      const segmentLimit = Math.min(limit, segment.endOffset);
      const available = this.#show(position, WINDOW_SIZE, segmentLimit);
      const hit = this.buffer.subarray(0, this.at + available).indexOf(MAGIC_BYTES, this.at + 4);
      if (hit >= 0) {
        position += hit - 4 - this.at;
        if (this.judge(position, limit, true) > 0) return position;
        position += 1;
      } else {
        // The magic may straddle windows: the last 7 bytes are seen again, except at the end of the file.
        position = available <= 7 || position + available >= segmentLimit ? segmentLimit : position + available - 7;
      }
    }
    return limit;
  }

  /** Makes up to `wanted` bytes from `physicalOffset` visible at `at`; returns how many there are. */
  #show(physicalOffset: number, wanted: number, limit: number): number {
    const count = Math.max(0, Math.min(wanted, limit - physicalOffset));
    if (physicalOffset < this.#windowStart || physicalOffset + count > this.#windowEnd) this.#load(physicalOffset, count, limit);
    this.at = physicalOffset - this.#windowStart;
    return Math.min(count, this.#windowEnd - physicalOffset);
  }

  #load(physicalOffset: number, count: number, limit: number): void {
    if (count > this.buffer.length) this.buffer = Buffer.allocUnsafeSlow(count);
    else if (this.buffer.length > WINDOW_SIZE && count <= WINDOW_SIZE) this.buffer = Buffer.allocUnsafeSlow(WINDOW_SIZE);
    const segment = this.#segments.find(physicalOffset);
    const length = Math.min(this.buffer.length, limit - physicalOffset);
    this.#windowStart = physicalOffset;
    this.#windowEnd = physicalOffset;
    if (segment !== undefined) this.#windowEnd += readTolerant(segment, physicalOffset, this.buffer, length);
  }
}

/** A sector that cannot be read is a hole of zeros: damage that is stepped over, not the end of the log. */
export function readTolerant(segment: SegmentFile, physicalOffset: number, target: Buffer, length: number): number {
  try {
    return segment.readAt(physicalOffset, target, 0, length);
  } catch (error) {
    if (!(error instanceof DiskError) || error.systemCode !== 'EIO') throw error;
  }
  for (let done = 0; done < length; done += PAGE_SIZE) {
    const count = Math.min(PAGE_SIZE, length - done);
    try {
      segment.readAt(physicalOffset + done, target, done, count);
    } catch (error) {
      if (!(error instanceof DiskError) || error.systemCode !== 'EIO') throw error;
      target.fill(0, done, done + count);
    }
  }
  return length;
}
