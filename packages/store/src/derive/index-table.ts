/**
 * The index files of a store, oldest first. Only the last is written to; a full one is closed down in the background
 * (its slots are written in small steps) and from then on read from the disk.
 */
import type { Clock, Disk, Log } from '@rocketmq-ts/kernel';
import { type IndexHeader, type IndexShape, indexFileName, indexFileSize } from '../format/index-layout.ts';
import { join } from '../format/paths.ts';
import type { IndexInUse } from './derived-ends.ts';
import { IndexFile } from './index-file.ts';
import { firstEntryFrom, type IndexView, StoredIndex } from './index-view.ts';
import { SlotTable } from './slot-table.ts';

export interface IndexTableParts {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly log: Log;
  readonly indexDir: string;
  readonly shape: IndexShape;
  /** Store time of the record at a place of the log. */
  readonly storeTimestampAt: (physicalOffset: number) => number | undefined;
}

export class IndexTable {
  readonly #parts: IndexTableParts;
  /** Full files whose slots are not all written yet; then `#active`. */
  #closing: IndexFile[] = [];
  #stored: StoredIndex[];
  #active: IndexFile | undefined;
  #hasNewNames = false;
  #hasPut = false;
  /** Store time of the newest record whose entries are durable. */
  durableTimestamp = 0;

  /** @param open files that are to be written, oldest first; the last of them takes entries */
  constructor(parts: IndexTableParts, stored: StoredIndex[], open: IndexFile[]) {
    this.#parts = parts;
    this.#stored = stored;
    this.#active = open.at(-1);
    this.#closing = open.slice(0, -1);
  }

