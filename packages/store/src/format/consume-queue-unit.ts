/**
 * A consume queue file: `mappedFileSizeConsumeQueue` bytes of 20-byte units, big-endian, named by the byte offset of its
 * first unit in the queue (20 digits). The unit at byte 20 × n stands for the message at queue offset n.
 *
 * | offset | size | field          | meaning                                                                          |
 * |--------|------|----------------|----------------------------------------------------------------------------------|
 * | 0      | 8    | physicalOffset | of the record in the commit log                                                  |
 * | 8      | 4    | size           | of the record; 0: never written                                                  |
 * | 12     | 8    | tagsCode       | Java hash of TAGS as 64 bits; 0: no tags; below −2^31: an address in the ext file |
 *
 * Queue offsets that have no record (before the first message of a file, or lost with a damaged stretch of the log) hold
 * the blank unit (0, 0x7FFFFFFF, 0).
 * Source: store/ConsumeQueue.java putMessagePositionInfo, fillPreBlank; store/ConsumeQueueExt.java isExtAddr (4.6.0)
 */
import { readInt32, readLong, writeInt32, writeLong } from './big-endian.ts';

export const UNIT_SIZE = 20;
export const BLANK_RECORD_SIZE = 0x7fffffff;
const SIZE_AT = 8;
const TAGS_CODE_AT = 12;
const EXT_ADDRESS_MAX = -0x8000_0001;

/** `tagsCode` is an int32 hash, or a time in milliseconds (delay queues). */
export function writeUnit(target: Buffer, at: number, physicalOffset: number, sizeBytes: number, tagsCode: number): void {
  writeLong(target, at, physicalOffset);
  writeInt32(target, at + SIZE_AT, sizeBytes);
  writeLong(target, at + TAGS_CODE_AT, tagsCode);
}

export function writeBlankUnits(target: Buffer, at: number, count: number): void {
  for (let index = 0; index < count; index++) writeUnit(target, at + index * UNIT_SIZE, 0, BLANK_RECORD_SIZE, 0);
}

/** Beyond 2^53 (a damaged unit) rounded, which no record's offset equals. */
export function unitPhysicalOffset(source: Buffer, at: number): number {
  return readLong(source, at);
}

export function unitRecordSize(source: Buffer, at: number): number {
  return readInt32(source, at + SIZE_AT);
}

export function unitTagsCode(source: Buffer, at: number): number {
  return readLong(source, at + TAGS_CODE_AT);
}

/** Java's test for "something was written here"; true for blank units too. */
export function isWrittenUnit(source: Buffer, at: number): boolean {
  return unitPhysicalOffset(source, at) >= 0 && unitRecordSize(source, at) > 0;
}

export function isBlankUnit(source: Buffer, at: number): boolean {
  return unitPhysicalOffset(source, at) === 0 && unitRecordSize(source, at) === BLANK_RECORD_SIZE;
}

/** Points at a record, as far as the unit alone can tell. */
export function isRecordUnit(source: Buffer, at: number): boolean {
  return isWrittenUnit(source, at) && unitRecordSize(source, at) !== BLANK_RECORD_SIZE;
}

/** The tags code is an address in a consume queue ext file, which says nothing about tags. */
export function isExtAddress(tagsCode: number): boolean {
  return tagsCode <= EXT_ADDRESS_MAX;
}
