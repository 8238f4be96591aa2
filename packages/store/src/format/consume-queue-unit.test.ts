import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isBlankUnit,
  isExtAddress,
  isRecordUnit,
  isWrittenUnit,
  UNIT_SIZE,
  unitPhysicalOffset,
  unitRecordSize,
  unitTagsCode,
  writeBlankUnits,
  writeUnit,
} from './consume-queue-unit.ts';

const tagsCodes = fc.oneof(fc.integer(), fc.integer({ min: 1_600_000_000_000, max: 9_999_999_999_999 }));

describe('a consume queue unit', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 91, max: 0x7ffffffe }), tagsCodes, (physicalOffset, size, tagsCode) => {
        const bytes = Buffer.alloc(UNIT_SIZE + 3);
        writeUnit(bytes, 3, physicalOffset, size, tagsCode);
        expect([unitPhysicalOffset(bytes, 3), unitRecordSize(bytes, 3), unitTagsCode(bytes, 3)]).toEqual([physicalOffset, size, tagsCode]);
        expect([isRecordUnit(bytes, 3), isBlankUnit(bytes, 3)]).toEqual([true, false]);
        expect([bytes.readBigInt64BE(3), bytes.readInt32BE(11), bytes.readBigInt64BE(15)]).toEqual([
          BigInt(physicalOffset),
          size,
          BigInt(tagsCode),
        ]);
      }),
      { seed: 1 },
    );
  });

  it('is blank, unwritten or a record, never two of them', () => {
    const bytes = Buffer.alloc(3 * UNIT_SIZE);
    writeBlankUnits(bytes, UNIT_SIZE, 1);
    writeUnit(bytes, 2 * UNIT_SIZE, 0, 100, 0);
    const kinds = [0, 1, 2].map((index) => [
      isWrittenUnit(bytes, index * UNIT_SIZE),
      isBlankUnit(bytes, index * UNIT_SIZE),
      isRecordUnit(bytes, index * UNIT_SIZE),
    ]);
    expect(kinds).toEqual([
      [false, false, false],
      [true, true, false],
      [true, false, true],
    ]);
    expect(bytes.toString('hex', UNIT_SIZE, 2 * UNIT_SIZE)).toBe('00000000000000007fffffff0000000000000000');
  });

  it('tells hashes from addresses of the ext file', () => {
    expect([0, -1, -0x8000_0000, -0x8000_0001, Number.MIN_SAFE_INTEGER].map(isExtAddress)).toEqual([false, false, false, true, true]);
  });
});
