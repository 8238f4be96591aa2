/**
 * The checkpoint file: 4096 bytes, big-endian. Java 4.6.0 knows the first three fields and leaves the rest alone;
 * ours come behind them, inside the first sector, and count only while they agree with Java's: when a Java store has
 * run in between, the copies differ and the extension is void.
 *
 * | offset | size | field               | meaning                                                      |
 * |--------|------|---------------------|--------------------------------------------------------------|
 * | 0      | 8    | physicMsgTimestamp  | store time of the newest flushed record                      |
 * | 8      | 8    | logicsMsgTimestamp  | likewise in the consume queues                               |
 * | 16     | 8    | indexMsgTimestamp   | likewise in the index                                        |
 * | 24     | 4    | magic               | "rmqC"                                                       |
 * | 28     | 4    | version             | 1                                                            |
 * | 32     | 8    | flushedOffset       | the log was durable up to here; the start of a record        |
 * | 40     | 8    | consumeQueueOffset  | the consume queues were durable up to here                   |
 * | 48     | 8    | indexOffset         | the index was durable up to here                             |
 * | 56     | 24   | copies              | of the three stamps                                          |
 * | 80     | 4    | crc                 | CRC-32 & 0x7FFFFFFF of the bytes 24 … 79                     |
 * | 512    | 512  | second copy         | of the first sector, written in turn with it                 |
 *
 * Only one of the two sectors is ever on its way to the disk, so a write that is torn leaves the other. Recovery goes by `flushedOffset`, never by the wall clock, unless only Java's stamps are there.
 * Source: store/StoreCheckpoint.java (4.6.0)
 */
import { crc32Of } from '@rocketmq-ts/remoting-protocol';

export const CHECKPOINT_FILE_SIZE = 4096;
/** What is written at a time: one sector. */
export const CHECKPOINT_WRITE_SIZE = 512;

const EXTENSION_AT = 24;
const COPIES_AT = 56;
const CRC_AT = 80;
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
}

export interface CheckpointContent {
  readonly stamps: CheckpointStamps;
  /** Undefined: a checkpoint of Java's, a torn one, or one that Java has gone over. */
  readonly offsets: CheckpointOffsets | undefined;
}

/** Fills a sector; both are alike. `target` has `CHECKPOINT_WRITE_SIZE` bytes. */
export function encodeCheckpoint(target: Buffer, stamps: CheckpointStamps, offsets: CheckpointOffsets): void {
  target.fill(0);
  writeStamps(target, 0, stamps);
  target.writeInt32BE(MAGIC, EXTENSION_AT);
  target.writeInt32BE(VERSION, EXTENSION_AT + 4);
  writeLong(target, EXTENSION_AT + 8, offsets.flushedOffset);
  writeLong(target, EXTENSION_AT + 16, offsets.consumeQueueOffset);
  writeLong(target, EXTENSION_AT + 24, offsets.indexOffset);
  writeStamps(target, COPIES_AT, stamps);
  target.writeInt32BE(crc32Of(target, EXTENSION_AT, CRC_AT), CRC_AT);
}

/** Undefined when there are not even Java's three fields. */
export function decodeCheckpoint(source: Buffer): CheckpointContent | undefined {
  if (source.length < EXTENSION_AT) return undefined;
  const first = source.subarray(0, CHECKPOINT_WRITE_SIZE);
  const second = source.subarray(CHECKPOINT_WRITE_SIZE, 2 * CHECKPOINT_WRITE_SIZE);
  // Java touches the stamps of the first sector only. When even our part there is broken, its write was torn.
  const hasJavaRun = isOurs(first) ? !agreesWithJava(first) : !(isOurs(second) && agreesWithJava(second));
  if (hasJavaRun) return { stamps: readStamps(first), offsets: undefined };
  const sectors = [first, second].filter((sector) => isOurs(sector) && agreesWithJava(sector));
  const newest = sectors.reduce((best, sector) => (readOffsets(sector).flushedOffset > readOffsets(best).flushedOffset ? sector : best));
  return { stamps: readStamps(newest), offsets: readOffsets(newest) };
}

function isOurs(sector: Buffer): boolean {
  if (sector.length < CRC_AT + 4) return false;
  if (sector.readInt32BE(EXTENSION_AT) !== MAGIC || sector.readInt32BE(EXTENSION_AT + 4) !== VERSION) return false;
  return sector.readInt32BE(CRC_AT) === crc32Of(sector, EXTENSION_AT, CRC_AT);
}

function agreesWithJava(sector: Buffer): boolean {
  return sector.compare(sector, COPIES_AT, COPIES_AT + 24, 0, 24) === 0;
}

function readStamps(sector: Buffer): CheckpointStamps {
  return { physicMsgTimestamp: readLong(sector, 0), logicsMsgTimestamp: readLong(sector, 8), indexMsgTimestamp: readLong(sector, 16) };
}

function readOffsets(source: Buffer): CheckpointOffsets {
  return {
    flushedOffset: readLong(source, EXTENSION_AT + 8),
    consumeQueueOffset: readLong(source, EXTENSION_AT + 16),
    indexOffset: readLong(source, EXTENSION_AT + 24),
  };
}

function writeStamps(target: Buffer, at: number, stamps: CheckpointStamps): void {
  writeLong(target, at, stamps.physicMsgTimestamp);
  writeLong(target, at + 8, stamps.logicsMsgTimestamp);
  writeLong(target, at + 16, stamps.indexMsgTimestamp);
}

function writeLong(target: Buffer, at: number, value: number): void {
  target.writeInt32BE(Math.floor(value / 0x1_0000_0000), at);
  target.writeUInt32BE(value >>> 0, at + 4);
}

function readLong(source: Buffer, at: number): number {
  return source.readInt32BE(at) * 0x1_0000_0000 + source.readUInt32BE(at + 4);
}
