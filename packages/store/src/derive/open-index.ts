/**
 * Opens the index files and decides from where indexing goes on. After an exit that was not in order, only entries that
 * were known to be durable stay, and the slots are rebuilt from them: nothing is thrown away that the log would have to
 * give again.
 */
import type { DiskFile } from '@rocketmq-ts/kernel';
import { StoreError } from '../errors.ts';
import {
  entryPhysicalOffset,
  entryPosition,
  ENTRY_SIZE,
  INDEX_HEADER_SIZE,
  type IndexHeader,
  indexFileSize,
  isIndexFileName,
  readIndexHeader,
} from '../format/index-layout.ts';
import { join } from '../format/paths.ts';
import type { DerivedStart, LogReader } from '../log-reader.ts';
import type { IndexInUse } from './derived-ends.ts';
import { IndexFile } from './index-file.ts';
import { IndexTable, type IndexTableParts } from './index-table.ts';
import { StoredIndex } from './index-view.ts';
import { rebuildSlots, rebuiltHeader } from './rebuild-slots.ts';
import { SlotTable } from './slot-table.ts';

export interface OpenedIndex {
  readonly table: IndexTable;
  /** Every key of records before it is in the index. */
  readonly resumeAt: number;
}

interface FoundIndex {
  readonly stored: StoredIndex[];
  /** Nothing of records from here on is known to be durable. */
  readonly limit: number;
  /** −1: not known. */
  readonly durable: number;
  readonly isNewestGone: boolean;
  readonly known: IndexInUse;
}

/** Files that have to be read before anything is written to them: a matter of up to seconds, done step by step. */
export interface IndexRebuild {
  /** To be read meanwhile: whatever a slot leads to is held against the log. */
  readonly asFound: IndexTable;
  /** As in the checkpoint; what is found may lie before. */
  readonly resumeAt: number;
  /** @param pause awaited before each step. @throws DiskError; nothing is open then */
  run(pause: () => Promise<void>): Promise<OpenedIndex>;
}

/** Whether `derivedends` names the oldest file whose slots may not be whole. */
export function isListed(inUse: IndexInUse, known: IndexInUse): boolean {
  return inUse.rebuildFrom === undefined || inUse.rebuildFrom >= (known.rebuildFrom ?? '');
}

/** @throws StoreError when files do not have the configured size; DiskError */
export async function openIndex(parts: IndexTableParts, reader: LogReader, start: DerivedStart, known: IndexInUse): Promise<OpenedIndex | IndexRebuild> {
  const durable = start.checkpoint?.indexOffset ?? -1;
  const limit = Math.min(durable >= 0 ? durable : Infinity, reader.readableEnd);
  const stored = await takeFiles(parts, limit);
  const isNewestGone = durable >= 0 && known.newest !== undefined && known.newest > (stored.at(-1)?.name ?? '');
  const found = { stored, limit, durable, isNewestGone, known };
  const inLog = ({ table, resumeAt }: OpenedIndex): OpenedIndex => ({ table, resumeAt: Math.min(Math.max(resumeAt, reader.minOffset), reader.readableEnd) });
  if (stored.length === 0 || durable < 0 || start.exitedNormally) return inLog(await openAsFound(parts, reader, start, found));
  return {
    asFound: new IndexTable(parts, [...stored], []),
    resumeAt: Math.min(durable, reader.readableEnd),
    run: async (pause) => inLog(await rebuildFrom(parts, found, pause)),
  };
}

/** Nothing in the files is in doubt, or nothing of what is in doubt is kept. */
async function openAsFound(parts: IndexTableParts, reader: LogReader, start: DerivedStart, found: FoundIndex): Promise<OpenedIndex> {
  const { stored, limit, durable, isNewestGone } = found;
  if (durable < 0 && !start.exitedNormally) return keepFinished(parts, stored, start.checkpoint?.indexMsgTimestamp ?? 0);
  if (stored.length === 0) {
    // There were entries, or it is a store that never kept an index: all of the log is indexed.
    const isUnknown = durable < 0 || isNewestGone || (start.checkpoint?.indexMsgTimestamp ?? 0) > 0;
    return { table: new IndexTable(parts, [], []), resumeAt: isUnknown ? 0 : durable };
  }
  const last = stored.pop() as StoredIndex;
  const file = parts.disk.open(join(parts.indexDir, last.name), 'readwrite');
  const table = new IndexTable(parts, stored, [new IndexFile(last.name, file, parts.shape, last.header, new SlotTable(file, parts.shape.slotCount, false))]);
  table.truncateTo(limit);
  if (isNewestGone) return resumeAtLast(table);
  return { table, resumeAt: durable >= 0 ? durable : endOfRecord(reader, table.endPhysicalOffset) };
}

/**
 * A store of Java's that was not closed in order. Its rule says which files are whole; what the others had is taken
 * from the log.
 */
async function keepFinished(parts: IndexTableParts, stored: StoredIndex[], finishedUntil: number): Promise<OpenedIndex> {
  const isFinished = ({ header }: StoredIndex): boolean => header.indexCount > 1 && header.endTimestamp <= finishedUntil;
  const firstDoubtful = stored.findIndex((file) => !isFinished(file));
  if (firstDoubtful >= 0) {
    for (const { name } of stored.splice(firstDoubtful)) await parts.disk.remove(join(parts.indexDir, name));
  }
  const table = new IndexTable(parts, stored, []);
  return resumeAtLast(table);
}

