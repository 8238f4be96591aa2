import { expect, it } from 'vitest';
import { roundNumbers } from './plots.ts';

it('puts ticks at powers of ten, closer where few fit', () => {
  expect(roundNumbers(3, 40_000)).toEqual([10, 100, 1000, 10_000]);
  expect(roundNumbers(0.3, 6)).toEqual([0.5, 1, 2, 5]);
});
