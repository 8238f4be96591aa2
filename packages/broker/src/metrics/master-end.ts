import type { Env } from '@rocketmq-ts/kernel';

import { askLogEnds, type Asker } from '../slave/ask-broker.ts';

/** What was heard longer ago says nothing of now. */
const VALID_MS = 60_000;

/**
 * Where the log of a slave's master ends. A slave knows only what it has received, so the master is asked when somebody
 * wants to know, and who wants to know is told what the master said the last time.
 */
export function createMasterEnd(env: Pick<Env, 'clock'>, client: Asker, masterAddr: () => string | undefined): () => number | undefined {
  let heard: { readonly address: string; readonly end: number; readonly atMs: number } | undefined;
  let isAsking = false;

  const ask = async (address: string): Promise<void> => {
    isAsking = true;
    try {
      const ends = await askLogEnds(client, address);
      if (ends !== undefined) heard = { address, end: ends.maxOffset, atMs: env.clock.monotonicMs() };
    } catch {
      // The master can't be asked: what it said last grows old.
    } finally {
      isAsking = false;
    }
  };

  return () => {
    const address = masterAddr();
    if (address === undefined) return undefined;
    if (!isAsking) void ask(address);
    return heard !== undefined && heard.address === address && env.clock.monotonicMs() - heard.atMs <= VALID_MS ? heard.end : undefined;
  };
}
