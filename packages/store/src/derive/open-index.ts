/**
 * Opens the index files and decides from where indexing goes on. After an exit that was not in order, only entries that
 * were known to be durable stay, and the slots are rebuilt from them: nothing is thrown away that the log would have to
 * give again.
 */
import type { DiskFile } from '@rocketmq-ts/kernel';
import { StoreError } from '../errors.ts';
import { entryPhysicalOffset, entryPosition, ENTRY_SIZE, INDEX_HEADER_SIZE, type IndexHeader, indexFileSize, isIndexFileName, readIndexHeader } from '../format/index-layout.ts';
import { join } from '../format/paths.ts';
import type { DerivedStart, LogReader } from '../log-reader.ts';
import { IndexFile } from './index-file.ts';
import { IndexTable, type IndexTableParts } from './index-table.ts';
import { firstEntryFrom, StoredIndex } from './index-view.ts';
import { rebuildSlots, rebuiltHeader } from './rebuild-slots.ts';

export interface OpenedIndex {
  readonly table: IndexTable;
  /** Every key of records before it is in the index. */
  readonly resumeAt: number;
}

/** @throws StoreError when files do not have the configured size; DiskError */
export async function openIndex(parts: IndexTableParts, reader: LogReader, start: DerivedStart): Promise<OpenedIndex> {
  const durable = start.checkpoint?.indexOffset ?? -1;
  const limit = Math.min(durable >= 0 ? durable : Infinity, reader.readableEnd);
  const stored = await takeFiles(parts, limit);
  const last = stored.pop();
  if (last === undefined) {
    // No file although there were entries, or a store that never kept an index: all of the log is indexed.
    const isUnknown = durable < 0 || (start.checkpoint?.indexMsgTimestamp ?? 0) > 0;
    return { table: new IndexTable(parts, stored, undefined), resumeAt: clamp(isUnknown ? 0 : durable, reader) };
  }
  const file = parts.disk.open(join(parts.indexDir, last.name), 'readwrite');
  const isShort = file.sizeBytes() < indexFileSize(parts.shape);
  if (isShort) file.truncate(indexFileSize(parts.shape));
  if (start.exitedNormally && !isShort && last.header.indexCount <= parts.shape.entryCountMax) {
    const table = new IndexTable(parts, stored, new IndexFile(last.name, file, parts.shape, last.header, false));
    table.truncateTo(limit);
    return { table, resumeAt: clamp(durable >= 0 ? durable : endOfRecord(reader, last.header.endPhysicalOffset), reader) };
  }
  return rebuild(parts, { reader, stored, last, file, limit, durable });
}

interface Rebuild {
  readonly reader: LogReader;
  readonly stored: StoredIndex[];
  readonly last: StoredIndex;
  readonly file: DiskFile;
  readonly limit: number;
  readonly durable: number;
}

function rebuild(parts: IndexTableParts, work: Rebuild): OpenedIndex {
  const { reader, stored, last, file, limit, durable } = work;
  const { shape, log } = parts;
  const rebuilt = rebuildSlots(file, shape, limit);
  const before = stored.at(-1)?.header.endPhysicalOffset ?? 0;
  const header = rebuilt.indexCount > 1 ? rebuiltHeader(last.header, rebuilt, parts.storeTimestampAt, firstPhysicalOffset(file, parts)) : emptied(last.header, before);
  const active = new IndexFile(last.name, file, shape, header, false);
  active.slots.clear();
  for (let slot = 0; slot < shape.slotCount; slot++) {
    const number = rebuilt.slots[slot] as number;
    if (number !== 0) active.slots.set(slot, number);
  }
  const table = new IndexTable(parts, stored, active);
  // The header counts only entries that were written before it; fewer whole ones mean damage.
  const wasCut = rebuilt.indexCount < Math.min(last.header.indexCount, shape.entryCountMax) && isBefore(active, file, parts, limit);
  log.info('The index was rebuilt from its entries.', { name: last.name, entries: rebuilt.indexCount - 1 });
  if (durable >= 0 && !wasCut) return { table, resumeAt: clamp(durable, reader) };
  // The newest message may be indexed in part: it is indexed again.
  const resumeAt = rebuilt.indexCount > 1 ? rebuilt.endPhysicalOffset : before;
  if (rebuilt.indexCount > 1) active.takeBack(firstEntryFrom(active, resumeAt), parts.storeTimestampAt);
  return { table, resumeAt: clamp(resumeAt, reader) };
}

/** Whether the entry behind the rebuilt ones was of a record before `limit`, so that it should have been whole. */
function isBefore(active: IndexFile, file: DiskFile, parts: IndexTableParts, limit: number): boolean {
  const bytes = Buffer.alloc(ENTRY_SIZE);
  file.readAt(entryPosition(parts.shape, active.header.indexCount), bytes, 0, ENTRY_SIZE);
  return entryPhysicalOffset(bytes, 0) < limit;
}

function firstPhysicalOffset(file: DiskFile, parts: IndexTableParts): number {
  const bytes = Buffer.alloc(ENTRY_SIZE);
  file.readAt(entryPosition(parts.shape, 1), bytes, 0, ENTRY_SIZE);
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

function emptied(header: IndexHeader, physicalOffset: number): IndexHeader {
  return { ...header, beginPhysicalOffset: physicalOffset, endPhysicalOffset: physicalOffset, endTimestamp: header.beginTimestamp, hashSlotCount: 0, indexCount: 1 };
}

function endOfRecord(reader: LogReader, physicalOffset: number): number {
  return physicalOffset + (reader.recordAt(physicalOffset)?.length ?? 0);
}

function clamp(offset: number, reader: LogReader): number {
  return Math.min(Math.max(offset, reader.minOffset), reader.readableEnd);
}
