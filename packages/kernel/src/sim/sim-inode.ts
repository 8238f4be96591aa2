import { assert } from '../assert.ts';
import type { PowerLoss } from './power-loss.ts';
import { SparseBytes, forEachPage } from './sparse-bytes.ts';

/** What a running `datasync` has promised to make durable: the file as it was when it was called. */
export interface SyncCapture {
  readonly bytes: SparseBytes;
  readonly pages: Set<number>;
  /** Undefined once a later sync has settled the size. */
  size: SizeChange | undefined;
}

interface SizeChange {
  readonly sizeBytes: number;
  /** The smallest size in between; what lay behind it is gone. */
  readonly cutBytes: number;
}

/**
 * A file's content without its name. Two images: `live` is what every reader sees, `durable` is what is sure to
 * be there after a power failure. What differs is in `dirty` pages, in a pending cut (`cutBytes`: the smallest
 * size since the last sync), in `sizeBytes`, or in captures of syncs that run or have failed.
 */
export class SimInode {
  readonly type = 'file';
  readonly live: SparseBytes;
  sizeBytes: number;
  modifiedWallMs = 0;
  nameCount = 0;
  handleCount = 0;
  private durable: SparseBytes;
  private durableSizeBytes: number;
  private dirty = new Set<number>();
  private cutBytes = Infinity;
  private readonly captures = new Set<SyncCapture>();

  constructor(live = new SparseBytes(), sizeBytes = 0) {
    this.live = live;
    this.sizeBytes = sizeBytes;
    this.durable = live.copy();
    this.durableSizeBytes = sizeBytes;
  }

  write(position: number, source: Uint8Array, start: number, length: number): void {
    this.live.write(position, source, start, length);
    forEachPage(position, length, (index) => void this.dirty.add(index));
    if (length > 0) this.sizeBytes = Math.max(this.sizeBytes, position + length);
  }

  truncate(sizeBytes: number): void {
    if (sizeBytes < this.sizeBytes) {
      this.live.cut(sizeBytes);
      this.cutBytes = Math.min(this.cutBytes, sizeBytes);
    }
    this.sizeBytes = sizeBytes;
  }

  startSync(): SyncCapture {
    const bytes = new SparseBytes();
    for (const index of this.dirty) bytes.adopt(index, this.live);
    const capture: SyncCapture = { bytes, pages: this.dirty, size: { sizeBytes: this.sizeBytes, cutBytes: this.cutBytes } };
    this.captures.add(capture);
    this.dirty = new Set();
    this.cutBytes = Infinity;
    return capture;
  }

  finishSync(capture: SyncCapture): void {
    const { size } = capture;
    if (size !== undefined) {
      this.durable.cut(size.cutBytes);
      this.durableSizeBytes = size.sizeBytes;
    }
    for (const index of capture.pages) this.durable.adopt(index, capture.bytes);
    // Older captures cannot undo what is durable now.
    for (const older of this.captures) {
      if (older === capture) break;
      for (const index of capture.pages) older.pages.delete(index);
      older.size = undefined;
    }
    this.captures.delete(capture);
  }

  /**
   * After a failed sync the system takes the pages for clean: readers go on seeing them, no later sync writes
   * them, and whether they are on the disk is open. So the capture stays, for the next power failure to decide.
   */
  failSync(capture: SyncCapture): void {
    assert(this.captures.has(capture), 'a failed sync was running');
  }

  /** The process that waited for it was killed: nobody learns of its end, and the next sync covers its pages once more. */
  abandonSync(capture: SyncCapture): void {
    this.captures.delete(capture);
    for (const index of capture.pages) this.dirty.add(index);
    if (capture.size !== undefined) this.cutBytes = Math.min(this.cutBytes, capture.size.cutBytes);
  }

  /** What a power failure leaves: a new inode, whose images agree. */
  afterPowerLoss(powerLoss: PowerLoss): SimInode {
    const bytes = this.durable.copy();
    let sizeBytes = this.durableSizeBytes;
    const unsynced = { bytes: this.live, pages: this.dirty, size: { sizeBytes: this.sizeBytes, cutBytes: this.cutBytes } };
    for (const step of [...this.captures, unsynced]) {
      if (step.size !== undefined && powerLoss.keepsChange()) {
        bytes.cut(step.size.cutBytes);
        sizeBytes = step.size.sizeBytes;
      }
      for (const index of step.pages) powerLoss.mixPage(bytes, step.bytes, index);
    }
    bytes.cut(sizeBytes);
    const survivor = new SimInode(bytes, sizeBytes);
    survivor.modifiedWallMs = this.modifiedWallMs;
    return survivor;
  }

  /** As after an orderly shutdown of the machine. */
  makeDurable(): void {
    this.captures.clear();
    this.dirty = new Set();
    this.cutBytes = Infinity;
    this.durable = this.live.copy();
    this.durableSizeBytes = this.sizeBytes;
  }
}
