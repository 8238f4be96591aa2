import { describe, expect, it } from 'vitest';
import { type CrashPoint, runCrashPoint } from './crash-point.ts';

/** Deaths per combination of flush type, way to die, and whether writes fail before. */
const FLUSHES = ['SYNC_FLUSH', 'ASYNC_FLUSH'] as const;
const DEATHS = ['kill', 'crash'] as const;
const POINTS_PER_KIND = 300;
const KINDS = FLUSHES.flatMap((flush) => DEATHS.flatMap((death) => [false, true].map((diskFails) => ({ flush, death, diskFails }))));

describe.each(KINDS)('store, $flush, $death, failing writes $diskFails', ({ flush, death, diskFails }) => {
  it(
    `keeps what it promised through ${POINTS_PER_KIND} deaths`,
    async () => {
      let seed = flush === 'SYNC_FLUSH' ? 1000 : 2000;
      let count = 0;
      while (count < POINTS_PER_KIND) {
        seed += 1;
        // Learn how many calls there are, then die inside each of them; every other death has a seed of its own.
        const calls = await runCrashPoint({ flush, death, seed, atCall: 0, diskFails });
        for (let atCall = 1; atCall <= calls && count < POINTS_PER_KIND; atCall++, count++) {
          const point: CrashPoint = { flush, death, seed: atCall % 2 === 0 ? seed : seed * 1000 + atCall, atCall, diskFails };
          await runCrashPoint(point);
        }
      }
      expect(count).toBe(POINTS_PER_KIND);
    },
    60_000,
  );
});
