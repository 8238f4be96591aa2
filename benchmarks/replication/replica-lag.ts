// How long after the master a slave lets consumers read: both are asked for the end of one queue all the time.
import type { BrokerProbe } from '../contenders/broker-probe.ts';
import { percentile } from '../report/statistics.ts';

/** The end of a queue, and when it was there (between question and answer: the middle). */
interface Sighting {
  readonly atMs: number;
  readonly offset: number;
}

export interface ReplicaLag {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly samples: number;
}

const PERIOD_MS = 2;

/** Watches for `forMs`. The lag holds the time of half a question, for the slave's as for the master's. */
export async function watchLag(master: BrokerProbe, slave: BrokerProbe, forMs: number): Promise<ReplicaLag> {
  const until = performance.now() + forMs;
  const [ahead, behind] = await Promise.all([watch(master, until), watch(slave, until)]);
  const lags = lagsOf(ahead, behind);
  return { p50Ms: percentile(lags, 50), p99Ms: percentile(lags, 99), maxMs: Math.max(...lags), samples: lags.length };
}

async function watch(probe: BrokerProbe, until: number): Promise<Sighting[]> {
  const seen: Sighting[] = [];
  while (performance.now() < until) {
    const askedAt = performance.now();
    const offset = await probe.queueEnd(0);
    seen.push({ atMs: (askedAt + performance.now()) / 2, offset });
    await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
  }
  return seen;
}

/** For each sighting of the slave: how long before it the master was there, between two of its sightings in proportion. */
export function lagsOf(ahead: readonly Sighting[], behind: readonly Sighting[]): number[] {
  const lags: number[] = [];
  let next = 0;
  for (const { atMs, offset } of behind) {
    while (next < ahead.length && (ahead[next] as Sighting).offset < offset) next++;
    const after = ahead[next];
    const before = ahead[next - 1];
    if (after === undefined || before === undefined) continue;
    const share = (offset - before.offset) / (after.offset - before.offset);
    lags.push(Math.max(0, atMs - (before.atMs + share * (after.atMs - before.atMs))));
  }
  return lags;
}
