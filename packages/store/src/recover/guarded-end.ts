import { crc32 } from 'node:zlib';
import { BLANK_SIZE_MIN, storeTimestampOf, Verdict } from '../format/commit-log-layout.ts';
import { decodeGuard, type Guard, GUARD_SIZE, GUARD_SLOTS, guardSlotPosition } from '../format/tail-guard-layout.ts';
import { LogScanner } from '../log/log-scanner.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import type { ScannedLog } from './scan-log.ts';

/**
 * The end of a log that this store has written: from what is known to be durable it goes on guard by guard, as long
 * as the bytes are those that the guard vouches for. Everything that was ever confirmed lies before the end.
 *
 * @throws DiskError
 */
export function scanGuardedLog(segments: SegmentSet, knownDurable: number): ScannedLog {
  const guards = readGuards(segments, knownDurable);
  const scanner = new LogScanner(segments);
  let end = knownDurable;
  for (const guard of guards) end = Math.max(end, guard.flushed);
  let lastStoreTimestamp = 0;
  let recordCount = 0;
  for (;;) {
    const walks = guards.filter((guard) => guard.start === end).map((guard) => walk(scanner, segments, guard));
    const best = walks.reduce<Walk | undefined>((one, other) => (other !== undefined && other.end > (one?.end ?? end) ? other : one), undefined);
    if (best === undefined) break;
    end = best.end;
    lastStoreTimestamp = best.lastStoreTimestamp;
    recordCount += best.recordCount;
  }
  const endsClean = segments.find(end) === undefined || scanner.judge(end, Infinity, false) === Verdict.unwritten;
  return { end, endsClean, damaged: [], lastStoreTimestamp, recordCount, foreignBlankAt: undefined };
}

interface Walk {
  readonly end: number;
  readonly lastStoreTimestamp: number;
  readonly recordCount: number;
}

/** Undefined when the bytes are not those of the guard. */
function walk(scanner: LogScanner, segments: SegmentSet, guard: Guard): Walk | undefined {
  let position = guard.start;
  let dataCrc = 0;
  let lastStoreTimestamp = 0;
  let recordCount = 0;
  while (position < guard.end) {
    const verdict = scanner.judge(position, Infinity, false);
    const isBlank = verdict === Verdict.blank;
    if (verdict <= 0 && !isBlank) return undefined;
    const { buffer, at } = scanner;
    dataCrc = crc32(buffer.subarray(at, at + (isBlank ? BLANK_SIZE_MIN : verdict)), dataCrc);
    if (isBlank) {
      position = segments.find(position)?.endOffset ?? Infinity;
    } else {
      lastStoreTimestamp = storeTimestampOf(buffer, at);
      recordCount += 1;
      position += verdict;
    }
  }
  return position === guard.end && dataCrc === guard.dataCrc ? { end: position, lastStoreTimestamp, recordCount } : undefined;
}

function readGuards(segments: SegmentSet, knownDurable: number): Guard[] {
  const guards: Guard[] = [];
  const bytes = Buffer.alloc(GUARD_SIZE);
  const logEnd = segments.last?.endOffset ?? 0;
  for (const segment of segments.segments) {
    if (segment.endOffset <= knownDurable) continue;
    for (let slot = 0; slot < GUARD_SLOTS; slot++) {
      const count = segment.readAt(segment.baseOffset + guardSlotPosition(segment.sizeBytes, slot), bytes, 0, GUARD_SIZE);
      const guard = count === GUARD_SIZE ? decodeGuard(bytes) : undefined;
      if (guard !== undefined && guard.end > knownDurable && guard.start <= guard.end && guard.end <= logEnd) guards.push(guard);
    }
  }
  return guards;
}
