/**
 * The file `queueends` in the store's root (ours; Java does not look at it): where each consume queue ended when it was
 * last made durable. It shows at the next start that a queue's folder or files are gone or cut short, which the queues
 * alone cannot, and spares searching for their ends. Written whole, renamed into place.
 *
 * | offset | size | field          | meaning                                        |
 * |--------|------|----------------|------------------------------------------------|
 * | 0      | 4    | magic          | "rmqE"                                         |
 * | 4      | 4    | crc            | CRC-32 & 0x7FFFFFFF of everything behind       |
 * | 8      | 4    | count          | of queues                                      |
 * | 12     | …    | queues         | topic length 1, topic, queueId 4, nextOffset 8, physical end 8 |
 */
import type { Disk } from '@rocketmq-ts/kernel';
import { crc32Of } from '@rocketmq-ts/remoting-protocol';
import { readInt32, readLong, writeInt32, writeLong } from '../format/big-endian.ts';
import { join } from '../format/paths.ts';
import type { ConsumeQueue } from './consume-queue.ts';
import type { KnownEnd } from './open-queue.ts';

const FILE_NAME = 'queueends';
const MAGIC = 0x726d7145;
const HEAD_SIZE = 12;
const FIXED_SIZE = 21;
const TOPIC_SIZE_MAX = 255;

export type QueueEnds = ReadonlyMap<string, ReadonlyMap<number, KnownEnd>>;

/** Undefined when the file is absent or not whole. @throws DiskError */
export function readQueueEnds(disk: Disk, rootDir: string): QueueEnds | undefined {
  const path = join(rootDir, FILE_NAME);
  if (!disk.exists(path)) return undefined;
  const file = disk.open(path, 'read');
  try {
    const bytes = Buffer.alloc(file.sizeBytes());
    return decodeQueueEnds(bytes.subarray(0, file.readAt(0, bytes, 0, bytes.length)));
  } finally {
    file.close();
  }
}

/** Resolves when it is durable. */
export async function writeQueueEnds(disk: Disk, rootDir: string, queues: Iterable<ConsumeQueue>): Promise<void> {
  const path = join(rootDir, FILE_NAME);
  const bytes = encodeQueueEnds(queues);
  await disk.remove(`${path}.tmp`);
  const file = disk.create(`${path}.tmp`, 0);
  try {
    file.writeAt(0, bytes, 0, bytes.length);
    await file.datasync();
  } finally {
    file.close();
  }
  disk.rename(`${path}.tmp`, path);
  await disk.syncDir(rootDir);
}

export function encodeQueueEnds(queues: Iterable<ConsumeQueue>): Buffer {
  const listed: ConsumeQueue[] = [];
  let size = HEAD_SIZE;
  for (const queue of queues) {
    if (queue.syncedPhysicalOffset === 0 || queue.topicBytes.length > TOPIC_SIZE_MAX) continue;
    listed.push(queue);
    size += FIXED_SIZE + queue.topicBytes.length;
  }
  const bytes = Buffer.alloc(size);
  writeInt32(bytes, 0, MAGIC);
  writeInt32(bytes, 8, listed.length);
  let at = HEAD_SIZE;
  for (const queue of listed) {
    bytes[at] = queue.topicBytes.length;
    queue.topicBytes.copy(bytes, at + 1);
    at += 1 + queue.topicBytes.length;
    writeInt32(bytes, at, queue.queueId);
    writeLong(bytes, at + 4, queue.syncedUnit);
    writeLong(bytes, at + 12, queue.syncedPhysicalOffset);
    at += FIXED_SIZE - 1;
  }
  writeInt32(bytes, 4, crc32Of(bytes, 8, size));
  return bytes;
}

export function decodeQueueEnds(bytes: Buffer): QueueEnds | undefined {
  if (bytes.length < HEAD_SIZE || readInt32(bytes, 0) !== MAGIC || readInt32(bytes, 4) !== crc32Of(bytes, 8, bytes.length)) return undefined;
  const ends = new Map<string, Map<number, KnownEnd>>();
  let at = HEAD_SIZE;
  for (let rest = readInt32(bytes, 8); rest > 0; rest--) {
    const topicEnd = at + 1 + (bytes[at] as number);
    const topic = bytes.toString('utf8', at + 1, topicEnd);
    const queues = ends.get(topic) ?? new Map<number, KnownEnd>();
    queues.set(readInt32(bytes, topicEnd), { unit: readLong(bytes, topicEnd + 4), physicalOffset: readLong(bytes, topicEnd + 12) });
    ends.set(topic, queues);
    at = topicEnd + FIXED_SIZE - 1;
  }
  return ends;
}
