import { describe, expect, it } from 'vitest';
import { compareTimes, comparisonTable } from './comparison.ts';

const rounds = (base: readonly number[], work: readonly number[]) => base.map((decode, round) => ({ base: { decode }, work: { decode: work[round] ?? Number.NaN } }));
const verdict = (base: readonly number[], work: readonly number[]) => compareTimes(rounds(base, work))[0]?.verdict;

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
    expect(compareTimes([{ base: { old: 1 }, work: { fresh: 1 } }])).toEqual([
      { name: 'fresh', ratios: [], verdict: 'only in the working tree' },
      { name: 'old', ratios: [], verdict: 'only in the base' },
    ]);
  });

  it('takes the rounds that have a name, where others have another', () => {
    const lines = compareTimes([{ base: { alone: 3 }, work: { alone: 2 } }, { base: { pair: 6 }, work: { pair: 2 } }]);
    expect(lines.map(({ name, ratios }) => [name, ratios])).toEqual([['alone', [1.5]], ['pair', [3]]]);
  });
});

describe('comparisonTable', () => {
  it('shows median, spread and verdict', () => {
    expect(comparisonTable(compareTimes(rounds([100, 120], [50, 40])))).toContain('| decode | 2.50 (2.00 … 3.00) | faster |');
  });
});
