/** Reading one index file: the one in use, or one that lies on the disk only. */
import type { Disk, DiskFile } from '@rocketmq-ts/kernel';
import { readInt32 } from '../format/big-endian.ts';
import {
  ENTRY_SIZE,
  entryKeyHash,
  entryPhysicalOffset,
  entryPosition,
  entryPrevious,
  entrySeconds,
  type IndexHeader,
  type IndexShape,
  SLOT_SIZE,
  slotPosition,
} from '../format/index-layout.ts';
import { join } from '../format/paths.ts';
import type { IndexEntry } from './index-file.ts';

export interface IndexView {
  readonly name: string;
  readonly shape: IndexShape;
  readonly header: Readonly<IndexHeader>;
  readonly slots: { get(slot: number): number };
  readEntry(number: number, into: IndexEntry): void;
}

/** A file that is only read: opened when first asked, closed by whoever asked. */
export class StoredIndex implements IndexView {
  readonly name: string;
  readonly shape: IndexShape;
  readonly header: IndexHeader;
  readonly slots = { get: (slot: number): number => readInt32(this.#read(slotPosition(slot), SLOT_SIZE), 0) };
  readonly #disk: Disk;
  readonly #indexDir: string;
  #file: DiskFile | undefined;

  constructor(disk: Disk, indexDir: string, name: string, shape: IndexShape, header: IndexHeader) {
    this.#disk = disk;
    this.#indexDir = indexDir;
    this.name = name;
    this.shape = shape;
    this.header = header;
  }

  readEntry(number: number, into: IndexEntry): void {
    const bytes = this.#read(entryPosition(this.shape, number), ENTRY_SIZE);
    into.keyHash = entryKeyHash(bytes, 0);
    into.physicalOffset = entryPhysicalOffset(bytes, 0);
    into.seconds = entrySeconds(bytes, 0);
    into.previous = entryPrevious(bytes, 0);
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #read(position: number, length: number): Buffer {
    this.#file ??= this.#disk.open(join(this.#indexDir, this.name), 'read');
    if (this.#file.readAt(position, scratch, 0, length) < length) scratch.fill(0);
    return scratch;
  }
}

const scratch = Buffer.alloc(ENTRY_SIZE);

/** Number of the first entry whose record lies at or behind this place; `indexCount` when there is none. */
export function firstEntryFrom(view: IndexView, physicalOffset: number): number {
  const entry: IndexEntry = { keyHash: 0, physicalOffset: 0, seconds: 0, previous: 0 };
  let low = 1;
  let high = view.header.indexCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    view.readEntry(middle, entry);
    if (entry.physicalOffset < physicalOffset) low = middle + 1;
    else high = middle;
  }
  return low;
}
