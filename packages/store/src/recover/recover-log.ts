import { DiskError, type Disk, type Log } from '@rocketmq-ts/kernel';
import { StoreError } from '../errors.ts';
import { offsetToFileName } from '../format/paths.ts';
import type { LoadedSegments } from '../segment/load-segments.ts';
import type { RecoveryPlan } from './recovery-plan.ts';
import { scanLog } from './scan-log.ts';

export interface RecoveredLog {
  /** Where the log goes on: whole, durable and clean up to here, nothing but zeros behind. */
  readonly end: number;
  /** Store time of the newest record that was looked at; 0: none was. */
  readonly lastStoreTimestamp: number;
}

/**
 * Finds the log's end, cuts a torn tail off, and makes both durable before anybody may append: zeros behind the end
 * keep a second crash from bringing back what was cut off. Damage in the middle is reported and left as it is.
 *
 * @throws StoreError STORE_FILE_SIZE; DiskError
 */
export async function recoverLog(parts: { disk: Disk; log: Log; loaded: LoadedSegments; plan: RecoveryPlan; exitedNormally: boolean; withBodyCrc: boolean }): Promise<RecoveredLog> {
  const { disk, log, loaded, plan, exitedNormally } = parts;
  const { set: segments, shortFiles } = loaded;
  const scanned = scanLog(segments, plan, parts.withBodyCrc, shortFiles);
  if (scanned.foreignBlankAt !== undefined) throw restoreLengths(disk, loaded, scanned.foreignBlankAt);
  for (const region of scanned.damaged) log.warn('A damaged region of the commit log is stepped over; its messages are lost.', { from: region.from, to: region.to });

  const isCutNeeded = !exitedNormally || !scanned.endsClean || shortFiles.size > 0;
  // A file that begins exactly at the end is kept: it was created for what comes next.
  await segments.dropTail(scanned.end + 1);
  if (isCutNeeded) {
    segments.find(scanned.end)?.clearFrom(scanned.end);
    for (const segment of segments.segments) {
      if (segment.endOffset > plan.knownDurable || shortFiles.has(segment.baseOffset)) await segment.datasync();
    }
    if (segments.first !== undefined) await disk.syncDir(segments.folder);
  }
  log.info('The commit log is recovered.', { plan: plan.why, from: plan.scanFrom, end: scanned.end, records: scanned.recordCount, torn: !scanned.endsClean });
  return { end: scanned.end, lastStoreTimestamp: scanned.lastStoreTimestamp };
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
