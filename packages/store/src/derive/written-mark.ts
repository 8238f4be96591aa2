/**
 * The file `derivedwritten` in the store's root (ours; Java does not look at it): how far the consume queues are
 * written, durable or not. It holds for one run of the machine. When only the process has died since, everything before
 * the mark is in the files: little of the log has to be derived again, and no queue has to be read to know its end.
 * Making thousands of files durable takes seconds and can't be waited for.
 *
 * | offset | size | field         | meaning                                                            |
 * |--------|------|---------------|--------------------------------------------------------------------|
 * | 0      | 4    | magic         | "rmqX"                                                             |
 * | 4      | 4    | crc           | CRC-32 & 0x7FFFFFFF of everything behind                           |
 * | 8      | 4    | size          | of all this; what the file holds behind it is older                |
 * | 12     | 8    | writtenOffset | every unit of the log before it is in its file                     |
 * | 20     | 8    | logMinOffset  | where the log began                                                |
 * | 28     | 1, n | bootId        | run of the machine in which this holds                             |
 * |        | 4    | topicCount    | topics with files                                                  |
 * |        | …    | topics        | topic 1 + n, queueCount 4, queues                                  |
 * |        | 44   | queue         | queueId 4, first served offset 8, next offset 8, end in the log 8, |
 * |        |      |               | begin of the first file 8, end of the last file 8                  |
 *
 * Overwritten in place: one that is not whole, because the process died in the middle, costs time and nothing else.
 */
import { type Disk, DiskError, type DiskFile } from '@rocketmq-ts/kernel';
import { crc32Of } from '@rocketmq-ts/remoting-protocol';
import { readInt32, readLong, writeInt32, writeLong } from '../format/big-endian.ts';
import { join } from '../format/paths.ts';
import type { ConsumeQueue } from './consume-queue.ts';
import type { TopicQueues } from './queue-table.ts';

const FILE_NAME = 'derivedwritten';
const MAGIC = 0x726d7158;
const BOOT_ID_AT = 28;
const TEXT_SIZE_MAX = 255;
const QUEUE_SIZE = 44;

/** A queue as its files are. */
export interface WrittenQueue {
  readonly minUnit: number;
  readonly nextUnit: number;
  readonly maxPhysicalOffset: number;
  readonly firstBase: number;
  readonly endBase: number;
}

export interface WrittenState {
  readonly writtenOffset: number;
  readonly logMinOffset: number;
  readonly queues: ReadonlyMap<string, ReadonlyMap<number, WrittenQueue>>;
}

export class WrittenMark {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #bootId: Buffer | undefined;
  #bytes = Buffer.alloc(4096);
  #file: DiskFile | undefined;
  /** As this process wrote it last; −1: not yet. */
  writtenOffset = -1;

  constructor(disk: Disk, rootDir: string) {
    this.#disk = disk;
    this.#path = join(rootDir, FILE_NAME);
    const id = disk.bootId === undefined ? undefined : Buffer.from(disk.bootId, 'latin1');
    if (id !== undefined && id.length <= TEXT_SIZE_MAX) this.#bootId = id;
  }

  /** What was written in this run of the machine; undefined when nothing is known of it. @throws DiskError */
  read(): WrittenState | undefined {
    const size = this.#bootId === undefined ? undefined : this.#disk.sizeOf(this.#path);
    if (size === undefined || size <= BOOT_ID_AT) return undefined;
    const bytes = Buffer.alloc(size);
    const file = this.#disk.open(this.#path, 'read');
    try {
      file.readAt(0, bytes, 0, size);
    } finally {
      file.close();
    }
    return this.#decode(bytes);
  }

