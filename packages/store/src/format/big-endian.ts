/**
 * Integers of consume queue and index files. Unlike the protocol's, reading a 64-bit integer never throws: a damaged file
 * may hold anything, and a rounded value simply matches no record. The caller has checked that the bytes are there.
 */
const TWO_32 = 0x1_0000_0000;

export function readInt32(source: Buffer, at: number): number {
  return (
    ((source[at] as number) << 24) | ((source[at + 1] as number) << 16) | ((source[at + 2] as number) << 8) | (source[at + 3] as number)
  );
}

export function writeInt32(target: Buffer, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}

export function readLong(source: Buffer, at: number): number {
  return readInt32(source, at) * TWO_32 + (readInt32(source, at + 4) >>> 0);
}

/** `value` is a safe integer. */
export function writeLong(target: Buffer, at: number, value: number): void {
  writeInt32(target, at, value === (value | 0) ? value >> 31 : Math.floor(value / TWO_32));
  writeInt32(target, at + 4, value | 0);
}
