import { describe, expect, it } from 'vitest';
import { type ReplicaPoint, runReplicaPoint } from './replica-point.ts';

const FLUSHES = ['SYNC_FLUSH', 'ASYNC_FLUSH'] as const;
const DEATHS = ['kill', 'crash'] as const;
const POINTS_PER_KIND = 60;
const KINDS = FLUSHES.flatMap((flush) => DEATHS.flatMap((death) => [false, true].map((diskFails) => ({ flush, death, diskFails }))));

describe.each(KINDS)('replica, $flush, $death, failing writes $diskFails', ({ flush, death, diskFails }) => {
  it(
    `has a prefix of its master's log, and all it reported, through ${POINTS_PER_KIND} deaths`,
    async () => {
      let seed = flush === 'SYNC_FLUSH' ? 3000 : 4000;
      let count = 0;
      while (count < POINTS_PER_KIND) {
        seed += 1;
        const calls = await runReplicaPoint({ role: 'SLAVE', flush, death, seed, atCall: 0, diskFails });
        for (let atCall = 1; atCall <= calls && count < POINTS_PER_KIND; atCall += 3, count++) {
          const point: ReplicaPoint = { role: 'SLAVE', flush, death, seed: atCall % 2 === 0 ? seed : seed * 1000 + atCall, atCall, diskFails };
          await runReplicaPoint(point);
        }
      }
      expect(count).toBe(POINTS_PER_KIND);
    },
    60_000,
  );
});