  /** A disk that refuses costs nothing but time after a kill: the older mark still holds. */
  write(writtenOffset: number, logMinOffset: number, topics: Iterable<TopicQueues>): void {
    if (this.#bootId === undefined) return;
    const size = this.#encode(writtenOffset, logMinOffset, topics);
    try {
      this.#overwrite(size);
      this.writtenOffset = writtenOffset;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
    }
  }

  /** Queues are about to become shorter than the mark says: it must not be believed any more. @throws DiskError */
  revoke(): void {
    if (this.#bootId === undefined || (this.#file === undefined && !this.#disk.exists(this.#path))) return;
    this.#bytes.fill(0, 0, BOOT_ID_AT);
    this.writtenOffset = -1;
    this.#overwrite(BOOT_ID_AT);
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #overwrite(size: number): void {
    this.#file ??= this.#disk.exists(this.#path) ? this.#disk.open(this.#path, 'readwrite') : this.#disk.create(this.#path, 0);
    this.#file.writeAt(0, this.#bytes, 0, size);
  }

  #encode(writtenOffset: number, logMinOffset: number, topics: Iterable<TopicQueues>): number {
    let at = this.#putText(BOOT_ID_AT, this.#bootId as Buffer);
    const topicCountAt = at;
    let topicCount = 0;
    at += 4;
    for (const { bytes, queues } of topics) {
      if (bytes.length > TEXT_SIZE_MAX) continue;
      this.#reserve(at + 1 + bytes.length + 4 + queues.size * QUEUE_SIZE);
      const queueCountAt = this.#putText(at, bytes);
      let next = queueCountAt + 4;
      for (const queue of queues.values()) {
        if (queue.files.isEmpty) continue;
        putQueue(this.#bytes, next, queue);
        next += QUEUE_SIZE;
      }
      if (next === queueCountAt + 4) continue;
      writeInt32(this.#bytes, queueCountAt, (next - queueCountAt - 4) / QUEUE_SIZE);
      topicCount++;
      at = next;
    }
    const bytes = this.#bytes;
    writeInt32(bytes, topicCountAt, topicCount);
    writeInt32(bytes, 0, MAGIC);
    writeInt32(bytes, 8, at);
    writeLong(bytes, 12, writtenOffset);
    writeLong(bytes, 20, logMinOffset);
    writeInt32(bytes, 4, crc32Of(bytes, 8, at));
    return at;
  }

  #decode(bytes: Buffer): WrittenState | undefined {
    const size = readInt32(bytes, 8);
    const bootId = this.#bootId as Buffer;
    if (readInt32(bytes, 0) !== MAGIC || size <= BOOT_ID_AT || size > bytes.length) return undefined;
    if (readInt32(bytes, 4) !== crc32Of(bytes, 8, size) || readText(bytes, BOOT_ID_AT) !== bootId.toString()) return undefined;
    const queues = new Map<string, Map<number, WrittenQueue>>();
    let at = BOOT_ID_AT + 1 + bootId.length;
    let topicsLeft = readInt32(bytes, at);
    for (at += 4; topicsLeft > 0; topicsLeft--) {
      const ofTopic = new Map<number, WrittenQueue>();
      queues.set(readText(bytes, at), ofTopic);
      at += 1 + (bytes[at] as number);
      const until = at + 4 + readInt32(bytes, at) * QUEUE_SIZE;
      for (at += 4; at < until; at += QUEUE_SIZE) ofTopic.set(readInt32(bytes, at), readQueue(bytes, at));
    }
    return { writtenOffset: readLong(bytes, 12), logMinOffset: readLong(bytes, 20), queues };
  }

  #putText(at: number, text: Buffer): number {
    this.#bytes[at] = text.length;
    text.copy(this.#bytes, at + 1);
    return at + 1 + text.length;
  }

  #reserve(size: number): void {
    if (size <= this.#bytes.length) return;
    const larger = Buffer.alloc(size * 2);
    this.#bytes.copy(larger);
    this.#bytes = larger;
  }
}

function putQueue(bytes: Buffer, at: number, queue: ConsumeQueue): void {
  writeInt32(bytes, at, queue.queueId);
  writeLong(bytes, at + 4, queue.minUnit);
  writeLong(bytes, at + 12, queue.writtenUnit);
  writeLong(bytes, at + 20, queue.writtenPhysicalOffset);
  writeLong(bytes, at + 28, queue.files.firstBase);
  writeLong(bytes, at + 36, queue.files.endBase);
}

function readQueue(bytes: Buffer, at: number): WrittenQueue {
  return {
    minUnit: readLong(bytes, at + 4),
    nextUnit: readLong(bytes, at + 12),
    maxPhysicalOffset: readLong(bytes, at + 20),
    firstBase: readLong(bytes, at + 28),
    endBase: readLong(bytes, at + 36),
  };
}

function readText(source: Buffer, at: number): string {
  return source.toString('utf8', at + 1, at + 1 + (source[at] as number));
}
