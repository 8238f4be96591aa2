import type { Disk, DiskFile, Log } from '@rocketmq-ts/kernel';
import { StoreError } from '../errors.ts';
import { fileNameToOffset, join, offsetToFileName } from '../format/paths.ts';
import { SegmentFile } from './segment-file.ts';
import { SegmentSet } from './segment-set.ts';

/** A store that lost more files than this is not repaired without somebody looking at it. */
const MISSING_FILES_MAX = 16;

export interface LoadedSegments {
  readonly set: SegmentSet;
  /** Lengths found, of files that were shorter than configured and have been filled up with zeros; by base offset. */
  readonly shortFiles: ReadonlyMap<number, number>;
}

/**
 * Opens the files of the commit log. Java refuses every length but the configured one; a crash, however, leaves a
 * last file of length 0 or cut short, so short files are filled up with zeros and left to recovery. What only a
 * wrong setting explains (longer files, names that do not lie one file size apart) is refused.
 *
 * @throws StoreError STORE_FILE_SIZE, STORE_FILE_GAP; DiskError
 */
export function loadSegments(disk: Disk, log: Log, folder: string, sizeBytes: number): LoadedSegments {
  const baseOffsets = listBaseOffsets(disk, log, folder);
  // Nothing is changed before everything has been looked at.
  checkSpacing(folder, baseOffsets, sizeBytes);
  const files = new Map(baseOffsets.map((baseOffset) => [baseOffset, disk.open(join(folder, offsetToFileName(baseOffset)), 'readwrite')]));
  const lengths = new Map([...files].map(([baseOffset, file]) => [baseOffset, checkLength(file, sizeBytes)]));

  const segments: SegmentFile[] = [];
  const shortFiles = new Map<number, number>();
  const [first = 0] = baseOffsets;
  const end = baseOffsets.length === 0 ? 0 : (baseOffsets.at(-1) as number) + sizeBytes;
  for (let baseOffset = first; baseOffset < end; baseOffset += sizeBytes) {
    const file = files.get(baseOffset);
    if (file === undefined) {
      log.warn('A commit log file is missing; an empty one takes its place.', { folder, file: offsetToFileName(baseOffset) });
      segments.push(SegmentFile.create(disk, folder, baseOffset, sizeBytes));
      continue;
    }
    const length = lengths.get(baseOffset) as number;
    if (length < sizeBytes) {
      log.warn('A commit log file is shorter than configured; it is filled up with zeros.', { file: file.path, length, configured: sizeBytes });
      shortFiles.set(baseOffset, length);
      file.truncate(sizeBytes);
    }
    segments.push(new SegmentFile(file, baseOffset, sizeBytes));
  }
  return { set: new SegmentSet(disk, folder, sizeBytes, segments), shortFiles };
}

function checkSpacing(folder: string, baseOffsets: readonly number[], sizeBytes: number): void {
  let missingCount = 0;
  for (let index = 1; index < baseOffsets.length; index++) {
    const gap = (baseOffsets[index] as number) - (baseOffsets[index - 1] as number) - sizeBytes;
    if (gap < 0 || gap % sizeBytes !== 0) throw spacingError(folder, baseOffsets[index] as number, sizeBytes);
    missingCount += gap / sizeBytes;
    if (missingCount > MISSING_FILES_MAX) throw gapError(folder, (baseOffsets[index - 1] as number) + sizeBytes);
  }
}

function listBaseOffsets(disk: Disk, log: Log, folder: string): number[] {
  const offsets: number[] = [];
  for (const entry of disk.list(folder)) {
    const offset = entry.isDirectory ? undefined : fileNameToOffset(entry.name);
    if (offset === undefined) log.warn('A name in the commit log folder is not that of a commit log file; it is left alone.', { folder, name: entry.name });
    else offsets.push(offset);
  }
  return offsets;
}

function checkLength(file: DiskFile, sizeBytes: number): number {
  const length = file.sizeBytes();
  if (length <= sizeBytes) return length;
  throw new StoreError(
    'STORE_FILE_SIZE',
    `${file.path} has ${length} bytes: length not matched message store config value ${sizeBytes}. Set mappedFileSizeCommitLog to what the store was written with.`,
  );
}

function spacingError(folder: string, baseOffset: number, sizeBytes: number): StoreError {
  return new StoreError(
    'STORE_FILE_SIZE',
    `${join(folder, offsetToFileName(baseOffset))} does not lie a multiple of ${sizeBytes} bytes behind the file before it. Set mappedFileSizeCommitLog to what the store was written with.`,
  );
}

function gapError(folder: string, baseOffset: number): StoreError {
  return new StoreError(
    'STORE_FILE_GAP',
    `More than ${MISSING_FILES_MAX} commit log files are missing in ${folder} (from ${offsetToFileName(baseOffset)} on). Put them back, or move the older files away.`,
  );
}
