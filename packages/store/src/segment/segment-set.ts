import { assert, type Disk } from '@rocketmq-ts/kernel';
import { SegmentFile } from './segment-file.ts';

/**
 * The files of the commit log in order, without gaps: Java's MappedFileQueue. The list itself is immutable and
 * replaced as a whole, so a reader that holds one sees a consistent log for the rest of its turn.
 *
 *   first ──► [ base, base + size ) [ … ) [ … ) ◄── last, the one that is written
 */
export class SegmentSet {
  readonly folder: string;
  readonly segmentSizeBytes: number;
  readonly #disk: Disk;
  #segments: readonly SegmentFile[];
  #isFolderDirty = false;

  constructor(disk: Disk, folder: string, segmentSizeBytes: number, segments: readonly SegmentFile[]) {
    this.#disk = disk;
    this.folder = folder;
    this.segmentSizeBytes = segmentSizeBytes;
    this.#segments = segments;
    this.#assertInvariants();
  }

  get segments(): readonly SegmentFile[] {
    return this.#segments;
  }

  get first(): SegmentFile | undefined {
    return this.#segments[0];
  }

  get last(): SegmentFile | undefined {
    return this.#segments[this.#segments.length - 1];
  }

  /** The file that holds this byte. */
  find(physicalOffset: number): SegmentFile | undefined {
    const first = this.#segments[0];
    if (first === undefined || physicalOffset < first.baseOffset) return undefined;
    return this.#segments[Math.floor((physicalOffset - first.baseOffset) / this.segmentSizeBytes)];
  }

  /** The file that begins at `baseOffset`, created behind the last one when it is not there yet. @throws DiskError */
  ensure(baseOffset: number): SegmentFile {
    const present = this.find(baseOffset);
    if (present !== undefined) return present;
    const last = this.last;
    assert(last === undefined || baseOffset === last.endOffset, 'a new commit log file follows the last one');
    const created = SegmentFile.create(this.#disk, this.folder, baseOffset, this.segmentSizeBytes);
    this.#isFolderDirty = true;
    this.#segments = [...this.#segments, created];
    this.#assertInvariants();
    return created;
  }

  /** Removes the oldest file; never the last one. Resolves when its name is gone. */
  async dropHead(): Promise<void> {
    assert(this.#segments.length > 1, 'the last commit log file is never dropped');
    const [head, ...rest] = this.#segments as [SegmentFile, ...SegmentFile[]];
    this.#segments = rest;
    await this.#remove([head]);
  }

  /** Removes the files that begin at or behind `physicalOffset`, newest first. Resolves when that is durable. */
  async dropTail(physicalOffset: number): Promise<void> {
    const dropped = this.#segments.filter((segment) => segment.baseOffset >= physicalOffset);
    if (dropped.length === 0) return;
    this.#segments = this.#segments.filter((segment) => segment.baseOffset < physicalOffset);
    await this.#remove(dropped.reverse());
    await this.syncFolder();
  }

  /** Makes names of created files durable; does nothing when they are. @throws DiskError */
  async syncFolder(): Promise<void> {
    if (!this.#isFolderDirty) return;
    // Taken back before the call: a file created meanwhile makes the folder dirty again.
    this.#isFolderDirty = false;
    await this.#disk.syncDir(this.folder);
  }

  close(): void {
    for (const segment of this.#segments) segment.close();
  }

  async #remove(segments: readonly SegmentFile[]): Promise<void> {
    this.#isFolderDirty = true;
    for (const segment of segments) {
      segment.close();
      await this.#disk.remove(segment.path);
    }
  }

  #assertInvariants(): void {
    for (let index = 1; index < this.#segments.length; index++) {
      const before = this.#segments[index - 1] as SegmentFile;
      assert((this.#segments[index] as SegmentFile).baseOffset === before.endOffset, 'commit log files follow one another without a gap');
    }
  }
}
