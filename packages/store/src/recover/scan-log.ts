import { storeTimestampOf, Verdict } from '../format/commit-log-layout.ts';
import { LogScanner } from '../log/log-scanner.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import type { RecoveryPlan } from './recovery-plan.ts';

/** Behind damage whole records are looked for this far, and at the starts of the files behind. */
const SEARCH_SIZE_MAX = 64 * 1024 * 1024;

export interface DamagedRegion {
  readonly from: number;
  readonly to: number;
}

export interface ScannedLog {
  /** First byte behind the last whole record (or blank): where the log goes on. */
  readonly end: number;
  /** Nothing but zeros was seen at the end: no tail to cut off. */
  readonly endsClean: boolean;
  readonly damaged: readonly DamagedRegion[];
  /** Store time of the last whole record seen; 0: none. */
  readonly lastStoreTimestamp: number;
  readonly recordCount: number;
  /** The blank of a shortened file says that its configured size was another one; its base offset. */
  readonly foreignBlankAt: number | undefined;
}

/**
 * Walks the log from `plan.scanFrom` to its end. The end is the first place without a whole record, unless it is
 * damage in the middle: before `plan.knownDurable`, or with whole records behind it that are to be kept.
 *
 * @throws DiskError
 */
export function scanLog(segments: SegmentSet, plan: RecoveryPlan, withBodyCrc: boolean, shortFiles: ReadonlyMap<number, number>): ScannedLog {
  const scanner = new LogScanner(segments);
  const damaged: DamagedRegion[] = [];
  let position = plan.scanFrom;
  let lastStoreTimestamp = 0;
  let recordCount = 0;
  for (;;) {
    const verdict = scanner.judge(position, Infinity, withBodyCrc);
    if (verdict > 0) {
      lastStoreTimestamp = storeTimestampOf(scanner.buffer, scanner.at);
      recordCount += 1;
      position += verdict;
      continue;
    }
    const segment = segments.find(position);
    if (verdict === Verdict.blank && segment !== undefined) {
      position = segment.endOffset;
      continue;
    }
    const foreignBlankAt = findForeignBlank(scanner, segments, position, shortFiles);
    const next = foreignBlankAt === undefined ? nextProven(scanner, segments, plan, position, lastStoreTimestamp) : undefined;
    if (next === undefined) {
      const endsClean = segment === undefined || verdict === Verdict.unwritten;
      return { end: position, endsClean, damaged, lastStoreTimestamp, recordCount, foreignBlankAt };
    }
    damaged.push({ from: position, to: next });
    position = next;
  }
}

/** Where the log goes on behind the damage at `position`; undefined when this is its end. */
function nextProven(scanner: LogScanner, segments: SegmentSet, plan: RecoveryPlan, position: number, lastStoreTimestamp: number): number | undefined {
  if (position < plan.knownDurable) return scanner.findRecord(position + 1, plan.knownDurable);
  if (!plan.keepsWholeBehindDamage) return undefined;
  const limit = Math.min(position + SEARCH_SIZE_MAX, segments.last?.endOffset ?? 0);
  const starts = [scanner.findRecord(position + 1, limit), ...segments.segments.map((segment) => segment.baseOffset)];
  for (const candidate of starts) {
    if (candidate <= position || scanner.judge(candidate, Infinity, true) <= 0) continue;
    // An older record is a leftover: Java cuts a tail off without clearing it, and then writes over its beginning.
    if (storeTimestampOf(scanner.buffer, scanner.at) >= lastStoreTimestamp) return candidate;
  }
  return undefined;
}

/** A file that was filled up with zeros may have been whole, under a smaller configured size. */
function findForeignBlank(scanner: LogScanner, segments: SegmentSet, position: number, shortFiles: ReadonlyMap<number, number>): number | undefined {
  const segment = segments.find(position);
  const length = segment === undefined ? undefined : shortFiles.get(segment.baseOffset);
  if (segment === undefined || length === undefined) return undefined;
  return scanner.isBlankOf(position, segment.baseOffset + length - position) ? segment.baseOffset : undefined;
}
