/**
 * One index file that is written to: entries are appended through a buffer, slots kept in memory. Entries are written
 * before the header that counts them, and the header before slots that name them, so that a file is whole up to its
 * header's count whenever the process ends.
 */
import type { DiskFile } from '@rocketmq-ts/kernel';
import { assert } from '@rocketmq-ts/kernel';
import {
  ENTRY_SIZE,
  entryAge,
  entryKeyHash,
  entryPhysicalOffset,
  entryPosition,
  entryPrevious,
  entrySeconds,
  INDEX_HEADER_SIZE,
  type IndexHeader,
  type IndexShape,
  writeEntry,
  writeIndexHeader,
} from '../format/index-layout.ts';
import type { SlotTable } from './slot-table.ts';

const BUFFER_ENTRIES = 8192;

export interface IndexEntry {
  keyHash: number;
  physicalOffset: number;
  seconds: number;
  previous: number;
}

export class IndexFile {
  readonly name: string;
  readonly shape: IndexShape;
  readonly header: IndexHeader;
  readonly slots: SlotTable;
  readonly #file: DiskFile;
  #buffer: Buffer | undefined;
  /** Number of the first entry in the buffer: those before are in the file. */
  #bufferFirst: number;
  #isHeaderWritten = true;

  constructor(name: string, file: DiskFile, shape: IndexShape, header: IndexHeader, slots: SlotTable) {
    this.name = name;
    this.shape = shape;
    this.header = header;
    this.slots = slots;
    this.#file = file;
    this.#bufferFirst = header.indexCount;
  }

  get isFull(): boolean {
    return this.header.indexCount >= this.shape.entryCountMax;
  }

  /** `keyHash` as `indexHashOf` makes it. The file is not full. @throws DiskError when the full buffer cannot be written */
  put(keyHash: number, physicalOffset: number, storeTimestamp: number): void {
    const { header } = this;
    assert(!this.isFull, 'a full index file takes no entry');
    const number = header.indexCount;
    if (number - this.#bufferFirst >= BUFFER_ENTRIES) this.writeEntries();
    const buffer = (this.#buffer ??= Buffer.allocUnsafeSlow(BUFFER_ENTRIES * ENTRY_SIZE));
    const slot = keyHash % this.shape.slotCount;
    const known = this.slots.get(slot);
    const previous = known > 0 && known < number ? known : 0;
    const at = (number - this.#bufferFirst) * ENTRY_SIZE;
    writeEntry(buffer, at, keyHash, physicalOffset, entryAge(storeTimestamp, header.beginTimestamp), previous);
    this.slots.set(slot, number);
    if (number <= 1) {
      header.beginPhysicalOffset = physicalOffset;
      header.beginTimestamp = storeTimestamp;
    }
    header.hashSlotCount++;
    header.indexCount++;
    header.endPhysicalOffset = physicalOffset;
    header.endTimestamp = storeTimestamp;
    this.#isHeaderWritten = false;
  }

  /** Reads entry `number`, 0 < number < indexCount, into `into`. */
  readEntry(number: number, into: IndexEntry): void {
    let buffer = this.#buffer;
    let at = (number - this.#bufferFirst) * ENTRY_SIZE;
    if (buffer === undefined || number < this.#bufferFirst) {
      buffer = entryScratch;
      at = 0;
      if (this.#file.readAt(entryPosition(this.shape, number), buffer, 0, ENTRY_SIZE) < ENTRY_SIZE) buffer.fill(0);
    }
    into.keyHash = entryKeyHash(buffer, at);
    into.physicalOffset = entryPhysicalOffset(buffer, at);
    into.seconds = entrySeconds(buffer, at);
    into.previous = entryPrevious(buffer, at);
  }

  /** Entries, then header, to the file. @throws DiskError; nothing is lost, call again */
  writeEntries(): void {
    if (this.#isHeaderWritten) return;
    const { header } = this;
    const count = header.indexCount - this.#bufferFirst;
    if (count > 0) this.#file.writeAt(entryPosition(this.shape, this.#bufferFirst), this.#buffer as Buffer, 0, count * ENTRY_SIZE);
    const bytes = Buffer.alloc(INDEX_HEADER_SIZE);
    writeIndexHeader(bytes, 0, header);
    this.#file.writeAt(0, bytes, 0, INDEX_HEADER_SIZE);
    this.#bufferFirst = header.indexCount;
    this.#isHeaderWritten = true;
  }

  /** The file's header is not what `header` says. */
  rewriteHeader(): void {
    this.#isHeaderWritten = false;
  }

  /** Dirty slots to the file, about `bytesMax` of them; true when more are left. */
  writeSlots(bytesMax: number): boolean {
    this.writeEntries();
    return this.slots.writeSome(bytesMax);
  }

  /** Gives memory back that a quiet index does not need. */
  release(): void {
    if (this.#isHeaderWritten) this.#buffer = undefined;
    this.slots.release();
  }

  /** Takes back the newest entries, down to `indexCount`. Slots are those of all entries. @throws DiskError */
  takeBack(indexCount: number, storeTimestampAt: (physicalOffset: number) => number | undefined): void {
    this.writeEntries();
    const entry: IndexEntry = { keyHash: 0, physicalOffset: 0, seconds: 0, previous: 0 };
    const { header } = this;
    for (let number = header.indexCount - 1; number >= indexCount; number--) {
      this.readEntry(number, entry);
      const slot = Math.max(0, entry.keyHash) % this.shape.slotCount;
      if (this.slots.get(slot) === number) this.slots.set(slot, entry.previous);
    }
    header.hashSlotCount -= header.indexCount - indexCount;
    header.indexCount = indexCount;
    this.#bufferFirst = indexCount;
    if (indexCount > 1) {
      this.readEntry(indexCount - 1, entry);
      header.endPhysicalOffset = entry.physicalOffset;
      header.endTimestamp = storeTimestampAt(entry.physicalOffset) ?? header.beginTimestamp + entry.seconds * 1000;
    } else {
      header.endPhysicalOffset = header.beginPhysicalOffset;
      header.endTimestamp = header.beginTimestamp;
    }
    this.#isHeaderWritten = false;
  }

  datasync(): Promise<void> {
    return this.#file.datasync();
  }

  close(): void {
    this.#file.close();
  }
}

const entryScratch = Buffer.alloc(ENTRY_SIZE);
