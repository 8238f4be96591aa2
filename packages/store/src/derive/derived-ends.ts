/**
 * The file `derivedends` in the store's root (ours; Java does not look at it): where each consume queue ended when it
 * was last made durable, and which index files were in use. It shows at the next start that a queue's folder or files
 * are gone or cut short, which the queues alone cannot, and spares searching for their ends. Written whole, renamed
 * into place.
 *
 * | offset | size | field          | meaning                                              |
 * |--------|------|----------------|------------------------------------------------------|
 * | 0      | 4    | magic          | "rmqE"                                               |
 * | 4      | 4    | crc            | CRC-32 & 0x7FFFFFFF of everything behind             |
 * | 8      | 8    | logMinOffset   | where the log began                                  |
 * | 16     | 1, n | indexRebuildFrom | name of the oldest index file with slots not durable, or empty |
 * |        | 1, n | indexNewest    | name of the newest index file, or empty              |
 * |        | 4    | count          | of queues                                            |
 * |        | …    | queues         | topic 1 + n, queueId 4, first served offset 8, next offset 8, end in the log 8 |
 */
import type { Disk } from '@rocketmq-ts/kernel';
import { crc32Of } from '@rocketmq-ts/remoting-protocol';
import { readInt32, readLong, writeInt32, writeLong } from '../format/big-endian.ts';
import { join } from '../format/paths.ts';
import type { ConsumeQueue } from './consume-queue.ts';

const FILE_NAME = 'derivedends';
const MAGIC = 0x726d7145;
const HEAD_SIZE = 16;
const FIXED_SIZE = 28;
const TEXT_SIZE_MAX = 255;

/** What is known of a queue's files. */
export interface KnownQueue {
  readonly minUnit: number;
  readonly unit: number;
  readonly physicalOffset: number;
}

export interface IndexInUse {
  /** The slots of this file and those after it may not be whole; undefined: there was none. */
  readonly rebuildFrom: string | undefined;
  readonly newest: string | undefined;
}

export interface DerivedEnds {
  readonly logMinOffset: number;
  readonly index: IndexInUse;
  readonly queues: ReadonlyMap<string, ReadonlyMap<number, KnownQueue>>;
}

export interface DerivedState {
  readonly logMinOffset: number;
  readonly index: IndexInUse;
  readonly queues: Iterable<ConsumeQueue>;
}

/** Undefined when the file is absent or not whole. @throws DiskError */
export function readDerivedEnds(disk: Disk, rootDir: string): DerivedEnds | undefined {
  const path = join(rootDir, FILE_NAME);
  if (!disk.exists(path)) return undefined;
  const file = disk.open(path, 'read');
  try {
    const bytes = Buffer.alloc(file.sizeBytes());
    return decodeDerivedEnds(bytes.subarray(0, file.readAt(0, bytes, 0, bytes.length)));
  } finally {
    file.close();
  }
}

/** Resolves when it is durable. @throws DiskError */
export async function writeDerivedEnds(disk: Disk, rootDir: string, state: DerivedState): Promise<void> {
  const path = join(rootDir, FILE_NAME);
  const bytes = encodeDerivedEnds(state);
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

export function encodeDerivedEnds({ logMinOffset, index, queues }: DerivedState): Buffer {
  const listed: ConsumeQueue[] = [];
  let size = HEAD_SIZE + 2 + (index.rebuildFrom?.length ?? 0) + (index.newest?.length ?? 0) + 4;
  for (const queue of queues) {
    if (queue.syncedPhysicalOffset === 0 || queue.topicBytes.length > TEXT_SIZE_MAX) continue;
    listed.push(queue);
    size += 1 + queue.topicBytes.length + FIXED_SIZE;
  }
  const bytes = Buffer.alloc(size);
  writeInt32(bytes, 0, MAGIC);
  writeLong(bytes, 8, logMinOffset);
  let at = writeText(bytes, HEAD_SIZE, Buffer.from(index.rebuildFrom ?? ''));
  at = writeText(bytes, at, Buffer.from(index.newest ?? ''));
  writeInt32(bytes, at, listed.length);
  at += 4;
  for (const queue of listed) {
    at = writeText(bytes, at, queue.topicBytes);
    writeInt32(bytes, at, queue.queueId);
    writeLong(bytes, at + 4, queue.minUnit);
    writeLong(bytes, at + 12, queue.syncedUnit);
    writeLong(bytes, at + 20, queue.syncedPhysicalOffset);
    at += FIXED_SIZE;
  }
  writeInt32(bytes, 4, crc32Of(bytes, 8, size));
  return bytes;
}

export function decodeDerivedEnds(bytes: Buffer): DerivedEnds | undefined {
  if (bytes.length < HEAD_SIZE || readInt32(bytes, 0) !== MAGIC || readInt32(bytes, 4) !== crc32Of(bytes, 8, bytes.length))
    return undefined;
  const rebuildFrom = readText(bytes, HEAD_SIZE);
  const newest = readText(bytes, HEAD_SIZE + 1 + rebuildFrom.length);
  let at = HEAD_SIZE + 2 + rebuildFrom.length + newest.length;
  const queues = new Map<string, Map<number, KnownQueue>>();
  let rest = readInt32(bytes, at);
  for (at += 4; rest > 0; rest--) {
    const topic = readText(bytes, at);
    at += 1 + (bytes[at] as number);
    const ofTopic = queues.get(topic) ?? new Map<number, KnownQueue>();
    ofTopic.set(readInt32(bytes, at), {
      minUnit: readLong(bytes, at + 4),
      unit: readLong(bytes, at + 12),
      physicalOffset: readLong(bytes, at + 20),
    });
    queues.set(topic, ofTopic);
    at += FIXED_SIZE;
  }
  return { logMinOffset: readLong(bytes, 8), index: { rebuildFrom: rebuildFrom || undefined, newest: newest || undefined }, queues };
}

function writeText(target: Buffer, at: number, text: Buffer): number {
  target[at] = text.length;
  text.copy(target, at + 1);
  return at + 1 + text.length;
}

function readText(source: Buffer, at: number): string {
  return source.toString('utf8', at + 1, at + 1 + (source[at] as number));
}
