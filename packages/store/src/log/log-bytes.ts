import { decodeGuard, GUARD_SIZE, GUARD_SLOTS, guardedCapacity, guardSlotPosition, isGuarded } from '../format/tail-guard-layout.ts';
import type { ReadRoom } from '../replicate/log-ports.ts';
import type { SegmentFile } from '../segment/segment-file.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import type { HotTail } from './hot-tail.ts';

/** More than this is not read from a file at a time: reads are synchronous. */
const FILE_READ_MAX = 1024 * 1024;
/** What stands behind a blank is handed out from here. */
const ZEROS = Buffer.alloc(64 * 1024);

/**
 * The log as plain bytes, records or not: what one store tells another. From the hot tail without a copy, else read
 * from the file. Guards of the tail, which are no part of the log, read as zeros.
 */
export class LogBytes {
  readonly #segments: SegmentSet;
  readonly #hotTail: HotTail;

  constructor(segments: SegmentSet, hotTail: HotTail) {
    this.#segments = segments;
    this.#hotTail = hotTail;
  }

  /**
   * At least one and at most `sizeBytesMax` bytes of one file, before `limit`; undefined when the place is not there.
   * Of memory that is used again: valid until the end of the turn, without `keep`.
   * @param room for what has to be read from the file, as much as it holds; without it that gets memory of its own
   * @throws DiskError
   */
  read(physicalOffset: number, sizeBytesMax: number, limit: number, room?: ReadRoom): Buffer | undefined {
    const segment = this.#segments.find(physicalOffset);
    if (segment === undefined || physicalOffset >= limit) return undefined;
    const length = Math.min(sizeBytesMax, limit - physicalOffset, segment.endOffset - physicalOffset);
    const slab = this.#hotTail.covering(physicalOffset);
    if (slab === undefined) return readFile(segment, physicalOffset, room?.next().subarray(0, length) ?? Buffer.allocUnsafeSlow(Math.min(length, FILE_READ_MAX)));
    const at = physicalOffset - slab.baseOffset;
    if (at < slab.used) return slab.buffer.subarray(at, Math.min(at + length, slab.used));
    return ZEROS.subarray(0, Math.min(length, slab.endOffset - physicalOffset));
  }

  /** What `read` gave between these two is needed when the turn is over. */
  keep(from: number, end: number): void {
    this.#hotTail.keep(from, end);
  }
}

function readFile(segment: SegmentFile, physicalOffset: number, buffer: Buffer): Buffer | undefined {
  const count = segment.readAt(physicalOffset, buffer, 0, buffer.length);
  if (count === 0) return undefined;
  const bytes = buffer.subarray(0, count);
  const end = physicalOffset + count - segment.baseOffset;
  if (isGuarded(segment.sizeBytes) && end > guardedCapacity(segment.sizeBytes)) maskGuards(segment, physicalOffset, bytes);
  return bytes;
}

/** By what stands in the file: the bytes may begin or end in the middle of a guard. */
function maskGuards(segment: SegmentFile, physicalOffset: number, bytes: Buffer): void {
  const guard = Buffer.alloc(GUARD_SIZE);
  for (let slot = 0; slot < GUARD_SLOTS; slot++) {
    const place = segment.baseOffset + guardSlotPosition(segment.sizeBytes, slot);
    const start = place - physicalOffset;
    if (start >= bytes.length || start + GUARD_SIZE <= 0) continue;
    const count = segment.readAt(place, guard, 0, GUARD_SIZE);
    if (count === GUARD_SIZE && decodeGuard(guard) !== undefined) bytes.fill(0, Math.max(0, start), Math.min(bytes.length, start + GUARD_SIZE));
  }
}
