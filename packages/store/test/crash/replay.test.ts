import { describe, expect, it } from 'vitest';
import { type CrashPoint, runCrashPoint } from './crash-point.ts';
import { type ReplicaPoint, runReplicaPoint } from './replica-point.ts';

/** What a failed crash test prints as its replay: the same point again, and nothing else. */
const wanted = process.env['CRASH_POINT'];

describe('crash point', () => {
  it.skipIf(wanted === undefined)('replays', async () => {
    const point = JSON.parse(wanted ?? '') as CrashPoint | ReplicaPoint;
    expect(await ('role' in point ? runReplicaPoint(point) : runCrashPoint(point))).toBeGreaterThan(0);
  });
});
