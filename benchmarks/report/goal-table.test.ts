import { expect, it } from 'vitest';
import { goalTable } from './goal-table.ts';
import { millisOf, percent } from './units.ts';

it('says of each goal whether it is met, and by how much not', () => {
  const table = goalTable([
    { id: 'P16', what: 'kept', bound: 'at least', target: 0.9, figure: 0.85, unit: percent },
    { id: 'P19', what: 'delay', bound: 'at most', target: 10, figure: 4, unit: millisOf },
    { id: 'P19', what: 'max', bound: 'at most', target: 100, figure: Number.NaN, unit: millisOf },
  ]);
  expect(table.split('\n').slice(2)).toEqual([
    '| P16 | kept | ≥ 90 % | 85 % | **no**, off by 5.0 % |',
    '| P19 | delay | ≤ 10.00 ms | 4.00 ms | yes |',
    '| P19 | max | ≤ 100 ms | not measured | – |',
  ]);
});
