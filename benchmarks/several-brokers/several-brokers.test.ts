import { expect, it } from 'vitest';
import { memoryIn } from './memory.ts';
import { outlook } from './outlook.ts';

const measured = { sendsPerSecond: 200_000, keptByTwo: 0.9, diskBytesPerSend: 500, requestBytes: 625 };

it('computes for one core what was measured', () => {
  expect(outlook(measured, 1)).toEqual({ cores: 1, atMost: 200_000, careful: 200_000, diskMiBPerSecond: 1e8 / 2 ** 20, networkGbitPerSecond: 1 });
});

it('takes off for each doubling what the first one cost', () => {
  const { atMost, careful } = outlook(measured, 8);
  expect([atMost, Math.round(careful)]).toEqual([1_600_000, Math.round(1_600_000 * 0.9 ** 3)]);
});

it('never counts on more than the sum', () => {
  expect(outlook({ ...measured, keptByTwo: 1.1 }, 4).careful).toBe(800_000);
});

it('reads what is resident, shared out and private', () => {
  const rollup = ['00400000-7ffe rollup', 'Rss:   102400 kB', 'Pss:    61440 kB', 'Pss_Dirty: 1 kB', 'Private_Clean:  10240 kB', 'Private_Dirty:  40960 kB', ''].join('\n');
  expect(memoryIn(rollup)).toEqual({ resident: 100, proportional: 60, own: 50 });
});
