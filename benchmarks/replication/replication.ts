// What synchronous replication costs, how far an asynchronous slave lags, how fast an empty one catches up: pairs on one
// machine, in one interleaved run.
//
//   npx nx run benchmarks:replication [--quick] [--rounds N] [--seconds S] [--only sends,lag,catch-up] [--contenders …] [--report FILE]
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { javaAvailable } from '@rocketmq-ts/testkit';
import { type CatchUp, measureCatchUp } from './catch-up.ts';
import { type LoadFigures, LoadRunner } from '../load/load-runner.ts';
import { describeMachine } from '../report/machine.ts';
import { javaPair, javaTunedPair, oursPair, type PairContender, startPair } from '../contenders/pairs.ts';
import { type ReplicaLag, watchLag } from './replica-lag.ts';
import { median, spread } from '../report/statistics.ts';
import type { LoadShape } from '../sync-replication/results.ts';

const ROLES = ['ASYNC_MASTER', 'SYNC_MASTER'] as const;
type Role = (typeof ROLES)[number];

type Load = Extract<LoadShape, { readonly kind: 'closed' }> & { readonly title: string };

const LOADS: readonly Load[] = [
  { title: '4 connections × 16 in flight, 128 B', kind: 'closed', connections: 4, inFlight: 16, bodyBytes: 128 },
  { title: '16 connections × 64 in flight, 128 B', kind: 'closed', connections: 16, inFlight: 64, bodyBytes: 128 },
  { title: 'one at a time, 128 B', kind: 'closed', connections: 1, inFlight: 1, bodyBytes: 128 },
];

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    only: { type: 'string', default: 'sends,lag,catch-up' },
    contenders: { type: 'string' },
    mebibytes: { type: 'string', default: '2048' },
    report: { type: 'string' },
  },
});
const rounds = Number(flags.rounds ?? (flags.quick ? 1 : 3));
const seconds = Number(flags.seconds ?? (flags.quick ? 3 : 8));
const only = flags.only.split(',');
const contenders = [oursPair, javaPair, javaTunedPair].filter(
  ({ name }) => (flags.contenders?.split(',') ?? [name]).includes(name) && (javaAvailable().available || !name.startsWith('Java')),
);
const TIMES = { warmUpSeconds: seconds / 2, measureSeconds: seconds };
const runner = new LoadRunner();

/** A-B-B-A: what drifts with time hits everybody alike. */
function interleaved<T>(things: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? things : [...things].reverse();
}

const perSecond = (n: number): string => (n < 10_000 ? `${n.toFixed(0)}/s` : `${(n / 1000).toFixed(1)}k/s`);
const millis = (us: number): string => `${(us / 1000).toFixed(2)} ms`;
const say = (text: string): boolean => process.stderr.write(text);

interface SendSample extends LoadFigures {
  readonly contender: string;
  readonly role: Role;
  readonly load: Load;
  readonly lag: ReplicaLag | undefined;
}

async function sampleSends(contender: PairContender, role: Role): Promise<SendSample[]> {
  const pair = await startPair(contender, role);
  const samples: SendSample[] = [];
  try {
    for (const load of LOADS) {
      say(`${contender.name} ${role} ${load.connections}×${load.inFlight} … `);
      const figures = await runner.run({ host: '127.0.0.1', port: pair.port }, load, TIMES, [pair.pid, pair.slave.pid]);
      say(`${perSecond(figures.sendsPerSecond)} p50 ${millis(figures.rt.p50)} p99 ${millis(figures.rt.p99)}${figures.failed > 0 ? ` FAILED ${figures.failed}: ${figures.firstFailure}` : ''}\n`);
      samples.push({ ...figures, contender: contender.name, role, load, lag: undefined });
    }
  } finally {
    await pair.stop();
  }
  return samples;
}

/** Under the fullest load that waits for nobody; the watching itself takes part of the machine. */
async function sampleLag(contender: PairContender): Promise<ReplicaLag & { readonly tps: number }> {
  const pair = await startPair(contender, 'ASYNC_MASTER');
  try {
    const load = runner.run({ host: '127.0.0.1', port: pair.port }, LOADS[0] as Load, TIMES, []);
    await new Promise((resolve) => setTimeout(resolve, seconds * 500));
    const lag = await watchLag(pair.probe, pair.slave.probe, seconds * 1000);
    say(`${contender.name} lag p50 ${lag.p50Ms.toFixed(2)} ms p99 ${lag.p99Ms.toFixed(2)} ms\n`);
    return { ...lag, tps: (await load).sendsPerSecond };
  } finally {
    await pair.stop();
  }
}