/** The newest message may be indexed in part: it is indexed again. */
function resumeAtLast(table: IndexTable): OpenedIndex {
  const resumeAt = table.endPhysicalOffset;
  table.truncateTo(resumeAt);
  return { table, resumeAt };
}

async function rebuildFrom(parts: IndexTableParts, found: FoundIndex, pause: () => Promise<void>): Promise<OpenedIndex> {
  const { limit, durable, isNewestGone, known } = found;
  const stored = [...found.stored];
  const from = known.rebuildFrom ?? '';
  const first = stored.findIndex(({ name }) => name >= from);
  const doubtful = first < 0 ? [] : stored.splice(first);
  const open: IndexFile[] = [];
  let endedEarly = false;
  for (const { name, header } of doubtful) {
    if (endedEarly) {
      await parts.disk.remove(join(parts.indexDir, name));
      continue;
    }
    const rebuilt = await rebuildFile(parts, { name, known: header, limit }, pause);
    open.push(rebuilt.file);
    endedEarly = rebuilt.isDamaged;
  }
  const table = new IndexTable(parts, stored, open);
  table.truncateTo(limit);
  return endedEarly || isNewestGone ? resumeAtLast(table) : { table, resumeAt: durable };
}

interface FileToRebuild {
  readonly name: string;
  readonly known: IndexHeader;
  readonly limit: number;
}

async function rebuildFile(parts: IndexTableParts, { name, known, limit }: FileToRebuild, pause: () => Promise<void>): Promise<{ file: IndexFile; isDamaged: boolean }> {
  const { shape, log } = parts;
  const disk = parts.disk.open(join(parts.indexDir, name), 'readwrite');
  // The header counts every entry of records before the limit, unless it is torn. Behind them may be entries that were taken back.
  const { indexCount, hashSlotCount, endPhysicalOffset } = known;
  const isSound = indexCount > 1 && indexCount <= shape.entryCountMax && hashSlotCount === indexCount - 1;
  const isCounted = isSound && entryOffset(disk, parts, indexCount - 1) === endPhysicalOffset;
  const slots = new SlotTable(disk, shape.slotCount, false);
  slots.clear();
  const rebuilt = await rebuildSlots({ file: disk, shape, countMax: isCounted ? indexCount : shape.entryCountMax, limit }, slots, pause);
  const header =
    rebuilt.indexCount > 1 ? rebuiltHeader(known, rebuilt, parts.storeTimestampAt, entryOffset(disk, parts, 1)) : emptied(known);
  const file = new IndexFile(name, disk, shape, header, slots);
  file.rewriteHeader();
  log.info('The slots of an index file were rebuilt from its entries.', { name, entries: rebuilt.indexCount - 1 });
  // The header counts only entries that were written before it; fewer whole ones before the limit mean damage.
  const isDamaged =
    rebuilt.indexCount < Math.min(known.indexCount, shape.entryCountMax) && entryOffset(disk, parts, rebuilt.indexCount) < limit;
  return { file, isDamaged };
}

function entryOffset(file: DiskFile, parts: IndexTableParts, number: number): number {
  const bytes = Buffer.alloc(ENTRY_SIZE);
  file.readAt(entryPosition(parts.shape, number), bytes, 0, ENTRY_SIZE);
  return entryPhysicalOffset(bytes, 0);
}

async function takeFiles(parts: IndexTableParts, limit: number): Promise<StoredIndex[]> {
  const { disk, indexDir, shape, log } = parts;
  const taken: StoredIndex[] = [];
  for (const entry of disk.list(indexDir)) {
    if (entry.isDirectory || !isIndexFileName(entry.name)) {
      log.warn('A file that is none of the index is left alone.', { folder: indexDir, name: entry.name });
      continue;
    }
    const path = join(indexDir, entry.name);
    const header = readHeader(parts, path);
    if (header.indexCount > 1 && header.beginPhysicalOffset >= limit) await disk.remove(path);
    else taken.push(new StoredIndex(disk, indexDir, entry.name, shape, header));
  }
  return taken;
}

function readHeader(parts: IndexTableParts, path: string): IndexHeader {
  const { disk, shape } = parts;
  const file = disk.open(path, 'read');
  try {
    if (file.sizeBytes() > indexFileSize(shape)) {
      throw new StoreError(
        'STORE_FILE_SIZE',
        `Index file ${path} does not fit maxHashSlotNum=${shape.slotCount} and maxIndexNum=${shape.entryCountMax}: set them as they were when it was written.`,
      );
    }
    const bytes = Buffer.alloc(INDEX_HEADER_SIZE);
    file.readAt(0, bytes, 0, INDEX_HEADER_SIZE);
    return readIndexHeader(bytes, 0);
  } finally {
    file.close();
  }
}

function emptied(header: IndexHeader): IndexHeader {
  return { ...header, endPhysicalOffset: header.beginPhysicalOffset, endTimestamp: header.beginTimestamp, hashSlotCount: 0, indexCount: 1 };
}

function endOfRecord(reader: LogReader, physicalOffset: number): number {
  return physicalOffset + (reader.recordAt(physicalOffset)?.length ?? 0);
}
