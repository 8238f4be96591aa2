import { describe, expect, it } from 'vitest';
import { HotTail, type Slab } from './hot-tail.ts';

const SLAB_BYTES = 64;

function fill(hotTail: HotTail, filling: number): Slab {
  const slab = hotTail.open(hotTail.newest?.endOffset ?? 0, SLAB_BYTES);
  slab.buffer.fill(filling);
  slab.used = SLAB_BYTES;
  slab.endOffset = slab.baseOffset + SLAB_BYTES;
  slab.written = SLAB_BYTES;
  hotTail.trim();
  return slab;
}

describe('the hot tail', () => {
  it('uses the memory of a slab again when it has made way', () => {
    const hotTail = new HotTail(3 * SLAB_BYTES);
    const memories = new Set<ArrayBufferLike>();
    for (let filling = 0; filling < 20; filling++) memories.add(fill(hotTail, filling).buffer.buffer);
    expect(memories.size).toBe(4);
    expect(hotTail.capacityBytes).toBe(3 * SLAB_BYTES);
  });

  it('never touches again what somebody keeps, however much is written after it', () => {
    const hotTail = new HotTail(3 * SLAB_BYTES);
    const view = (filling: number): Buffer => fill(hotTail, filling).buffer.subarray(10, 20);
    const kept = Array.from({ length: 20 }, (_, filling) => {
      const piece = view(filling);
      const { baseOffset } = hotTail.newest as Slab;
      hotTail.keep(baseOffset + 10, baseOffset + 20);
      return piece;
    });
    for (let filling = 0; filling < 20; filling++) view(200);
    expect(kept.map((piece) => [...new Set(piece)])).toEqual(kept.map((_, filling) => [filling]));
  });

  it('keeps all slabs of a stretch, and those beside it not', () => {
    const hotTail = new HotTail(10 * SLAB_BYTES);
    const slabs = [0, 1, 2, 3, 4].map((filling) => fill(hotTail, filling));
    hotTail.keep(SLAB_BYTES + 1, 3 * SLAB_BYTES + 1);
    expect(slabs.map(({ isKept }) => isKept)).toEqual([false, true, true, true, false]);
  });
});