function sendTable(load: (typeof LOADS)[number], samples: readonly SendSample[]): string {
  const own = samples.filter((sample) => sample.load === load);
  const of = (name: string, role: Role): SendSample[] => own.filter((sample) => sample.contender === name && sample.role === role);
  const tuned = median(of(javaTunedPair.name, 'SYNC_MASTER').map(({ sendsPerSecond }) => sendsPerSecond));
  const rows = contenders.flatMap(({ name }) =>
    ROLES.map((role) => {
      const runs = of(name, role);
      if (runs.length === 0) return '';
      const tps = median(runs.map((run) => run.sendsPerSecond));
      const asyncTps = median(of(name, 'ASYNC_MASTER').map((run) => run.sendsPerSecond));
      const rt = (key: 'p50' | 'p99' | 'p999' | 'max'): string => millis(median(runs.map((run) => run.rt[key])));
      const cost = role === 'SYNC_MASTER' ? `${((1 - tps / asyncTps) * 100).toFixed(0)} %` : '';
      const ratio = role === 'SYNC_MASTER' && tuned > 0 ? (tps / tuned).toFixed(2) : '';
      const cpu = [0, 1].map((index) => median(runs.map((run) => run.processes[index]?.cpuUsPerSend ?? Number.NaN)).toFixed(1)).join(' + ');
      const memory = [0, 1].map((index) => median(runs.map((run) => run.processes[index]?.residentMiB ?? Number.NaN)).toFixed(0)).join(' + ');
      const failed = runs.reduce((sum, run) => sum + run.failed, 0);
      return `| ${name}${failed > 0 ? ` (${failed} failed: \`${runs.find((run) => run.firstFailure)?.firstFailure?.slice(0, 120)}\`)` : ''} | ${role} | ${spread(runs.map((run) => run.sendsPerSecond), perSecond)} | ${cost} | ${ratio} | ${rt('p50')} | ${rt('p99')} | ${rt('p999')} | ${rt('max')} | ${cpu} | ${memory} |`;
    }),
  );
  return `### ${load.title}

| pair | role | sends/s, median (min … max) | cost of sync | × Java tuned, sync | RT p50 | p99 | p99.9 | max | CPU µs per send, master + slave | RSS, MiB |
|---|---|---|---|---|---|---|---|---|---|---|
${rows.filter((row) => row !== '').join('\n')}
`;
}

function lagTable(lags: ReadonlyMap<PairContender, readonly (ReplicaLag & { tps: number })[]>): string {
  const ms = (n: number): string => `${n.toFixed(2)} ms`;
  const rows = [...lags].map(
    ([{ name }, runs]) =>
      `| ${name} | ${perSecond(median(runs.map(({ tps }) => tps)))} | ${spread(runs.map(({ p50Ms }) => p50Ms), ms)} | ${spread(runs.map(({ p99Ms }) => p99Ms), ms)} | ${ms(Math.max(...runs.map(({ maxMs }) => maxMs)))} |`,
  );
  return `## Lag of an asynchronous slave

How long after the master the slave has the same message for its consumers (end of a queue, asked from both every 2 ms), under
4 × 16 in flight, 128 B.

| pair | sends/s meanwhile | median lag | p99 | max |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

function catchUpTable({ name }: PairContender, { mebibytes, mibPerSecond, plainMibPerSecond }: CatchUp): string {
  const speed = (n: number): string => `${n.toFixed(0)} MiB/s`;
  const share = spread(mibPerSecond.map((own, index) => (100 * own) / (plainMibPerSecond[index] ?? Number.NaN)), (n) => `${n.toFixed(0)} %`);
  return `## An empty slave catches up

Messages of 1 KiB, nothing else going on. From the first byte at the slave until its log is as long as the master's; beside it, in turn, the
same files copied by a plain program through loopback (read, send, write; \`plain-copy.ts\`).

| pair | log | catch-up | plain copy | share |
|---|---|---|---|---|
| ${name} | ${mebibytes.toFixed(0)} MiB | ${spread(mibPerSecond, speed)} | ${spread(plainMibPerSecond, speed)} | ${share} |
`;
}

const parts: string[] = [];
if (only.includes('sends')) {
  const samples: SendSample[] = [];
  const variants = contenders.flatMap((contender) => ROLES.map((role) => ({ contender, role })));
  for (let round = 0; round < rounds; round++) {
    say(`sends, round ${round + 1}/${rounds}\n`);
    for (const { contender, role } of interleaved(variants, round)) samples.push(...(await sampleSends(contender, role)));
  }
  parts.push('## Sends\n', ...LOADS.map((load) => sendTable(load, samples)));
}
if (only.includes('lag')) {
  const lags = new Map<PairContender, (ReplicaLag & { tps: number })[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < rounds; round++) for (const contender of interleaved(contenders, round)) lags.get(contender)?.push(await sampleLag(contender));
  parts.push(lagTable(lags));
}
if (only.includes('catch-up') && contenders.includes(oursPair)) {
  // Java's slave begins with the newest file only: nothing to compare.
  const run = await measureCatchUp(oursPair, runner, Number(flags.mebibytes), Math.max(2, rounds));
  say(`catch-up ${run.mibPerSecond.map((n) => n.toFixed(0)).join(' ')} MiB/s, plain copy ${run.plainMibPerSecond.map((n) => n.toFixed(0)).join(' ')} MiB/s\n`);
  parts.push(catchUpTable(oursPair, run));
}
await runner.close();

const report = `# Replication

A master and its slave on one machine, a fresh pair of stores for each run, ${rounds} interleaved rounds of ${seconds} s after ${seconds / 2} s of
warm-up; raw frames from one worker thread (\`benchmarks/load\`). ASYNC_FLUSH on both sides. ${describeMachine()}

${contenders.map(({ name, description }) => `- **${name}**: ${description}`).join('\n')}

${parts.join('\n')}`;
if (flags.report === undefined) process.stdout.write(report);
else writeFileSync(flags.report, report);
