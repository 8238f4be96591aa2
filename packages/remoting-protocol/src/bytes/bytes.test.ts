import { readGolden } from '@rocketmq-ts/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import { crc32Of } from './crc.ts';
import { readInt32, readInt64, readInt64Saturated, writeInt32, writeInt64 } from './int64.ts';
import { javaHash, javaHashOfUtf8 } from './java-hash.ts';
import { CACHED_TEXT_BYTES_MAX, TextCache } from './text-cache.ts';
import { textSize, writeDecimal, writeText } from './text.ts';

// The same inputs on every run; raise numRuns or change the seed to search further.
fc.configureGlobal({ seed: 460 });

describe('64-bit integers', () => {
  it('are what BigInt makes of them', () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, -1, 1, 2 ** 32, -(2 ** 32), 2 ** 32 - 1, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER)), (value) => {
        const bytes = Buffer.alloc(9, 0xaa);
        writeInt64(bytes, 1, value);
        expect(bytes[0]).toBe(0xaa);
        expect(bytes.readBigInt64BE(1)).toBe(BigInt(value));
        expect(readInt64(bytes, 1)).toBe(value);
        expect(readInt64Saturated(bytes, 1)).toBe(value);
      }),
    );
  });

  it('beyond 2^53 are refused, or bounded where that was asked for', () => {
    for (const hex of ['7fffffffffffffff', '0020000000000000', '0020000000000001']) {
      const bytes = Buffer.from(hex, 'hex');
      expect(() => readInt64(bytes, 0)).toThrow(expect.objectContaining({ code: 'INT64_UNSAFE' }));
      expect(readInt64Saturated(bytes, 0)).toBe(Number.MAX_SAFE_INTEGER);
    }
    expect(readInt64Saturated(Buffer.from('8000000000000000', 'hex'), 0)).toBe(-Number.MAX_SAFE_INTEGER);
  });

  it('of 32 bits are signed', () => {
    fc.assert(
      fc.property(fc.integer({ min: -0x80000000, max: 0x7fffffff }), (value) => {
        const bytes = Buffer.alloc(4);
        writeInt32(bytes, 0, value);
        expect(bytes.readInt32BE(0)).toBe(value);
        expect(readInt32(bytes, 0)).toBe(value);
      }),
    );
  });
});

describe('javaHash', () => {
  it("is Java's, from text and from bytes", () => {
    const lines = readGolden(new URL('../../test/golden/protocol/hashes.hex', import.meta.url)).bytes.toString().trim().split('\n');
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) {
      const [text = '', hash] = line.split('\t');
      expect(javaHash(text), text).toBe(Number(hash));
      const bytes = Buffer.from(`xx${text}yy`);
      expect(javaHashOfUtf8(bytes, 2, bytes.length - 2), text).toBe(Number(hash));
    }
    expect(javaHash('')).toBe(0);
  });
});

describe('crc32Of', () => {
  it('is CRC-32 without its top bit', () => {
    // 0xCBF43926 is the check value of CRC-32 for these digits.
    expect(crc32Of(Buffer.from('123456789'))).toBe(0xcbf43926 & 0x7fffffff);
    expect(crc32Of(Buffer.from('xx123456789y'), 2, 11)).toBe(0xcbf43926 & 0x7fffffff);
    expect(crc32Of(Buffer.alloc(0))).toBe(0);
  });
});

describe('ByteWriter', () => {
  it('writes the same from any starting size', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('u8' as const), value: fc.nat(255) }),
        fc.record({ kind: fc.constant('i16' as const), value: fc.integer({ min: -0x8000, max: 0x7fff }) }),
        fc.record({ kind: fc.constant('i32' as const), value: fc.integer({ min: -0x80000000, max: 0x7fffffff }) }),
        fc.record({ kind: fc.constant('i64' as const), value: fc.maxSafeInteger() }),
        fc.record({ kind: fc.constant('decimal' as const), value: fc.maxSafeInteger() }),
        fc.record({ kind: fc.constant('utf8' as const), value: fc.string({ unit: 'binary', maxLength: 100 }) }),
        fc.record({ kind: fc.constant('latin1' as const), value: fc.string({ unit: 'binary-ascii', maxLength: 100 }) }),
        fc.record({ kind: fc.constant('bytes' as const), value: fc.uint8Array({ maxLength: 100 }) }),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 64 }), (list, capacity) => {
        const out = new ByteWriter(capacity);
        const expected: Buffer[] = [];
        for (const step of list) {
          switch (step.kind) {
            case 'u8':
              out.u8(step.value);
              expected.push(Buffer.of(step.value));
              break;
            case 'i16':
              out.i16(step.value);
              expected.push(numberBytes(2, (bytes) => bytes.writeInt16BE(step.value)));
              break;
            case 'i32':
              out.i32(step.value);
              expected.push(numberBytes(4, (bytes) => bytes.writeInt32BE(step.value)));
              break;
            case 'i64':
              out.i64(step.value);
              expected.push(numberBytes(8, (bytes) => bytes.writeBigInt64BE(BigInt(step.value))));
              break;
            case 'decimal':
              out.decimal(step.value);
              expected.push(Buffer.from(String(step.value)));
              break;
            case 'bytes':
              out.bytes(step.value);
              expected.push(Buffer.from(step.value));
              break;
            default:
              expect(out[step.kind](step.value)).toBe(Buffer.byteLength(step.value));
              expected.push(Buffer.from(step.value));
          }
        }
        expect(out.view()).toEqual(Buffer.concat(expected));
        expect(out.position).toBe(out.view().length);
        const copy = out.copy();
        out.reset();
        out.i32(-1);
        expect(copy).toEqual(Buffer.concat(expected));
        expect(out.view().toString('hex')).toBe('ffffffff');
      }),
      { numRuns: 300 },
    );
  });
});

function numberBytes(size: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(size);
  write(bytes);
  return bytes;
}

describe('short texts', () => {
  it('are written as Buffer writes them', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 80 }), fc.string({ unit: 'binary', maxLength: 80 })), (text) => {
        const target = Buffer.alloc(400);
        const end = writeText(target, 3, text);
        expect(target.subarray(3, end)).toEqual(Buffer.from(text));
        expect(textSize(text)).toBe(end - 3);
      }),
    );
  });

  it('of numbers are decimal', () => {
    for (const value of [0, 9, 10, 99, 100, 2147483647, 2147483648, -1, -2147483648, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]) {
      const target = Buffer.alloc(20);
      expect(target.toString('latin1', 0, writeDecimal(target, 0, value))).toBe(String(value));
    }
  });
});

describe('TextCache', () => {
  it('gives the text of the bytes however full it is', () => {
    const cache = new TextCache();
    const texts = Array.from({ length: 20_000 }, (_, index) => `name-${(index * 7919) % 6000}`.padEnd(index % CACHED_TEXT_BYTES_MAX, 'x'));
    for (const text of texts) {
      const bytes = Buffer.from(`(${text})`);
      expect(cache.ascii(bytes, 1, bytes.length - 1)).toBe(text);
    }
    expect(cache.ascii(Buffer.alloc(0), 0, 0)).toBe('');
  });
});
