import { describe, expect, it } from 'vitest';
import { compareWithBaseline, leastOf } from './verdict.ts';

const baseline = { limit: 1.6, ratios: { decode: 0.5, append: 10 } };

describe('compareWithBaseline', () => {
  it('lets pass what noise may add, and no more', () => {
    expect(compareWithBaseline({ decode: 0.8, append: 16.1 }, baseline)).toEqual([
      { id: 'decode', ratio: 0.8, timesBaseline: 1.6, isTooSlow: false },
      { id: 'append', ratio: 16.1, timesBaseline: 1.61, isTooSlow: true },
    ]);
  });

  it('says of what is new that it is not known, and does not fail it', () => {
    expect(compareWithBaseline({ fresh: 3 }, baseline)).toEqual([{ id: 'fresh', ratio: 3, timesBaseline: undefined, isTooSlow: false }]);
  });
});

describe('leastOf', () => {
  it('takes the lesser of each subject', () => {
    expect(leastOf({ decode: 1, append: 9 }, { decode: 0.6, append: 12 })).toEqual({ decode: 0.6, append: 9 });
  });
});
