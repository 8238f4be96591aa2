import { assert } from '../assert.ts';

export const PAGE_BYTES = 4096;

/** A page is never changed once it is shared between two images of a file. */
interface Page {
  readonly bytes: Buffer;
  isShared: boolean;
}

/** The bytes of a file, of which only the pages that were written exist; all else reads as zero. */
export class SparseBytes {
  private readonly pages = new Map<number, Page>();

  get pageCount(): number {
    return this.pages.size;
  }

  has(index: number): boolean {
    return this.pages.has(index);
  }

  pageIndexes(): IterableIterator<number> {
    return this.pages.keys();
  }

  /** A view for reading; undefined is a page of zeros. */
  page(index: number): Buffer | undefined {
    return this.pages.get(index)?.bytes;
  }

  read(position: number, target: Uint8Array, start: number, length: number): void {
    forEachPage(position, length, (index, from, to, done) => {
      const page = this.pages.get(index);
      if (page === undefined) target.fill(0, start + done, start + done + to - from);
      else page.bytes.copy(target, start + done, from, to);
    });
  }

  write(position: number, source: Uint8Array, start: number, length: number): void {
    forEachPage(position, length, (index, from, to, done) => {
      this.own(index).set(source.subarray(start + done, start + done + to - from), from);
    });
  }

  /** Everything from `sizeBytes` on becomes zero. */
  cut(sizeBytes: number): void {
    const boundary = Math.floor(sizeBytes / PAGE_BYTES);
    for (const index of [...this.pages.keys()]) {
      if (index > boundary || (index === boundary && sizeBytes % PAGE_BYTES === 0)) this.pages.delete(index);
      else if (index === boundary) this.own(index).fill(0, sizeBytes % PAGE_BYTES);
    }
  }

  /** Takes one page of another image as it is now; both go on alone from here. */
  adopt(index: number, from: SparseBytes): void {
    const page = from.pages.get(index);
    if (page === undefined) {
      this.pages.delete(index);
      return;
    }
    page.isShared = true;
    this.pages.set(index, page);
  }

  copy(): SparseBytes {
    const copy = new SparseBytes();
    for (const index of this.pages.keys()) copy.adopt(index, this);
    return copy;
  }

  private own(index: number): Buffer {
    const page = this.pages.get(index);
    if (page !== undefined && !page.isShared) return page.bytes;
    const bytes = page === undefined ? Buffer.alloc(PAGE_BYTES) : Buffer.from(page.bytes);
    this.pages.set(index, { bytes, isShared: false });
    return bytes;
  }
}

/** Calls with the page, the range inside it, and how many bytes came before. */
export function forEachPage(
  position: number,
  length: number,
  visit: (index: number, from: number, to: number, done: number) => void,
): void {
  assert(position >= 0 && length >= 0, 'positions and lengths are not negative');
  for (let done = 0; done < length;) {
    const index = Math.floor((position + done) / PAGE_BYTES);
    const from = (position + done) % PAGE_BYTES;
    const to = Math.min(PAGE_BYTES, from + length - done);
    visit(index, from, to, done);
    done += to - from;
  }
}
