import { describe, expect, it } from 'vitest';
import { compareTimes, comparisonTable } from './comparison.ts';

const times = (decode: number) => ({ decode });
const verdict = (base: readonly number[], work: readonly number[]) => compareTimes(base.map(times), work.map(times))[0]?.verdict;

describe('compareTimes', () => {
  it('says faster or slower only when every round does', () => {
    expect(verdict([100, 110, 90], [50, 60, 45])).toBe('faster');
    expect(verdict([50, 60, 45], [100, 110, 90])).toBe('slower');
    expect(verdict([100, 110, 90], [50, 120, 45])).toBe('within noise');
  });

  it('takes a difference of two in a hundred for none, however often it is seen', () => {
    expect(verdict([100, 100, 100], [98, 98, 98])).toBe('within noise');
  });

  it('names what only one of the two has', () => {
    expect(compareTimes([{ old: 1 }], [{ fresh: 1 }])).toEqual([
      { name: 'fresh', ratios: [], verdict: 'only in the working tree' },
      { name: 'old', ratios: [], verdict: 'only in the base' },
    ]);
  });
});

describe('comparisonTable', () => {
  it('shows median, spread and verdict', () => {
    expect(comparisonTable(compareTimes([times(100), times(120)], [times(50), times(40)]))).toContain('| decode | 2.50 (2.00 … 3.00) | faster |');
  });
});
