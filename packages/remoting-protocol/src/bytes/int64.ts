/**
 * 64-bit integers as JavaScript numbers: offsets and times stay far below 2^53, and BigInt is too slow for the hot paths.
 * Big-endian throughout, as everything in RocketMQ.
 */
import { ProtocolError } from '../errors.ts';

const TWO_32 = 0x1_0000_0000;

/**
 * Reads 8 bytes. The caller has checked that they are there.
 *
 * @throws ProtocolError INT64_UNSAFE when the number is not exact as a double; the bytes are damaged or hostile
 */
export function readInt64(buffer: Buffer, at: number): number {
  const value = readInt64Rounded(buffer, at);
  if (!Number.isSafeInteger(value)) throw new ProtocolError('INT64_UNSAFE', `64-bit integer out of range at byte ${at}`);
  return value;
}

/** As `readInt64`, but a number beyond ±(2^53 − 1) becomes that bound: for times, which only a hostile peer makes so large. */
export function readInt64Saturated(buffer: Buffer, at: number): number {
  const value = readInt64Rounded(buffer, at);
  if (value > Number.MAX_SAFE_INTEGER) return Number.MAX_SAFE_INTEGER;
  if (value < -Number.MAX_SAFE_INTEGER) return -Number.MAX_SAFE_INTEGER;
  return value;
}

function readInt64Rounded(buffer: Buffer, at: number): number {
  return readInt32(buffer, at) * TWO_32 + (readInt32(buffer, at + 4) >>> 0);
}

/** Writes 8 bytes. `value` is a safe integer; the caller has made room. */
export function writeInt64(buffer: Buffer, at: number, value: number): void {
  const high = Math.floor(value / TWO_32);
  const low = value - high * TWO_32;
  buffer[at] = high >>> 24;
  buffer[at + 1] = high >>> 16;
  buffer[at + 2] = high >>> 8;
  buffer[at + 3] = high;
  buffer[at + 4] = low >>> 24;
  buffer[at + 5] = low >>> 16;
  buffer[at + 6] = low >>> 8;
  buffer[at + 7] = low;
}

/** Writes 4 bytes, signed or unsigned. Faster than Buffer's own, which checks what the caller already knows. */
export function writeInt32(buffer: Buffer, at: number, value: number): void {
  buffer[at] = value >>> 24;
  buffer[at + 1] = value >>> 16;
  buffer[at + 2] = value >>> 8;
  buffer[at + 3] = value;
}

/** Reads 4 bytes signed. The caller has checked that they are there. */
export function readInt32(buffer: Buffer, at: number): number {
  return ((buffer[at] as number) << 24) | ((buffer[at + 1] as number) << 16) | ((buffer[at + 2] as number) << 8) | (buffer[at + 3] as number);
}
