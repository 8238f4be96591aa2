import { describe, expect, it } from 'vitest';
import { heldBackMs, LatencyFaults } from './latency-faults.ts';

describe('a latency', () => {
  it.each([
    [0, 0],
    [49, 0],
    [50, 0],
    [549, 0],
    [550, 30_000],
    [999, 30_000],
    [1000, 60_000],
    [2000, 120_000],
    [3000, 180_000],
    [14_999, 180_000],
    [15_000, 600_000],
    [1e9, 600_000],
  ])('of %d ms holds a broker back for %d ms', (latency, held) => {
    expect(heldBackMs(latency)).toBe(held);
  });
});

describe('faults', () => {
  it('end by themselves; a failure counts as 30 s', () => {
    const faults = new LatencyFaults();
    expect(faults.isAvailable('a', 0)).toBe(true);
    faults.update('a', 3, true, 1000);
    expect(faults.isAvailable('a', 600_999)).toBe(false);
    expect(faults.isAvailable('a', 601_000)).toBe(true);
    faults.update('a', 3, false, 1001);
    expect(faults.isAvailable('a', 1001)).toBe(true);
  });

  it('offer the available before the held back, the quick before the slow, in turn, and not the excepted one', () => {
    const faults = new LatencyFaults(0);
    expect(faults.pickOneAtLeast(0)).toBeUndefined();
    faults.update('slow', 900, false, 0);
    expect(faults.pickOneAtLeast(0)).toBe('slow');
    faults.update('quick', 60, false, 0);
    faults.update('middle', 100, false, 0);
    faults.update('worst', 16_000, false, 0);
    expect([1, 2, 3, 4].map(() => faults.pickOneAtLeast(0))).toEqual(['quick', 'middle', 'quick', 'middle']);
    expect(faults.pickOneAtLeast(0, 'quick')).toBe('middle');
    faults.remove('quick');
    faults.remove('middle');
    faults.remove('worst');
    expect(faults.pickOneAtLeast(0, 'slow')).toBe('slow');
  });
});
