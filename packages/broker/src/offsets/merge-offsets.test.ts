import fc from 'fast-check';
import { expect, it } from 'vitest';

import { mergeOffsets, type OffsetChange, type OffsetTable } from './merge-offsets.ts';

const KEY = 'T@g';
const table = (offset?: number): OffsetTable => new Map(offset === undefined ? [] : [[KEY, new Map([[0, offset]])]]);

/** What a queue with these values has afterwards. */
function merged(own: number | undefined, base: number | undefined, their: number | undefined): number | undefined {
  const [change] = mergeOffsets(table(own), base === undefined ? undefined : table(base), table(their));
  return change?.offset ?? own;
}

it.each([
  ['takes the progress on the master', 100, 100, 120, 120],
  ['takes a deliberate step back on the master', 100, 100, 0, 0],
  ['keeps the progress on the slave', 150, 100, 100, 150],
  ['keeps a deliberate step back on the slave', 10, 100, 100, 10],
  ['takes the larger of two progresses', 150, 100, 120, 150],
  ['takes the larger of two progresses', 120, 100, 150, 150],
  ['takes the larger one when it does not know what was copied', 150, undefined, 100, 150],
  ['takes what it does not have', undefined, undefined, 7, 7],
  ['keeps what the other one does not have', 7, 7, undefined, 7],
])('%s: own %s, base %s, theirs %s → %s', (_what, own, base, their, expected) => {
  expect(merged(own, base, their)).toBe(expected);
});

it('leaves out what no broker would send', () => {
  expect(mergeOffsets(new Map(), undefined, new Map([[KEY, new Map([[-1, 5], [0, -5]])]]))).toEqual([]);
});

const offset = fc.nat(6);
const tables = fc.dictionary(fc.constantFrom('T@g', 'T@h', 'U@g'), fc.uniqueArray(fc.tuple(fc.nat(2), offset), { selector: ([queueId]) => queueId }))
  .map((each): OffsetTable => new Map(Object.entries(each).map(([key, queues]) => [key, new Map(queues)])));
const valueOf = (from: OffsetTable, { key, queueId }: Pick<OffsetChange, 'key' | 'queueId'>): number | undefined => from.get(key)?.get(queueId);

function apply(own: OffsetTable, changes: readonly OffsetChange[]): OffsetTable {
  const result = new Map([...own].map(([key, queues]) => [key, new Map(queues)]));
  for (const { key, queueId, offset: value } of changes) {
    if (!result.has(key)) result.set(key, new Map());
    result.get(key)?.set(queueId, value);
  }
  return result;
}

it('never lets fall what a consumer has committed here since the last copy', () => {
  fc.assert(
    fc.property(tables, fc.option(tables, { nil: undefined }), tables, (own, base, theirs) => {
      for (const change of mergeOffsets(own, base, theirs)) {
        const mine = valueOf(own, change);
        const isTouched = mine !== undefined && (base === undefined || valueOf(base, change) !== mine);
        if (isTouched) expect(change.offset).toBeGreaterThan(mine);
      }
    }),
  );
});

it('makes an untouched table equal to the master wherever the master says something', () => {
  fc.assert(
    fc.property(tables, tables, (base, theirs) => {
      const result = apply(base, mergeOffsets(base, base, theirs));
      for (const [key, queues] of theirs) for (const [queueId, their] of queues) expect(valueOf(result, { key, queueId })).toBe(their);
    }),
  );
});

it('comes to rest: a second look at the same master changes nothing', () => {
  fc.assert(
    fc.property(tables, fc.option(tables, { nil: undefined }), tables, (own, base, theirs) => {
      const result = apply(own, mergeOffsets(own, base, theirs));
      expect(mergeOffsets(result, theirs, theirs)).toEqual([]);
    }),
  );
});

it('without a base it is the same whoever merges whose table', () => {
  fc.assert(
    fc.property(tables, tables, (a, b) => {
      const sorted = (each: OffsetTable): unknown => [...each].flatMap(([key, queues]) => [...queues].map((queue) => [key, ...queue].join(' '))).sort();
      expect(sorted(apply(a, mergeOffsets(a, undefined, b)))).toEqual(sorted(apply(b, mergeOffsets(b, undefined, a))));
    }),
  );
});
