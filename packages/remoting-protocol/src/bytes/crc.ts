import { crc32 } from 'node:zlib';

/** Java's `UtilAll.crc32`: CRC-32 without its top bit. Source: common/UtilAll.java crc32 (4.6.0) */
export function crc32Of(buffer: Uint8Array, start = 0, end: number = buffer.length): number {
  const part = start === 0 && end === buffer.length ? buffer : buffer.subarray(start, end);
  return crc32(part) & 0x7fffffff;
}
