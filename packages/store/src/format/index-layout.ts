/**
 * An index file, big-endian: `40 + 4 × maxHashSlotNum + 20 × maxIndexNum` bytes (420,000,040 by default, sparse).
 *
 *   | header (40) | slots: 4 bytes each | entries: 20 bytes each, number 0 unused |
 *
 * | offset | size | header field        | meaning                                                                |
 * |--------|------|---------------------|------------------------------------------------------------------------|
 * | 0      | 8    | beginTimestamp      | store time of the first entry's record                                 |
 * | 8      | 8    | endTimestamp        | of the last entry's                                                    |
 * | 16     | 8    | beginPhysicalOffset | of the first entry's record; before it: where the previous file ended  |
 * | 24     | 8    | endPhysicalOffset   | of the last entry's                                                    |
 * | 32     | 4    | hashSlotCount       | counts entries, not used slots (as 4.6.0 does)                         |
 * | 36     | 4    | indexCount          | number of the next entry; 0 or 1: none yet                             |
 *
 * A slot holds the number of the newest entry whose key hash falls into it, 0 for none; entries chain to older ones.
 *
 * | offset | size | entry field    | meaning                                                                       |
 * |--------|------|----------------|-------------------------------------------------------------------------------|
 * | 0      | 4    | keyHash        | absolute value of Java's hash of `topic#key`; Integer.MIN_VALUE counts as 0   |
 * | 4      | 8    | physicalOffset | of the record                                                                 |
 * | 12     | 4    | seconds        | store time minus beginTimestamp, cut off at 0 and 2^31 − 1                    |
 * | 16     | 4    | previous       | number of the next older entry of the slot; 0: none                           |
 *
 * Source: store/index/IndexHeader.java, store/index/IndexFile.java (4.6.0)
 */
import { readInt32, readLong, writeInt32, writeLong } from './big-endian.ts';

export const INDEX_HEADER_SIZE = 40;
export const SLOT_SIZE = 4;
export const ENTRY_SIZE = 20;

export interface IndexShape {
  readonly slotCount: number;
  /** Entry numbers go from 1 to this minus 1. */
  readonly entryCountMax: number;
}

export function indexFileSize(shape: IndexShape): number {
  return INDEX_HEADER_SIZE + shape.slotCount * SLOT_SIZE + shape.entryCountMax * ENTRY_SIZE;
}

export function slotPosition(slot: number): number {
  return INDEX_HEADER_SIZE + slot * SLOT_SIZE;
}

export function entryPosition(shape: IndexShape, number: number): number {
  return INDEX_HEADER_SIZE + shape.slotCount * SLOT_SIZE + number * ENTRY_SIZE;
}

export interface IndexHeader {
  beginTimestamp: number;
  endTimestamp: number;
  beginPhysicalOffset: number;
  endPhysicalOffset: number;
  hashSlotCount: number;
  /** Number of the next entry, at least 1. */
  indexCount: number;
}

export function readIndexHeader(source: Buffer, at: number): IndexHeader {
  return {
    beginTimestamp: readLong(source, at),
    endTimestamp: readLong(source, at + 8),
    beginPhysicalOffset: readLong(source, at + 16),
    endPhysicalOffset: readLong(source, at + 24),
    hashSlotCount: readInt32(source, at + 32),
    indexCount: Math.max(1, readInt32(source, at + 36)),
  };
}

export function writeIndexHeader(target: Buffer, at: number, header: IndexHeader): void {
  writeLong(target, at, header.beginTimestamp);
  writeLong(target, at + 8, header.endTimestamp);
  writeLong(target, at + 16, header.beginPhysicalOffset);
  writeLong(target, at + 24, header.endPhysicalOffset);
  writeInt32(target, at + 32, header.hashSlotCount);
  writeInt32(target, at + 36, header.indexCount);
}

export function writeEntry(target: Buffer, at: number, keyHash: number, physicalOffset: number, seconds: number, previous: number): void {
  writeInt32(target, at, keyHash);
  writeLong(target, at + 4, physicalOffset);
  writeInt32(target, at + 12, seconds);
  writeInt32(target, at + 16, previous);
}

export const entryKeyHash = (source: Buffer, at: number): number => readInt32(source, at);
export const entryPhysicalOffset = (source: Buffer, at: number): number => readLong(source, at + 4);
export const entrySeconds = (source: Buffer, at: number): number => readInt32(source, at + 12);
export const entryPrevious = (source: Buffer, at: number): number => readInt32(source, at + 16);

/** Java's hash of `topic#key` made the hash that is stored. */
export function indexHashOf(javaHash: number): number {
  const positive = Math.abs(javaHash);
  return positive > 0x7fffffff ? 0 : positive;
}

/** What an entry stores as its age within the file. */
export function entryAge(storeTimestamp: number, beginTimestamp: number): number {
  if (beginTimestamp <= 0) return 0;
  return Math.min(Math.max(Math.trunc((storeTimestamp - beginTimestamp) / 1000), 0), 0x7fffffff);
}

/** `yyyyMMddHHmmssSSS` in local time, as index files are named by their creation. */
export function indexFileName(wallMs: number): string {
  const date = new Date(wallMs);
  const pad = (value: number, width: number): string => value.toString().padStart(width, '0');
  return (
    pad(date.getFullYear(), 4) +
    pad(date.getMonth() + 1, 2) +
    pad(date.getDate(), 2) +
    pad(date.getHours(), 2) +
    pad(date.getMinutes(), 2) +
    pad(date.getSeconds(), 2) +
    pad(date.getMilliseconds(), 3)
  );
}

/** Java takes every file whose name is a number. */
export function isIndexFileName(name: string): boolean {
  return /^[0-9]{1,18}$/.test(name);
}
