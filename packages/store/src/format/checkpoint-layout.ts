/**
 * The checkpoint file: 4096 bytes, big-endian. Java 4.6.0 knows the first three fields and leaves the rest alone.
 * Behind them, in two sectors written in turn, is what recovery really goes by: places in the log, not wall clocks.
 *
 * | offset | size | field               | meaning                                                |
 * |--------|------|---------------------|--------------------------------------------------------|
 * | 0      | 8    | physicMsgTimestamp  | store time of the newest flushed record                |
 * | 8      | 8    | logicsMsgTimestamp  | likewise in the consume queues                         |
 * | 16     | 8    | indexMsgTimestamp   | likewise in the index                                  |
 * | 512    | 512  | slot 0              |                                                        |
 * | 1024   | 512  | slot 1              |                                                        |
 *
 * | slot   | size | field               | meaning                                                |
 * |--------|------|---------------------|--------------------------------------------------------|
 * | 0      | 4    | magic               | "rmqC"                                                 |
 * | 4      | 4    | version             | 1                                                      |
 * | 8      | 8    | flushedOffset       | the log was durable up to here; the start of a record  |
 * | 16     | 8    | consumeQueueOffset  | the consume queues were durable up to here             |
 * | 24     | 8    | indexOffset         | the index was durable up to here                       |
 * | 32     | 8    | commitLogFileSize   | mappedFileSizeCommitLog of the run                     |
 * | 40     | 24   | stamps              | the three stamps as they are now                       |
 * | 64     | 24   | java's              | the three stamps as the file's first 24 bytes had them |
 * | 88     | 4    | crc                 | CRC-32 & 0x7FFFFFFF of the bytes 0 … 87                |
 *
 * A slot counts only while `java's` agrees with the first 24 bytes: when a Java broker has run since, the slots know
 * nothing of what it wrote. So that a torn write never looks like that, this store writes the first 24 bytes only when
 * it stops, with the log at rest; a Java broker that takes over after a crash reads the log from further back.
 * Source: store/StoreCheckpoint.java (4.6.0)
 */
import { crc32Of } from '@rocketmq-ts/remoting-protocol';
import { readInt32, readLong, writeInt32, writeLong } from './big-endian.ts';

export const CHECKPOINT_FILE_SIZE = 4096;
export const STAMPS_SIZE = 24;
export const SLOT_SIZE = 92;
const SECTOR_SIZE = 512;
const SLOTS = 2;

const STAMPS_AT = 40;
const JAVAS_AT = 64;
const CRC_AT = 88;
const MAGIC = 0x726d7143;
const VERSION = 1;

export interface CheckpointStamps {
  readonly physicMsgTimestamp: number;
  readonly logicsMsgTimestamp: number;
  readonly indexMsgTimestamp: number;
}

export interface CheckpointOffsets {
  readonly flushedOffset: number;
  readonly consumeQueueOffset: number;
  readonly indexOffset: number;
  readonly commitLogFileSize: number;
}

export interface CheckpointContent {
  readonly stamps: CheckpointStamps;
  /** Undefined: a checkpoint of Java's, or one that a Java broker has gone over. */
  readonly offsets: CheckpointOffsets | undefined;
}

export function slotPosition(slot: number): number {
  return SECTOR_SIZE * (1 + slot);
}

/** `target` has `SLOT_SIZE` bytes, `javas` the first `STAMPS_SIZE` bytes of the file. */
export function encodeSlot(target: Buffer, stamps: CheckpointStamps, offsets: CheckpointOffsets, javas: Buffer): void {
  writeInt32(target, 0, MAGIC);
  writeInt32(target, 4, VERSION);
  writeLong(target, 8, offsets.flushedOffset);
  writeLong(target, 16, offsets.consumeQueueOffset);
  writeLong(target, 24, offsets.indexOffset);
  writeLong(target, 32, offsets.commitLogFileSize);
  encodeStamps(target, STAMPS_AT, stamps);
  javas.copy(target, JAVAS_AT, 0, STAMPS_SIZE);
  writeInt32(target, CRC_AT, crc32Of(target, 0, CRC_AT));
}

export function encodeStamps(target: Buffer, at: number, stamps: CheckpointStamps): void {
  writeLong(target, at, stamps.physicMsgTimestamp);
  writeLong(target, at + 8, stamps.logicsMsgTimestamp);
  writeLong(target, at + 16, stamps.indexMsgTimestamp);
}

/** Undefined when there are not even Java's three fields. */
export function decodeCheckpoint(file: Buffer): CheckpointContent | undefined {
  if (file.length < STAMPS_SIZE) return undefined;
  const slot = newestSlot(file);
  if (slot === undefined) return { stamps: readStamps(file, 0), offsets: undefined };
  const at = slotPosition(slot);
  const offsets = {
    flushedOffset: readLong(file, at + 8),
    consumeQueueOffset: readLong(file, at + 16),
    indexOffset: readLong(file, at + 24),
    commitLogFileSize: readLong(file, at + 32),
  };
  return { stamps: readStamps(file, at + STAMPS_AT), offsets };
}

/** The slot that counts; the other one is to be written next. Undefined when neither does. */
export function newestSlot(file: Buffer): number | undefined {
  let newest: number | undefined;
  for (let slot = 0; slot < SLOTS; slot++) {
    if (!isSound(file, slotPosition(slot))) continue;
    if (newest === undefined || readLong(file, slotPosition(slot) + 8) > readLong(file, slotPosition(newest) + 8)) newest = slot;
  }
  return newest;
}

function isSound(file: Buffer, at: number): boolean {
  if (file.length < at + SLOT_SIZE) return false;
  if (readInt32(file, at) !== MAGIC || readInt32(file, at + 4) !== VERSION) return false;
  if (readInt32(file, at + CRC_AT) !== crc32Of(file, at, at + CRC_AT)) return false;
  return file.compare(file, at + JAVAS_AT, at + JAVAS_AT + STAMPS_SIZE, 0, STAMPS_SIZE) === 0;
}

function readStamps(file: Buffer, at: number): CheckpointStamps {
  return { physicMsgTimestamp: readLong(file, at), logicsMsgTimestamp: readLong(file, at + 8), indexMsgTimestamp: readLong(file, at + 16) };
}
