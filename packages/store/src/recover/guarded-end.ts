import { crc32 } from 'node:zlib';
import { BLANK_MAGIC, BLANK_SIZE_MIN, RECORD_SIZE_MIN, storeTimestampOf, Verdict } from '../format/commit-log-layout.ts';
import { decodeGuard, type Guard, GUARD_SIZE, GUARD_SLOTS, guardSlotPosition } from '../format/tail-guard-layout.ts';
import { LogScanner, readTolerant } from '../log/log-scanner.ts';
import type { SegmentFile } from '../segment/segment-file.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import type { ScannedLog } from './scan-log.ts';

const BLOCK_SIZE = 256 * 1024;

/**
 * The end of a log that this store has written: from what is known to be durable it goes on guard by guard, as long
 * as the bytes are those that the guard vouches for. Everything that was ever confirmed lies before the end.
 *
 * Guards stand in the last sectors of the log's files, or, if the store was a slave's when it was last open, in the
 * slots of its side file and nowhere else: what its log files hold there came from the master.
 *
 * @param sideSlots of the side file; undefined: there is none
 * @throws DiskError
 */
export function scanGuardedLog(segments: SegmentSet, knownDurable: number, sideSlots: readonly Buffer[] | undefined): ScannedLog {
  const isReplica = sideSlots !== undefined;
  const guards = believable(decodeAll(sideSlots ?? slotsInFiles(segments, knownDurable)), segments, knownDurable);
  const block = Buffer.allocUnsafeSlow(BLOCK_SIZE);
  let end = knownDurable;
  for (const guard of guards) end = Math.max(end, guard.flushed);
  let lastStoreTimestamp = 0;
  let recordCount = 0;
  for (;;) {
    const walks = guards.filter((guard) => guard.start === end).map((guard) => walk(segments, block, guard, isReplica));
    const best = walks.reduce<Walk | undefined>((one, other) => (other !== undefined && other.end > (one?.end ?? end) ? other : one), undefined);
    if (best === undefined) break;
    end = best.end;
    lastStoreTimestamp = best.lastStoreTimestamp;
    recordCount += best.recordCount;
  }
  const endsClean = segments.find(end) === undefined || new LogScanner(segments).judge(end, Infinity, false) === Verdict.unwritten;
  return { end, endsClean, damaged: [], lastStoreTimestamp, recordCount, foreignBlankAt: undefined };
}

interface Walk {
  readonly end: number;
  readonly lastStoreTimestamp: number;
  readonly recordCount: number;
}

/**
 * Undefined when the bytes are not those of the guard. From record to record by their sizes only: bytes with the right
 * CRC are those that were written, and need no other proof.
 */
function walk(segments: SegmentSet, block: Buffer, guard: Guard, isReplica: boolean): Walk | undefined {
  const hops = new Hops(guard.start);
  let position = guard.start;
  let dataCrc = 0;
  while (position < guard.end) {
    const segment = segments.find(position);
    if (segment === undefined) return undefined;
    const wanted = Math.min(block.length, Math.min(guard.end, segment.endOffset) - position);
    const seen = hops.over(block, position, readTolerant(segment, position, block, wanted));
    if (seen === 0) return undefined;
    dataCrc = crc32(block.subarray(0, seen), dataCrc);
    position += seen;
    if (hops.isAtBlank) {
      if (isReplica) dataCrc = withBlankRest(segment, position, dataCrc);
      position = hops.skipTo(segment.endOffset);
    }
  }
  const isWhole = position === guard.end && hops.head === guard.end && dataCrc === guard.dataCrc;
  return isWhole ? { end: position, lastStoreTimestamp: hops.lastStoreTimestamp, recordCount: hops.recordCount } : undefined;
}

/** From the head of one record to that of the next, through blocks of a file. */
class Hops {
  /** Where the next record begins. */
  head: number;
  isAtBlank = false;
  lastStoreTimestamp = 0;
  recordCount = 0;

  constructor(head: number) {
    this.head = head;
  }

  /**
   * `block` holds `count` bytes of the log from `position` on.
   * @returns how many of them belong to records, or to the head of the blank behind them; the rest is to be seen again
   */
  over(block: Buffer, position: number, count: number): number {
    let last = -1;
    while (this.head - position <= count - BLANK_SIZE_MIN) {
      const at = this.head - position;
      if (block.readInt32BE(at + 4) === BLANK_MAGIC) {
        this.isAtBlank = true;
        break;
      }
      const size = block.readInt32BE(at);
      if (size < RECORD_SIZE_MIN) return 0;
      if (count - at < RECORD_SIZE_MIN) break;
      last = at;
      this.recordCount += 1;
      this.head += size;
    }
    if (last >= 0) this.lastStoreTimestamp = storeTimestampOf(block, last);
    return this.isAtBlank ? this.head - position + BLANK_SIZE_MIN : Math.min(this.head - position, count);
  }

  /** The blank ends with its file. */
  skipTo(endOffset: number): number {
    this.isAtBlank = false;
    this.head = endOffset;
    return endOffset;
  }
}

/** What stands behind a blank came from the master as well; zeros are what a file has anyway, and are not counted. */
function withBlankRest(segment: SegmentFile, from: number, dataCrc: number): number {
  const rest = Buffer.allocUnsafeSlow(segment.endOffset - from);
  const count = readTolerant(segment, from, rest, rest.length);
  return rest.subarray(0, count).every((byte) => byte === 0) ? dataCrc : crc32(rest, dataCrc);
}

function* slotsInFiles(segments: SegmentSet, knownDurable: number): Generator<Buffer> {
  for (const segment of segments.segments) {
    if (segment.endOffset <= knownDurable) continue;
    for (let slot = 0; slot < GUARD_SLOTS; slot++) {
      const bytes = Buffer.alloc(GUARD_SIZE);
      segment.readAt(segment.baseOffset + guardSlotPosition(segment.sizeBytes, slot), bytes, 0, GUARD_SIZE);
      yield bytes;
    }
  }
}

function decodeAll(slots: Iterable<Buffer>): Guard[] {
  return Array.from(slots, decodeGuard).filter((guard) => guard !== undefined);
}

function believable(guards: readonly Guard[], segments: SegmentSet, knownDurable: number): Guard[] {
  const logEnd = segments.last?.endOffset ?? 0;
  return guards.filter((guard) => guard.end > knownDurable && guard.start <= guard.end && guard.end <= logEnd);
}
