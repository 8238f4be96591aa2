import { DiskError, type Disk, type Log } from '@rocketmq-ts/kernel';
import { readSideSlots } from '../append/guard-place.ts';
import { StoreError } from '../errors.ts';
import { offsetToFileName } from '../format/paths.ts';
import type { LoadedSegments } from '../segment/load-segments.ts';
import { scanGuardedLog } from './guarded-end.ts';
import type { RecoveryPlan } from './recovery-plan.ts';
import { scanLog } from './scan-log.ts';

export interface RecoveredLog {
  /** Where the log goes on: whole and durable up to here. */
  readonly end: number;
  /** Store time of the newest record that was looked at; 0: none was. */
  readonly lastStoreTimestamp: number;
  /** Whether something may lie behind the end. */
  readonly isCutNeeded: boolean;
}

export interface RecoverParts {
  readonly disk: Disk;
  readonly log: Log;
  readonly loaded: LoadedSegments;
  readonly plan: RecoveryPlan;
  readonly exitedNormally: boolean;
  readonly withBodyCrc: boolean;
  /** Where a slave's guards are. */
  readonly tailGuardsFile: string;
}

/**
 * Finds the log's end and makes everything before it durable. Removes nothing: what led to this end (guards, files
 * behind) stays until a checkpoint names it, so that a death in the middle of recovery loses nothing.
 *
 * @throws StoreError STORE_FILE_SIZE; DiskError
 */
export async function recoverLog({ disk, log, loaded, plan, exitedNormally, withBodyCrc, tailGuardsFile }: RecoverParts): Promise<RecoveredLog> {
  const { set: segments, shortFiles } = loaded;
  const scanned = plan.isTailGuarded ? scanGuardedLog(segments, plan.knownDurable, readSideSlots(disk, tailGuardsFile)) : scanLog(segments, plan, withBodyCrc, shortFiles);
  if (scanned.foreignBlankAt !== undefined) throw restoreLengths(disk, loaded, scanned.foreignBlankAt);
  for (const region of scanned.damaged) log.warn('A damaged region of the commit log is stepped over; its messages are lost.', { from: region.from, to: region.to });

  const isCutNeeded = !exitedNormally || !scanned.endsClean || shortFiles.size > 0;
  if (isCutNeeded) await makeDurable(disk, loaded, plan.knownDurable);
  log.info('The commit log is recovered.', { plan: plan.why, from: plan.scanFrom, end: scanned.end, records: scanned.recordCount, torn: !scanned.endsClean });
  return { end: scanned.end, lastStoreTimestamp: scanned.lastStoreTimestamp, isCutNeeded };
}

/** Removes whatever lies behind the end: nothing but zeros is left. When a checkpoint says that this is the end. @throws DiskError */
export async function cutTail(disk: Disk, loaded: LoadedSegments, { end, isCutNeeded }: RecoveredLog): Promise<void> {
  const { set: segments } = loaded;
  // A file that begins exactly at the end is kept: it was created for what comes next.
  await segments.dropTail(end + 1);
  if (!isCutNeeded) return;
  const last = segments.find(end);
  if (last === undefined) return;
  last.clearFrom(end);
  await last.datasync();
}

async function makeDurable(disk: Disk, loaded: LoadedSegments, knownDurable: number): Promise<void> {
  const { set: segments, shortFiles } = loaded;
  for (const segment of segments.segments) {
    if (segment.endOffset > knownDurable || shortFiles.has(segment.baseOffset)) await segment.datasync();
  }
  if (segments.first !== undefined) await disk.syncDir(segments.folder);
}

/** The configured file size is not the store's: everything is left as it was found. */
function restoreLengths(disk: Disk, loaded: LoadedSegments, baseOffset: number): StoreError {
  for (const segment of loaded.set.segments) {
    const length = loaded.shortFiles.get(segment.baseOffset);
    if (length !== undefined) truncateQuietly(disk, segment.path, length);
  }
  const file = `${loaded.set.folder}/${offsetToFileName(baseOffset)}`;
  return new StoreError(
    'STORE_FILE_SIZE',
    `${file} was written as a whole file of ${loaded.shortFiles.get(baseOffset)} bytes: length not matched message store config value ${loaded.set.segmentSizeBytes}. Set mappedFileSizeCommitLog to what the store was written with.`,
  );
}

function truncateQuietly(disk: Disk, path: string, sizeBytes: number): void {
  try {
    const file = disk.open(path, 'readwrite');
    file.truncate(sizeBytes);
    file.close();
  } catch (error) {
    // The refusal that follows says what to do; a file that stays longer does no harm.
    if (!(error instanceof DiskError)) throw error;
  }
}