  get inUse(): IndexInUse {
    const newest = this.#active?.name ?? this.#stored.at(-1)?.name;
    return { rebuildFrom: this.#closing[0]?.name ?? this.#active?.name, newest };
  }

  /** The record of the newest entry; 0: there is none. */
  get endPhysicalOffset(): number {
    for (const { header } of this.newestFirst()) if (header.indexCount > 1) return header.endPhysicalOffset;
    return 0;
  }

  /** Newest first. */
  *newestFirst(): Generator<IndexView> {
    if (this.#active !== undefined) yield this.#active;
    for (let index = this.#closing.length - 1; index >= 0; index--) yield this.#closing[index] as IndexFile;
    for (let index = this.#stored.length - 1; index >= 0; index--) yield this.#stored[index] as StoredIndex;
  }

  /** @throws DiskError, before anything has changed */
  put(keyHash: number, physicalOffset: number, storeTimestamp: number): void {
    const active = this.#active !== undefined && !this.#active.isFull ? this.#active : this.#roll();
    active.put(keyHash, physicalOffset, storeTimestamp);
    this.#hasPut = true;
  }

  /** All entries to the files. @throws DiskError */
  writeEntries(): void {
    this.#active?.writeEntries();
  }

  /** About `bytesMax` of what is not urgent; true when more is left. @throws DiskError */
  writeSome(bytesMax: number): boolean {
    const closing = this.#closing[0];
    if (closing !== undefined) return closing.writeSlots(bytesMax);
    const active = this.#active;
    if (active === undefined) return false;
    const isLeft = active.writeSlots(bytesMax);
    if (!isLeft && !this.#hasPut) active.release();
    this.#hasPut = false;
    return isLeft;
  }

  /** Everything to the files, slots too. @throws DiskError */
  writeAll(): void {
    for (const file of this.#closing) while (file.writeSlots(Infinity));
    while (this.#active?.writeSlots(Infinity) === true);
  }

  /** Resolves when all that `writeEntries` has written is durable. @throws DiskError */
  async datasync(): Promise<void> {
    const active = this.#active;
    const closing = [...this.#closing];
    const timestamp = active?.header.endTimestamp ?? 0;
    for (const file of closing) {
      const isClosed = !file.slots.isDirty;
      await file.datasync();
      if (isClosed) this.#store(file);
    }
    await active?.datasync();
    if (this.#hasNewNames) {
      this.#hasNewNames = false;
      await this.#parts.disk.syncDir(this.#parts.indexDir);
    }
    this.durableTimestamp = Math.max(this.durableTimestamp, timestamp);
  }

  /** Removes files that only name records before this place; the newest stays. */
  async deleteBefore(minPhysicalOffset: number): Promise<void> {
    while (this.#stored.length > (this.#active === undefined && this.#closing.length === 0 ? 1 : 0)) {
      const oldest = this.#stored[0] as StoredIndex;
      if (oldest.header.endPhysicalOffset >= minPhysicalOffset) return;
      this.#stored.shift();
      await this.#parts.disk.remove(this.#pathOf(oldest.name));
    }
  }

  /** Takes back all entries of records at or behind this place. @throws DiskError */
  truncateTo(physicalOffset: number): void {
    for (;;) {
      const active = (this.#active ??= this.#reopenLast());
      if (active === undefined || active.header.indexCount <= 1 || active.header.endPhysicalOffset < physicalOffset) return;
      active.takeBack(firstEntryFrom(active, physicalOffset), this.#parts.storeTimestampAt);
      if (active.header.indexCount > 1) return;
      const before = this.#closing.pop() ?? this.#reopenLast();
      if (before === undefined) return;
      active.close();
      this.#removeLater(active.name);
      this.#active = before;
    }
  }

  close(): void {
    for (const file of this.#closing) file.close();
    this.#active?.close();
    for (const stored of this.#stored) stored.close();
  }

  #roll(): IndexFile {
    const full = this.#active;
    full?.writeEntries();
    const last = full?.header ?? this.#stored.at(-1)?.header;
    const made = this.#create(full?.name ?? this.#stored.at(-1)?.name, last);
    if (full !== undefined) this.#closing.push(full);
    this.#active = made;
    return made;
  }

  #create(lastName: string | undefined, last: IndexHeader | undefined): IndexFile {
    const { disk, clock, indexDir, shape } = this.#parts;
    disk.makeDir(indexDir);
    let wallMs = clock.wallMs();
    while (indexFileName(wallMs) <= (lastName ?? '') || disk.exists(this.#pathOf(indexFileName(wallMs))))
      wallMs = nextWallMs(wallMs, lastName);
    const name = indexFileName(wallMs);
    const file = disk.create(this.#pathOf(name), indexFileSize(shape));
    this.#hasNewNames = true;
    return new IndexFile(name, file, shape, emptyHeader(last), new SlotTable(file, shape.slotCount, true));
  }

  #store(file: IndexFile): void {
    this.#closing = this.#closing.filter((other) => other !== file);
    this.durableTimestamp = Math.max(this.durableTimestamp, file.header.endTimestamp);
    file.close();
    this.#stored.push(new StoredIndex(this.#parts.disk, this.#parts.indexDir, file.name, this.#parts.shape, file.header));
  }

  #reopenLast(): IndexFile | undefined {
    const stored = this.#stored.pop();
    if (stored === undefined) return undefined;
    stored.close();
    const { disk, shape } = this.#parts;
    const file = disk.open(this.#pathOf(stored.name), 'readwrite');
    return new IndexFile(stored.name, file, shape, stored.header, new SlotTable(file, shape.slotCount, false));
  }

  #removeLater(name: string): void {
    this.#parts.disk.remove(this.#pathOf(name)).catch((error: unknown) => {
      this.#parts.log.warn('An index file of taken back records could not be removed.', { name, error: error as Error });
    });
  }

  #pathOf(name: string): string {
    return join(this.#parts.indexDir, name);
  }
}

/** As Java begins a file: where the one before it ended, until the first entry says better. */
function emptyHeader(last: IndexHeader | undefined): IndexHeader {
  const physicalOffset = last?.endPhysicalOffset ?? 0;
  const timestamp = last?.endTimestamp ?? 0;
  return {
    beginTimestamp: timestamp,
    endTimestamp: timestamp,
    beginPhysicalOffset: physicalOffset,
    endPhysicalOffset: physicalOffset,
    hashSlotCount: 0,
    indexCount: 1,
  };
}

/** Names must rise, also when the clock was set back: then they go on from the newest one. */
function nextWallMs(wallMs: number, lastName: string | undefined): number {
  const isBehind = lastName !== undefined && /^[0-9]{17}$/.test(lastName) && indexFileName(wallMs) < lastName;
  if (!isBehind) return wallMs + 1;
  const part = (start: number, end: number): number => Number(lastName.slice(start, end));
  return new Date(part(0, 4), part(4, 6) - 1, part(6, 8), part(8, 10), part(10, 12), part(12, 14), part(14, 17)).getTime() + 1;
}
