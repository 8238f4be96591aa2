// Made-up results for tests. Nobody has measured these numbers; they never go to benchmarks/reports.
import type { ContenderFacts, LoadShape, ProfileRun, Sample, SyncReplicationResults, Variant } from '../sync-replication/results.ts';
import { USUAL } from './analysis.ts';
import { callTree } from './cpu-profile.ts';
import { folded } from './folded-profile.ts';

export const MADE_UP_OURS: ContenderFacts = { name: 'rocketmq-ts', implementation: 'rocketmq-ts', version: '0.1.0', description: 'made up: defaults' };
export const MADE_UP_JAVA: ContenderFacts = { name: 'Java 4.6.0', implementation: 'java', version: '4.6.0', description: 'made up: defaults, -Xmx3g each' };
export const MADE_UP_TUNED: ContenderFacts = { name: 'Java 4.6.0 tuned', implementation: 'java', version: '4.6.0', description: 'made up: sendMessageThreadPoolNums=32, -Xmx3g each' };
export const MADE_UP_533: ContenderFacts = { name: 'Java 5.3.3', implementation: 'java', version: '5.3.3', description: 'made up: defaults, -Xmx3g each' };

export const closed = (connections: number, inFlight: number): LoadShape => ({ kind: 'closed', connections, inFlight, bodyBytes: 128 });
export const open = (shareOfAsyncMaximum: number, rate: number): LoadShape => ({ kind: 'open', connections: 4, bodyBytes: 128, perSecond: rate, shareOfAsyncMaximum });

export function madeUpSample(of: Partial<Sample>): Sample {
  const sends = of.sendsPerSecond ?? 1000;
  return {
    contender: MADE_UP_OURS.name,
    role: 'ASYNC_MASTER',
    variant: USUAL,
    load: closed(4, 16),
    round: 0,
    sendsPerSecond: sends,
    failed: 0,
    firstFailure: undefined,
    rt: madeUpRoundTrips(400),
    processes: [
      { cpuUsPerSend: 6, residentMiB: 130 },
      { cpuUsPerSend: 2, residentMiB: 110 },
    ],
    ...of,
  };
}

export function madeUpRoundTrips(p50: number): Sample['rt'] {
  return { mean: p50 * 1.2, p50, p90: p50 * 2, p99: p50 * 5, p999: p50 * 12, p9999: p50 * 20, max: p50 * 30 };
}

/** One sample a round, with these sends per second. */
export function madeUpRounds(sends: readonly number[], of: Partial<Sample> = {}): readonly Sample[] {
  return sends.map((sendsPerSecond, round) => madeUpSample({ ...of, round, sendsPerSecond }));
}

export function madeUpResults(of: Partial<SyncReplicationResults> = {}): SyncReplicationResults {
  return {
    format: 1,
    startedAt: '2001-01-01T00:00:00.000Z',
    endedAt: '2001-01-01T01:30:00.000Z',
    incomplete: [],
    command: 'npx nx run benchmarks:sync-replication --made-up',
    commit: { id: 'made-up', dirty: true },
    machine: {
      cores: 2,
      cpuModel: 'Made-up Processor',
      memoryGiB: 24,
      kernel: 'Linux 0.0.0-made-up',
      node: 'v20.20.2',
      java: 'made-up 17',
      disk: { sequentialWriteMiBPerSecond: 1800, fdatasyncP50Ms: 0.27 },
    },
    rounds: 5,
    warmUpSeconds: 4,
    measureSeconds: 8,
    contenders: [MADE_UP_OURS, MADE_UP_JAVA, MADE_UP_TUNED, MADE_UP_533],
    samples: [],
    ...of,
  };
}

export function madeUpProfile(): ProfileRun {
  const frame = (name: string, file: string) => ({ name, file });
  const [put, write] = [frame('put|made<up>', 'packages/store/src/made-up.ts'), frame('writeBuffer', 'native, for node:fs')];
  const root = callTree([
    { path: [put], selfUs: 600_000 },
    { path: [put, write], selfUs: 900_000 },
  ]);
  return {
    role: 'SYNC_MASTER',
    load: { kind: 'closed', connections: 4, inFlight: 16, bodyBytes: 128 },
    warmUpSeconds: 1,
    measureSeconds: 2,
    intervalUs: 250,
    sendsPerSecond: 90_000,
    processes: (['master', 'slave'] as const).map((name) => folded(name, { root, idleUs: 500_000 })),
  };
}

const VARIANTS: readonly Variant[] = [
  { ...USUAL, delayMs: 0.2 },
  { ...USUAL, delayMs: 1 },
  { ...USUAL, waitStoreMsgOk: false },
  { ...USUAL, slaves: 2 },
  { ...USUAL, masterFlush: 'SYNC_FLUSH' },
  { ...USUAL, slaveFlush: 'SYNC_FLUSH' },
];

/** A whole run as one may look: every contender, load, rate and variant, five rounds that stray a little. */
export function madeUpWholeRun(rounds = 5): SyncReplicationResults {
  const peaks = [
    { contender: MADE_UP_OURS.name, peak: 230_000, base: 55, cost: 0.08 },
    { contender: MADE_UP_JAVA.name, peak: 60_000, base: 160, cost: 0.85 },
    { contender: MADE_UP_TUNED.name, peak: 75_000, base: 120, cost: 0.45 },
    { contender: MADE_UP_533.name, peak: 52_000, base: 180, cost: 0.11 },
  ];
  const loads = [closed(1, 1), closed(1, 4), closed(4, 4), closed(4, 16), closed(16, 16), closed(16, 64)];
  const samples: Sample[] = [];
  for (let round = 0; round < rounds; round++) {
    const stray = 1 + 0.02 * Math.sin(round * 2.4);
    for (const { contender, peak, base, cost } of peaks) {
      for (const role of ['ASYNC_MASTER', 'SYNC_MASTER'] as const) {
        const sync = role === 'SYNC_MASTER';
        const add = (variant: Variant, load: LoadShape, wait: number): void => {
          const one = base + wait;
          const inFlight = load.kind === 'closed' ? load.connections * load.inFlight : 1;
          const most = peak * (sync && variant.waitStoreMsgOk ? 1 - cost : 1) * stray;
          const closedRate = (1e6 * inFlight) / (one + (1e6 * inFlight) / most);
          const sendsPerSecond = load.kind === 'closed' ? closedRate : Math.min(load.perSecond, most * 0.9);
          const p50 = load.kind === 'closed' ? (1e6 * inFlight) / closedRate : one / (1.05 - Math.min(1, load.perSecond / most));
          samples.push(madeUpSample({ contender, role, variant, load, round, sendsPerSecond, rt: madeUpRoundTrips(p50 * (2 - stray)) }));
        };
        const wait = sync ? base * 0.9 : 0;
        for (const load of loads) add(USUAL, load, wait);
        for (const share of [0.25, 0.5, 0.75]) add(USUAL, open(share, peak * 0.7 * share), wait);
        for (const variant of VARIANTS) {
          const flush = variant.masterFlush === 'SYNC_FLUSH' ? 280 : 0;
          const network = sync && variant.waitStoreMsgOk ? variant.delayMs * 2000 + wait + (variant.slaveFlush === 'SYNC_FLUSH' ? 280 : 0) : 0;
          for (const load of [closed(1, 1), closed(4, 16)]) add(variant, load, flush + network);
        }
      }
    }
  }
  return madeUpResults({ rounds, samples });
}
