import { describe, expect, it } from 'vitest';
import { decodeGuard, encodeGuard, GUARD_SIZE, GUARD_SLOTS, guardedCapacity, guardSlotPosition, isGuarded } from './tail-guard-layout.ts';

const GUARD = { flushed: 2 ** 41, start: 2 ** 41 + 5, end: 2 ** 41 + 700, dataCrc: 0xfffffffe };

describe('tail guard', () => {
  it('is read as it was written', () => {
    const bytes = Buffer.alloc(GUARD_SIZE);
    encodeGuard(bytes, GUARD);
    expect(decodeGuard(bytes)).toEqual(GUARD);
  });

  it('is nothing when any byte is another', () => {
    for (let at = 0; at < GUARD_SIZE; at++) {
      const bytes = Buffer.alloc(GUARD_SIZE);
      encodeGuard(bytes, GUARD);
      bytes[at] = (bytes[at] as number) ^ 1;
      expect(decodeGuard(bytes)).toBeUndefined();
    }
    expect(decodeGuard(Buffer.alloc(GUARD_SIZE))).toBeUndefined();
  });

  it.each([16 * 1024, 1 << 30, 20_001])('has its slots in sectors of their own behind the records of a file of %d bytes', (size) => {
    const places = Array.from({ length: GUARD_SLOTS }, (_, slot) => guardSlotPosition(size, slot));
    expect(places.every((place) => place % 512 === 0 && place + 512 <= size)).toBe(true);
    expect(new Set(places).size).toBe(GUARD_SLOTS);
    expect(guardedCapacity(size)).toBe(places[0]);
  });

  it('is left out of files too small for it', () => {
    expect(isGuarded(4096)).toBe(false);
    expect(guardedCapacity(4096)).toBe(4096);
  });
});
