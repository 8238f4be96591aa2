import { describe, expect, it } from 'vitest';
import { type CrashPoint, runCrashPoint } from './crash-point.ts';

/** What a failed crash test prints as its replay: the same point again, and nothing else. */
const wanted = process.env['CRASH_POINT'];

describe('crash point', () => {
  it.skipIf(wanted === undefined)('replays', async () => {
    expect(await runCrashPoint(JSON.parse(wanted ?? '') as CrashPoint)).toBeGreaterThan(0);
  });
});
