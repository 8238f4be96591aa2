/**
 * Guards of the log's tail. Format of our own. Java's record has a CRC for its body only, so that after a power failure a torn record can
 * pass for a whole one. While a file is written, its last four sectors therefore say which bytes belong together; the
 * log ends before them. A record that no guard vouches for was never confirmed to anybody.
 *
 *   | records … | blank | … | slot 0 (512) | slot 1 (512) | slot 2 (512) | slot 3 (512) |
 *
 * | offset | size | field   | meaning                                                              |
 * |--------|------|---------|----------------------------------------------------------------------|
 * | 0      | 4    | magic   | "rmqG"                                                               |
 * | 4      | 8    | flushed | the log was durable up to here when this was written                 |
 * | 12     | 8    | start   | first byte that this guard vouches for; the start of a record        |
 * | 20     | 8    | end     | first byte behind; the start of a record, or where the next one goes |
 * | 28     | 4    | dataCrc | CRC-32 of the records and blank heads between                        |
 * | 32     | 4    | crc     | CRC-32 of the bytes 0 … 31                                           |
 *
 * The slots lie where a file of Java's ends with its blank, whose content is undefined, and are zeros again when the
 * log has left the file and a checkpoint says so, and after a clean stop; Java takes no notice of them.
 *
 * A slave's log files hold its master's bytes and nothing else. Its guards stand in a side file of four sectors,
 * `tailguards`, slot n at n · 512; there `dataCrc` also covers what stands behind a blank, unless that is all zeros
 * (Java leaves anything there).
 */
import { crc32 } from 'node:zlib';

export const GUARD_SLOTS = 4;
export const GUARD_SIZE = 36;
const SECTOR_SIZE = 512;
const MAGIC = 0x726d7147;
const CRC_AT = 32;
/** Smaller files, which only tests have, do without. */
const GUARDED_FILE_SIZE_MIN = 8 * GUARD_SLOTS * SECTOR_SIZE;

export interface Guard {
  readonly flushed: number;
  readonly start: number;
  readonly end: number;
  readonly dataCrc: number;
}

export function isGuarded(fileSizeBytes: number): boolean {
  return fileSizeBytes >= GUARDED_FILE_SIZE_MIN;
}

/** Bytes of a file that records and their blank may fill. */
export function guardedCapacity(fileSizeBytes: number): number {
  return isGuarded(fileSizeBytes) ? guardSlotPosition(fileSizeBytes, 0) : fileSizeBytes;
}

/** Where a slot begins in its file: at the start of a sector. */
export function guardSlotPosition(fileSizeBytes: number, slot: number): number {
  return (Math.floor(fileSizeBytes / SECTOR_SIZE) - GUARD_SLOTS + slot) * SECTOR_SIZE;
}

/** Whether a guard may stand at this place of a log file. */
export function isGuardPlace(fileSizeBytes: number, position: number): boolean {
  if (!isGuarded(fileSizeBytes) || position < guardedCapacity(fileSizeBytes)) return false;
  const behindSlots = position - guardSlotPosition(fileSizeBytes, 0);
  return behindSlots < GUARD_SLOTS * SECTOR_SIZE && behindSlots % SECTOR_SIZE < GUARD_SIZE;
}

export const SIDE_FILE_SIZE = GUARD_SLOTS * SECTOR_SIZE;

export function sideSlotPosition(slot: number): number {
  return slot * SECTOR_SIZE;
}

export function encodeGuard(target: Buffer, guard: Guard): void {
  target.writeInt32BE(MAGIC, 0);
  writeOffset(target, 4, guard.flushed);
  writeOffset(target, 12, guard.start);
  writeOffset(target, 20, guard.end);
  target.writeUInt32BE(guard.dataCrc >>> 0, 28);
  target.writeUInt32BE(crc32(target.subarray(0, CRC_AT)), CRC_AT);
}

/** Undefined when there is none, or not a whole one. */
export function decodeGuard(source: Buffer): Guard | undefined {
  if (source.readInt32BE(0) !== MAGIC || source.readUInt32BE(CRC_AT) !== crc32(source.subarray(0, CRC_AT))) return undefined;
  return { flushed: readOffset(source, 4), start: readOffset(source, 12), end: readOffset(source, 20), dataCrc: source.readUInt32BE(28) };
}

function writeOffset(target: Buffer, at: number, offset: number): void {
  target.writeUInt32BE(Math.floor(offset / 0x1_0000_0000), at);
  target.writeUInt32BE(offset >>> 0, at + 4);
}

function readOffset(source: Buffer, at: number): number {
  return source.readUInt32BE(at) * 0x1_0000_0000 + source.readUInt32BE(at + 4);
}
