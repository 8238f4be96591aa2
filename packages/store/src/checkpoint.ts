import { DiskError, type Disk, type DiskFile, type Log } from '@rocketmq-ts/kernel';
import { CHECKPOINT_FILE_SIZE, CHECKPOINT_WRITE_SIZE, type CheckpointContent, type CheckpointOffsets, type CheckpointStamps, decodeCheckpoint, encodeCheckpoint } from './format/checkpoint-layout.ts';

/**
 * The checkpoint file. Everything it says must be true already: offsets are written when what lies before them is
 * durable. It may lag; recovery then only reads a little more.
 */
export class Checkpoint {
  readonly #file: DiskFile;
  readonly #log: Log;
  readonly #sector = Buffer.alloc(CHECKPOINT_WRITE_SIZE);
  /** Which of the two sectors is next. */
  #isSecondNext = true;
  #isWriting = false;
  #isFailed = false;
  #durableFlushedOffset = 0;
  #lastWritten = Buffer.alloc(CHECKPOINT_WRITE_SIZE);

  private constructor(file: DiskFile, log: Log) {
    this.#file = file;
    this.#log = log;
  }

  /** Reads what the last run left, before anything is opened; undefined when there is none. @throws DiskError */
  static read(disk: Disk, path: string): CheckpointContent | undefined {
    if (!disk.exists(path)) return undefined;
    const file = disk.open(path, 'read');
    const bytes = Buffer.alloc(CHECKPOINT_FILE_SIZE);
    const count = file.readAt(0, bytes, 0, bytes.length);
    file.close();
    return decodeCheckpoint(bytes.subarray(0, count));
  }

  /** @throws DiskError */
  static open(disk: Disk, path: string, log: Log): Checkpoint {
    const file = disk.exists(path) ? disk.open(path, 'readwrite') : disk.create(path, CHECKPOINT_FILE_SIZE);
    if (file.sizeBytes() !== CHECKPOINT_FILE_SIZE) file.truncate(CHECKPOINT_FILE_SIZE);
    return new Checkpoint(file, log);
  }

  /** Writes one of the two sectors, if there is news and no write on its way. Never rejects: losing it is no loss. */
  async update(stamps: CheckpointStamps, offsets: CheckpointOffsets): Promise<void> {
    encodeCheckpoint(this.#sector, stamps, offsets);
    if (this.#isWriting || this.#isFailed || this.#sector.equals(this.#lastWritten)) return;
    try {
      await this.#writeNext(offsets.flushedOffset);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#isFailed = true;
      this.#log.error('The checkpoint cannot be written; the next start takes longer.', { error, path: error.path });
    }
  }

  /** Writes both sectors. @throws DiskError */
  async write(stamps: CheckpointStamps, offsets: CheckpointOffsets): Promise<void> {
    for (let sector = 0; sector < 2; sector++) {
      encodeCheckpoint(this.#sector, stamps, offsets);
      await this.#writeNext(offsets.flushedOffset);
    }
  }

  close(): void {
    this.#file.close();
  }

  /** The `flushedOffset` that one of the two sectors has for certain. */
  get durableFlushedOffset(): number {
    return this.#durableFlushedOffset;
  }

  get isBusy(): boolean {
    return this.#isWriting;
  }

  async #writeNext(flushedOffset: number): Promise<void> {
    this.#isWriting = true;
    try {
      const position = this.#isSecondNext ? CHECKPOINT_WRITE_SIZE : 0;
      this.#isSecondNext = !this.#isSecondNext;
      this.#sector.copy(this.#lastWritten);
      this.#file.writeAt(position, this.#sector, 0, CHECKPOINT_WRITE_SIZE);
      await this.#file.datasync();
      this.#durableFlushedOffset = flushedOffset;
    } finally {
      this.#isWriting = false;
    }
  }
}
