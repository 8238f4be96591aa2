import { assert, type Disk, type DiskFile } from '@rocketmq-ts/kernel';
import { join, offsetToFileName } from '../format/paths.ts';

/**
 * One file of the commit log: Java's MappedFile without the mapping. Speaks physical offsets, knows no format.
 * Its length is always the configured one; what was never written reads as zeros and takes no blocks.
 */
export class SegmentFile {
  readonly baseOffset: number;
  readonly sizeBytes: number;
  readonly #file: DiskFile;

  constructor(file: DiskFile, baseOffset: number, sizeBytes: number) {
    this.#file = file;
    this.baseOffset = baseOffset;
    this.sizeBytes = sizeBytes;
  }

  /** A new file of zeros. Its name is durable only after `syncDir` of the folder. @throws DiskError */
  static create(disk: Disk, folder: string, baseOffset: number, sizeBytes: number): SegmentFile {
    const path = join(folder, offsetToFileName(baseOffset));
    if (!disk.exists(path)) return new SegmentFile(disk.create(path, sizeBytes), baseOffset, sizeBytes);
    // Left over from a creation that failed half-way: nothing of it is part of the log.
    const segment = new SegmentFile(disk.open(path, 'readwrite'), baseOffset, sizeBytes);
    segment.clearFrom(baseOffset);
    return segment;
  }

  get endOffset(): number {
    return this.baseOffset + this.sizeBytes;
  }

  get path(): string {
    return this.#file.path;
  }

  /** Returns the count read: fewer than `length` only at the end of the file. @throws DiskError */
  readAt(physicalOffset: number, target: Uint8Array, targetStart: number, length: number): number {
    return this.#file.readAt(physicalOffset - this.baseOffset, target, targetStart, length);
  }

  /** Writes `source[start, end)`. When it throws, any prefix may be in the file. @throws DiskError */
  writeAt(physicalOffset: number, source: Uint8Array, start: number, end: number): void {
    assert(physicalOffset >= this.baseOffset && physicalOffset + (end - start) <= this.endOffset, 'a write stays inside its commit log file');
    this.#file.writeAt(physicalOffset - this.baseOffset, source, start, end);
  }

  /** Makes everything behind `physicalOffset` zeros again, without needing space. Durable with the next datasync. */
  clearFrom(physicalOffset: number): void {
    this.#file.truncate(physicalOffset - this.baseOffset);
    this.#file.truncate(this.sizeBytes);
  }

  datasync(): Promise<void> {
    return this.#file.datasync();
  }

  modifiedWallMs(): number {
    return this.#file.modifiedWallMs();
  }

  close(): void {
    this.#file.close();
  }
}
