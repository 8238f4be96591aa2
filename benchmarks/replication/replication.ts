// How far an asynchronous slave lags and how fast an empty one catches up: pairs on one machine, in one interleaved run. What
// waiting for a slave costs is told by benchmarks:sync-replication.
//
//   npx nx run benchmarks:replication [--quick] [--rounds N] [--seconds S] [--only lag,catch-up] [--contenders …] [--report FILE]
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { javaAvailable } from '@rocketmq-ts/testkit';
import { type CatchUp, measureCatchUp } from './catch-up.ts';
import { interleaved } from '../load/interleaved.ts';
import { LoadRunner } from '../load/load-runner.ts';
import { describeMachine } from '../report/machine.ts';
import { javaPair, javaTunedPair, oursPair, type PairContender, startPair } from '../contenders/pairs.ts';
import { type ReplicaLag, watchLag } from './replica-lag.ts';
import { median, spread } from '../report/statistics.ts';
import type { LoadShape } from '../sync-replication/results.ts';

const PARTS = ['lag', 'catch-up'];
const LOAD: LoadShape = { kind: 'closed', connections: 4, inFlight: 16, bodyBytes: 128 };

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    only: { type: 'string', default: PARTS.join() },
    contenders: { type: 'string' },
    mebibytes: { type: 'string', default: '2048' },
    report: { type: 'string' },
  },
});
const rounds = Number(flags.rounds ?? (flags.quick ? 1 : 3));
const seconds = Number(flags.seconds ?? (flags.quick ? 3 : 8));
const only = flags.only.split(',');
for (const part of only) if (!PARTS.includes(part)) throw new Error(`--only ${part}: known are ${PARTS.join(', ')}; sends are measured by benchmarks:sync-replication`);
const contenders = [oursPair, javaPair, javaTunedPair].filter(
  ({ name }) => (flags.contenders?.split(',') ?? [name]).includes(name) && (javaAvailable().available || !name.startsWith('Java')),
);
const TIMES = { warmUpSeconds: seconds / 2, measureSeconds: seconds };
const runner = new LoadRunner();

const perSecond = (n: number): string => (n < 10_000 ? `${n.toFixed(0)}/s` : `${(n / 1000).toFixed(1)}k/s`);
const say = (text: string): boolean => process.stderr.write(text);

/** Under the fullest load that waits for nobody; the watching itself takes part of the machine. */
async function sampleLag(contender: PairContender): Promise<ReplicaLag & { readonly tps: number }> {
  const pair = await startPair(contender, 'ASYNC_MASTER');
  try {
    const load = runner.run({ host: '127.0.0.1', port: pair.port }, LOAD, TIMES, []);
    await new Promise((resolve) => setTimeout(resolve, seconds * 500));
    const lag = await watchLag(pair.probe, pair.slave.probe, seconds * 1000);
    say(`${contender.name} lag p50 ${lag.p50Ms.toFixed(2)} ms p99 ${lag.p99Ms.toFixed(2)} ms\n`);
    return { ...lag, tps: (await load).sendsPerSecond };
  } finally {
    await pair.stop();
  }
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
