import { type Disk, DiskError, type DiskFile, type Log } from '@rocketmq-ts/kernel';
import {
  CHECKPOINT_FILE_SIZE,
  type CheckpointContent,
  type CheckpointOffsets,
  type CheckpointStamps,
  decodeCheckpoint,
  encodeSlot,
  encodeStamps,
  newestSlot,
  SLOT_SIZE,
  slotPosition,
  STAMPS_SIZE,
} from './format/checkpoint-layout.ts';

/**
 * The checkpoint file. Everything it says must be true already: offsets are written when what lies before them is
 * durable. It may lag; recovery then only reads a little more.
 */
export class Checkpoint {
  readonly #file: DiskFile;
  readonly #log: Log;
  readonly #slot = Buffer.alloc(SLOT_SIZE);
  readonly #lastSlot = Buffer.alloc(SLOT_SIZE);
  /** Java's part of the file as it is. */
  readonly #javas = Buffer.alloc(STAMPS_SIZE);
  #nextSlot: number;
  #isWriting = false;
  #isFailed = false;
  #durableFlushedOffset = 0;

  private constructor(file: DiskFile, log: Log) {
    this.#file = file;
    this.#log = log;
    const content = readWhole(file);
    content.copy(this.#javas, 0, 0, STAMPS_SIZE);
    this.#nextSlot = newestSlot(content) === 0 ? 1 : 0;
  }

  /** Reads what the last run left, before anything is opened; undefined when there is none. @throws DiskError */
  static read(disk: Disk, path: string): CheckpointContent | undefined {
    if (!disk.exists(path)) return undefined;
    const file = disk.open(path, 'read');
    const content = readWhole(file);
    file.close();
    return decodeCheckpoint(content);
  }

  /** @throws DiskError */
  static open(disk: Disk, path: string, log: Log): Checkpoint {
    const file = disk.exists(path) ? disk.open(path, 'readwrite') : disk.create(path, CHECKPOINT_FILE_SIZE);
    if (file.sizeBytes() !== CHECKPOINT_FILE_SIZE) file.truncate(CHECKPOINT_FILE_SIZE);
    return new Checkpoint(file, log);
  }

  /** The `flushedOffset` that the file has for certain. */
  get durableFlushedOffset(): number {
    return this.#durableFlushedOffset;
  }

  get isBusy(): boolean {
    return this.#isWriting;
  }

  /** Writes if there is news, and no write on its way. Does not reject when the disk fails: losing it is no loss. */
  async update(stamps: CheckpointStamps, offsets: CheckpointOffsets): Promise<void> {
    if (this.#isWriting || this.#isFailed) return;
    encodeSlot(this.#slot, stamps, offsets, this.#javas);
    if (this.#slot.equals(this.#lastSlot)) return;
    try {
      await this.#writeSlot(offsets.flushedOffset);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#isFailed = true;
      this.#log.error('The checkpoint cannot be written; the next start takes longer.', { error, path: error.path });
    }
  }

  /** Resolves when it is durable. @throws DiskError */
  async write(stamps: CheckpointStamps, offsets: CheckpointOffsets): Promise<void> {
    encodeSlot(this.#slot, stamps, offsets, this.#javas);
    await this.#writeSlot(offsets.flushedOffset);
  }

  /**
   * The last word of a run, for Java too. Only with the log at rest: when this is torn, the file looks as if a Java
   * broker had gone over it. @throws DiskError
   */
  async writeForJava(stamps: CheckpointStamps, offsets: CheckpointOffsets): Promise<void> {
    encodeStamps(this.#javas, 0, stamps);
    await this.write(stamps, offsets);
    this.#file.writeAt(0, this.#javas, 0, STAMPS_SIZE);
    await this.#file.datasync();
  }

  close(): void {
    this.#file.close();
  }

  async #writeSlot(flushedOffset: number): Promise<void> {
    this.#isWriting = true;
    try {
      const slot = this.#nextSlot;
      this.#nextSlot = 1 - slot;
      this.#slot.copy(this.#lastSlot);
      this.#file.writeAt(slotPosition(slot), this.#slot, 0, SLOT_SIZE);
      await this.#file.datasync();
      this.#durableFlushedOffset = flushedOffset;
    } finally {
      this.#isWriting = false;
    }
  }
}

function readWhole(file: DiskFile): Buffer {
  const content = Buffer.alloc(CHECKPOINT_FILE_SIZE);
  return content.subarray(0, file.readAt(0, content, 0, content.length));
}
