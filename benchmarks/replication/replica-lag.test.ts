import { expect, it } from 'vitest';
import { lagsOf } from './replica-lag.ts';

it('finds how long before the slave the master was at the same place', () => {
  const master = [
    { atMs: 0, offset: 0 },
    { atMs: 10, offset: 100 },
    { atMs: 20, offset: 300 },
  ];
  const slave = [
    { atMs: 7, offset: 50 },
    { atMs: 18, offset: 200 },
    { atMs: 23, offset: 300 },
  ];
  expect(lagsOf(master, slave)).toEqual([2, 3, 3]);
});

it('leaves out what the master was not seen at', () => {
  const master = [
    { atMs: 5, offset: 100 },
    { atMs: 10, offset: 200 },
  ];
  expect(lagsOf(master, [{ atMs: 6, offset: 40 }, { atMs: 30, offset: 900 }])).toEqual([]);
});
