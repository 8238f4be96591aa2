import { assert } from './assert.ts';
import type { Random } from './random.ts';

/**
 * xoshiro128** (Blackman, Vigna; public domain algorithm) seeded by splitmix32: small, fast, the same on every
 * machine. One seed gives one sequence for ever, so a printed seed replays a simulation.
 */
export function createSeededRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  return new SeededRandom(next(), next(), next(), next());
}

class SeededRandom implements Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(a: number, b: number, c: number, d: number) {
    this.a = a;
    this.b = b;
    this.c = c;
    // The all-zero state would stay zero.
    this.d = (a | b | c | d) === 0 ? 1 : d;
  }

  below(bound: number): number {
    assert(Number.isInteger(bound) && bound >= 1 && bound <= 0x1_0000_0000, 'Random.below takes an integer from 1 to 2^32');
    // Values above the last whole multiple of `bound` are drawn again, or small results would be likelier.
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % bound);
    let value = this.uint32();
    while (value >= limit) value = this.uint32();
    return value % bound;
  }

  private uint32(): number {
    const scaled = Math.imul(this.b, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9) >>> 0;
    const t = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= t;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result;
  }
}
