/**
 * The file `derivedwritten` in the store's root (ours; Java does not look at it): how far the consume queues are
 * written, durable or not. It holds for one run of the machine. When only the process has died since, everything before
 * the mark is in the files, and little of the log has to be derived again; making thousands of files durable takes
 * seconds and can't be waited for.
 *
 * | offset | size | field         | meaning                                         |
 * |--------|------|---------------|-------------------------------------------------|
 * | 0      | 4    | magic         | "rmqW"                                          |
 * | 4      | 4    | crc           | CRC-32 & 0x7FFFFFFF of everything behind        |
 * | 8      | 8    | writtenOffset | every unit of the log before it is in its file  |
 * | 16     | 4    | queueCount    | queues that had files                           |
 * | 20     | 1, n | bootId        | run of the machine in which this holds          |
 */
import { type Disk, DiskError, type DiskFile } from '@rocketmq-ts/kernel';
import { crc32Of } from '@rocketmq-ts/remoting-protocol';
import { readInt32, readLong, writeInt32, writeLong } from '../format/big-endian.ts';
import { join } from '../format/paths.ts';

const FILE_NAME = 'derivedwritten';
const MAGIC = 0x726d7157;
const HEAD_SIZE = 21;
const FILE_SIZE = HEAD_SIZE + 255;

export interface WrittenState {
  readonly writtenOffset: number;
  readonly queueCount: number;
}

export class WrittenMark {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #bytes: Buffer | undefined;
  #file: DiskFile | undefined;
  /** As this process wrote it last; −1: not yet. */
  writtenOffset = -1;

  constructor(disk: Disk, rootDir: string) {
    this.#disk = disk;
    this.#path = join(rootDir, FILE_NAME);
    const id = disk.bootId === undefined ? undefined : Buffer.from(disk.bootId, 'latin1');
    if (id === undefined || id.length > FILE_SIZE - HEAD_SIZE) return;
    this.#bytes = Buffer.alloc(FILE_SIZE);
    writeInt32(this.#bytes, 0, MAGIC);
    this.#bytes[HEAD_SIZE - 1] = id.length;
    id.copy(this.#bytes, HEAD_SIZE);
  }

  /** What was written in this run of the machine; undefined when nothing is known of it. @throws DiskError */
  read(): WrittenState | undefined {
    const own = this.#bytes;
    if (own === undefined || !this.#disk.exists(this.#path)) return undefined;
    const found = Buffer.alloc(FILE_SIZE);
    const file = this.#disk.open(this.#path, 'read');
    try {
      if (file.readAt(0, found, 0, FILE_SIZE) < FILE_SIZE) return undefined;
    } finally {
      file.close();
    }
    if (readInt32(found, 0) !== MAGIC || readInt32(found, 4) !== crc32Of(found, 8, FILE_SIZE)) return undefined;
    if (found.compare(own, HEAD_SIZE - 1, FILE_SIZE, HEAD_SIZE - 1, FILE_SIZE) !== 0) return undefined;
    return { writtenOffset: readLong(found, 8), queueCount: readInt32(found, 16) };
  }

  /** A disk that refuses costs nothing but time after a kill: the older mark still holds. */
  write({ writtenOffset, queueCount }: WrittenState): void {
    const bytes = this.#bytes;
    if (bytes === undefined) return;
    writeLong(bytes, 8, writtenOffset);
    writeInt32(bytes, 16, queueCount);
    writeInt32(bytes, 4, crc32Of(bytes, 8, FILE_SIZE));
    try {
      this.#file ??= this.#disk.exists(this.#path) ? this.#disk.open(this.#path, 'readwrite') : this.#disk.create(this.#path, 0);
      this.#file.writeAt(0, bytes, 0, FILE_SIZE);
      this.writtenOffset = writtenOffset;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
    }
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
