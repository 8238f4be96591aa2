/**
 * The hash slots of one index file in memory, as they stand in the file: pages of 4 KiB are read when first touched,
 * and written back when the flusher comes round. Slots can always be rebuilt from the entries, so their writing is
 * never urgent; what matters is that it is done in small steps.
 */
import type { DiskFile } from '@rocketmq-ts/kernel';
import { readInt32, writeInt32 } from '../format/big-endian.ts';
import { INDEX_HEADER_SIZE, SLOT_SIZE } from '../format/index-layout.ts';

const PAGE_SIZE = 4096;
const PageState = { absent: 0, clean: 1, dirty: 2 } as const;

export class SlotTable {
  readonly #file: DiskFile;
  readonly #sizeBytes: number;
  /** Untouched parts of it take no memory. */
  #bytes: Buffer | undefined;
  #pages: Uint8Array;
  /** A new file: pages that were never touched are zeros, there is nothing to read. */
  #isBlank: boolean;
  #dirtyCount = 0;
  #nextToWrite = 0;

  constructor(file: DiskFile, slotCount: number, isBlank: boolean) {
    this.#file = file;
    this.#sizeBytes = slotCount * SLOT_SIZE;
    this.#pages = new Uint8Array(Math.ceil(this.#sizeBytes / PAGE_SIZE));
    this.#isBlank = isBlank;
  }

  get(slot: number): number {
    const at = slot * SLOT_SIZE;
    return readInt32(this.#loaded(at), at);
  }

  set(slot: number, entry: number): void {
    const at = slot * SLOT_SIZE;
    writeInt32(this.#loaded(at), at, entry);
    const page = Math.floor(at / PAGE_SIZE);
    if (this.#pages[page] === PageState.dirty) return;
    this.#pages[page] = PageState.dirty;
    this.#dirtyCount++;
  }

  get isDirty(): boolean {
    return this.#dirtyCount > 0;
  }

  /** Writes about `bytesMax` of dirty pages; neighbours in one write. False when none is left. @throws DiskError */
  writeSome(bytesMax: number): boolean {
    const pageCount = this.#pages.length;
    for (let budget = Math.max(1, Math.floor(bytesMax / PAGE_SIZE)); budget > 0 && this.#dirtyCount > 0;) {
      if (this.#nextToWrite >= pageCount) this.#nextToWrite = 0;
      const first = this.#pages.indexOf(PageState.dirty, this.#nextToWrite);
      if (first < 0) {
        this.#nextToWrite = 0;
        continue;
      }
      let end = first + 1;
      while (end < pageCount && end - first < budget && this.#pages[end] === PageState.dirty) end++;
      this.#writePages(first, end);
      this.#nextToWrite = end;
      budget -= end - first;
    }
    return this.#dirtyCount > 0;
  }

  /** Forgets all slots; the file will hold what is set from now on. */
  clear(): void {
    this.#bytes = Buffer.alloc(this.#sizeBytes);
    this.#pages.fill(PageState.dirty);
    this.#dirtyCount = this.#pages.length;
    this.#isBlank = false;
  }

  /** Gives the memory back when all is written. */
  release(): void {
    if (this.#dirtyCount > 0) return;
    this.#bytes = undefined;
    this.#pages.fill(PageState.absent);
    this.#isBlank = false;
  }

  #writePages(first: number, end: number): void {
    const start = first * PAGE_SIZE;
    this.#file.writeAt(INDEX_HEADER_SIZE + start, this.#bytes as Buffer, start, Math.min(end * PAGE_SIZE, this.#sizeBytes));
    this.#pages.fill(PageState.clean, first, end);
    this.#dirtyCount -= end - first;
  }

  #loaded(at: number): Buffer {
    const bytes = (this.#bytes ??= Buffer.alloc(this.#sizeBytes));
    const page = Math.floor(at / PAGE_SIZE);
    if (this.#pages[page] === PageState.absent) {
      const start = page * PAGE_SIZE;
      if (!this.#isBlank) this.#file.readAt(INDEX_HEADER_SIZE + start, bytes, start, Math.min(PAGE_SIZE, this.#sizeBytes - start));
      this.#pages[page] = PageState.clean;
    }
    return bytes;
  }
}
