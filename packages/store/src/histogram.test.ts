import { expect, it } from 'vitest';

import { Histogram } from './histogram.ts';

it('counts a value with the first bound that it does not exceed', () => {
  const histogram = new Histogram([1, 10]);
  for (const value of [0, 1, 1.5, 10, 11]) histogram.record(value);
  histogram.record(2, 100);
  expect(histogram.counts).toEqual([2, 102, 1]);
  expect(histogram.sum).toBe(223.5);
});
