import { javaHash } from '@rocketmq-ts/remoting-protocol';
import { describe, expect, it } from 'vitest';
import {
  entryAge,
  entryPosition,
  indexFileName,
  indexFileSize,
  indexHashOf,
  isIndexFileName,
  readIndexHeader,
  slotPosition,
  writeIndexHeader,
} from './index-layout.ts';

const SHAPE = { slotCount: 5_000_000, entryCountMax: 20_000_000 };

describe('the layout of an index file', () => {
  it('has the sizes and places of 4.6.0', () => {
    expect(indexFileSize(SHAPE)).toBe(420_000_040);
    expect([slotPosition(0), slotPosition(4_999_999)]).toEqual([40, 20_000_036]);
    expect([entryPosition(SHAPE, 1), entryPosition(SHAPE, 19_999_999)]).toEqual([20_000_060, 420_000_020]);
  });

  it('keeps its header', () => {
    const header = {
      beginTimestamp: 1_700_000_000_000,
      endTimestamp: 1_700_000_000_001,
      beginPhysicalOffset: 2 ** 41,
      endPhysicalOffset: 2 ** 41 + 7,
      hashSlotCount: 8,
      indexCount: 9,
    };
    const bytes = Buffer.alloc(40);
    writeIndexHeader(bytes, 0, header);
    expect(readIndexHeader(bytes, 0)).toEqual(header);
    expect(readIndexHeader(Buffer.alloc(40), 0).indexCount).toBe(1);
  });

  it('makes hashes positive, the smallest one 0', () => {
    expect([indexHashOf(5), indexHashOf(-5), indexHashOf(-0x8000_0000)]).toEqual([5, 5, 0]);
    expect(javaHash('polygenelubricants')).toBe(-0x8000_0000);
  });

  it('counts whole seconds since the first entry, never fewer than none', () => {
    expect([entryAge(5000, 0), entryAge(5999, 4000), entryAge(3000, 4000), entryAge(2 ** 43, 1)]).toEqual([0, 1, 0, 0x7fffffff]);
  });

  it('names files by local time', () => {
    expect(indexFileName(new Date(2026, 0, 2, 3, 4, 5, 6).getTime())).toBe('20260102030405006');
    expect(['20260102030405006', '1', 'x', '', '20260102030405006.tmp'].map(isIndexFileName)).toEqual([true, true, false, false, false]);
  });
});
