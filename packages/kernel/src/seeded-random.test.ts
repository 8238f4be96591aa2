import { describe, expect, it } from 'vitest';
import { AssertionError, createSeededRandom } from './index.ts';

describe('seeded random', () => {
  it('gives the same numbers for the same seed, for ever', () => {
    const draw = (seed: number) =>
      Array.from(
        { length: 6 },
        (
          (random) => () =>
            random.below(1000)
        )(createSeededRandom(seed)),
      );
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    // Recorded: a printed seed must replay an old failure.
    expect(draw(42)).toMatchInlineSnapshot(`
      [
        221,
        732,
        526,
        633,
        756,
        677,
      ]
    `);
  });

  it('covers its range evenly', () => {
    const random = createSeededRandom(7);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[random.below(10)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('reaches both halves of the largest range', () => {
    const random = createSeededRandom(3);
    const values = Array.from({ length: 64 }, () => random.below(2 ** 32));
    expect(Math.max(...values)).toBeGreaterThan(2 ** 31);
    expect(Math.min(...values)).toBeLessThan(2 ** 31);
    expect(new Set(values).size).toBe(64);
  });

  it('refuses a bound it cannot keep', () => {
    const random = createSeededRandom(1);
    for (const bound of [0, -1, 1.5, 2 ** 32 + 1, NaN]) expect(() => random.below(bound)).toThrow(AssertionError);
  });
});
