import { expect, it } from 'vitest';
import { median, middleHalf, percentile, spread } from './statistics.ts';

it('finds the middle of an odd and of an even number of figures, in any order', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 7])).toBe(6);
});

it('names a figure that was measured as a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(hundred, 99)).toBe(99);
  expect(percentile(hundred, 100)).toBe(100);
  expect(percentile([], 50)).toBeNaN();
});

it('leaves one stray figure of five out of the middle half, but none of three', () => {
  expect(middleHalf([10, 11, 12, 13, 99])).toEqual([11, 13]);
  expect(middleHalf([10, 12, 99])).toEqual([10, 99]);
});

it('says the median with the least and the greatest', () => {
  expect(spread([3, 1, 2], (n) => `${n} ms`)).toBe('2 ms (1 ms … 3 ms)');
});
