import { expect, test } from 'vitest';
import { RtHistogram } from './rt-histogram.ts';

const recorded = (times: readonly number[]): RtHistogram => {
  const histogram = new RtHistogram();
  for (const us of times) histogram.record(us);
  return histogram;
};
const upTo = (n: number): number[] => Array.from({ length: n }, (_, at) => at + 1);

test('a percentile is the smallest time that so many do not exceed', () => {
  const histogram = recorded(upTo(100));
  expect([50, 90, 99, 99.9].map((share) => histogram.percentile(share))).toEqual([50, 90, 99, 100]);
});

test('times are told to 0.1 µs, and from 205 µs on to 0.1 %', () => {
  expect(recorded([33.33]).percentile(50)).toBe(33.3);
  for (const us of [250.5, 1234.5, 98_765.4, 3_000_000, 400_000_000]) {
    const histogram = recorded([us, us * 2]);
    expect(Math.abs(histogram.percentile(50) / us - 1)).toBeLessThanOrEqual(0.001);
  }
});

test('the greatest and the mean are exact, and no percentile exceeds the greatest', () => {
  const { max, mean, p9999 } = recorded([1000.123, 3000.456]).times();
  expect({ max, mean: mean.toFixed(4), p9999 }).toEqual({ max: 3000.456, mean: '2000.2895', p9999: 3000.456 });
});

test('histograms of several threads add up to that of all their times', () => {
  const all = upTo(5000).map((n) => n * 7.3);
  const parts = [0, 1, 2].map((part) => recorded(all.filter((_, at) => at % 3 === part)).data());
  // As they come from another thread.
  const merged = RtHistogram.merged(structuredClone(parts));
  expect(merged.total).toBe(5000);
  const { mean, ...rest } = merged.times();
  const { mean: expectedMean, ...expected } = recorded(all).times();
  expect(rest).toEqual(expected);
  expect(mean).toBeCloseTo(expectedMean, 6);
});

test('one rare delay in ten thousand shows at p99.99 and not before', () => {
  const histogram = recorded([...Array.from({ length: 9_998 }, () => 10), 50_000, 50_000]);
  expect(histogram.percentile(99.9)).toBe(10);
  expect(histogram.percentile(99.99)).toBeGreaterThan(49_900);
});

test('what no bucket holds is in the last one, with its exact greatest', () => {
  const histogram = recorded([-1, 0, 600_000_000]);
  expect(histogram.percentile(1)).toBe(0);
  expect(histogram.times().max).toBe(600_000_000);
});

test('of nothing there is no time', () => {
  expect(Object.values(new RtHistogram().times()).every(Number.isNaN)).toBe(true);
});
