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
  it('uses the memory of slabs again that nobody was lent a piece of', () => {
    const hotTail = new HotTail(3 * SLAB_BYTES);
    const memories = new Set<ArrayBufferLike>();
    for (let filling = 0; filling < 20; filling++) memories.add(fill(hotTail, filling).buffer.buffer);
    expect(memories.size).toBe(4);
    expect(hotTail.capacityBytes).toBe(3 * SLAB_BYTES);
  });

  it('never touches again what was lent, however much is written after it', () => {
    const hotTail = new HotTail(3 * SLAB_BYTES);
    const lent = Array.from({ length: 20 }, (_, filling) => fill(hotTail, filling)).map((slab) => slab.lend(10, 20));
    const kept = Array.from({ length: 20 }, (_, filling) => fill(hotTail, 100 + filling).lend(0, SLAB_BYTES));
    for (let filling = 0; filling < 20; filling++) fill(hotTail, 200);
    expect(kept.map((piece) => [...new Set(piece)])).toEqual(Array.from({ length: 20 }, (_, filling) => [100 + filling]));
    expect(lent.every((piece) => piece.length === 10)).toBe(true);
  });
});
