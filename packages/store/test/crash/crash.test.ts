import { describe, expect, it } from 'vitest';
import { type CrashPoint, runCrashPoint } from './crash-point.ts';

/** Seeds per combination of flush type and death; each dies at every call of its first process in turn. */
const FLUSHES = ['SYNC_FLUSH', 'ASYNC_FLUSH'] as const;
const DEATHS = ['kill', 'crash'] as const;
const POINTS_PER_KIND = 600;

describe.each(FLUSHES.flatMap((flush) => DEATHS.map((death) => ({ flush, death }))))('store, $flush, $death', ({ flush, death }) => {
  it(
    `keeps what it promised through ${POINTS_PER_KIND} deaths`,
    async () => {
      let seed = flush === 'SYNC_FLUSH' ? 1000 : 2000;
      let count = 0;
      while (count < POINTS_PER_KIND) {
        seed += 1;
        // Learn how many calls there are, then die inside each of them; every other death has a seed of its own.
        const calls = await runCrashPoint({ flush, death, seed, atCall: 0 });
        for (let atCall = 1; atCall <= calls && count < POINTS_PER_KIND; atCall++, count++) {
          const point: CrashPoint = { flush, death, seed: atCall % 2 === 0 ? seed : seed * 1000 + atCall, atCall };
          await runCrashPoint(point);
        }
      }
      expect(count).toBe(POINTS_PER_KIND);
    },
    60_000,
  );
});
