import { expect, it } from 'vitest';

import { ConsumerOffsets } from './consumer-offsets.ts';
import { raiseOffsets } from './offsets-of-slaves.ts';

const ENDS = new Map([
  ['T', 200],
  ['U', 50],
]);
const tables = (offsets: ConsumerOffsets) => ({ topics: ENDS, offsets, maxQueueOffset: (topic: string) => ENDS.get(topic) ?? 0 });
const slave = (entries: readonly (readonly [string, number])[]) => ({ offsetTable: new Map(entries.map(([key, offset]) => [key, new Map([[0, offset]])])) });

it('raises what a slave knows better, and lowers nothing', () => {
  const offsets = new ConsumerOffsets();
  offsets.commit('behind', 'T', 0, 10);
  offsets.commit('ahead', 'T', 0, 150);
  expect(raiseOffsets(tables(offsets), slave([['T@behind', 120], ['T@ahead', 120], ['T@new', 7]]))).toBe(2);
  expect(['behind', 'ahead', 'new'].map((group) => offsets.query(group, 'T', 0))).toEqual([120, 150, 7]);
});

it('goes no further than the queue: the next messages would be skipped', () => {
  const offsets = new ConsumerOffsets();
  offsets.commit('g', 'U', 0, 30);
  raiseOffsets(tables(offsets), slave([['U@g', 80]]));
  expect(offsets.query('g', 'U', 0)).toBe(50);
});

it('does not bring back offsets of topics that are deleted', () => {
  const offsets = new ConsumerOffsets();
  expect(raiseOffsets(tables(offsets), slave([['Gone@g', 5]]))).toBe(0);
  expect(offsets.query('g', 'Gone', 0)).toBe(-1);
});
