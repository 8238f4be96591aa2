// How far an asynchronous slave lags and how fast an empty one catches up: pairs on one machine, in one interleaved run. What
// waiting for a slave costs is told by benchmarks:sync-replication.
import { javaAvailable } from '@rocketmq-ts/testkit';
import { javaPair, javaTunedPair, oursPair, type PairContender, startPair } from '../contenders/pairs.ts';
import { withSuccess } from '../load/failures.ts';
import { interleaved } from '../load/interleaved.ts';
import { LoadRunner } from '../load/load-runner.ts';
import { describeMachine } from '../report/machine.ts';
import { median, spread } from '../report/statistics.ts';
import { millisOf, perSecond } from '../report/units.ts';
import { measureAndReport, say, sleep } from '../run/measurement.ts';
import { readOptions } from '../run/options.ts';
import type { LoadShape } from '../sync-replication/results.ts';
import { type CatchUp, measureCatchUp } from './catch-up.ts';
import { type ReplicaLag, watchLag } from './replica-lag.ts';

const CONTENDERS = [oursPair, javaPair, javaTunedPair];
const HELP = `How far an asynchronous slave lags behind its master, and how fast an empty one catches up.

  npx nx run benchmarks:replication [--quick] [--rounds N] [--seconds S] [--only lag,catch-up] [--contenders NAME,…] [--report FILE]

  --quick       one round of 3 s
  --rounds      how often each pair is measured (default 3), in the order A-B-B-A; catch-up at least twice
  --seconds     of each measurement of the lag, after half as much warm-up (default 8)
  --only        some of: lag, catch-up (which is measured of rocketmq-ts alone)
  --contenders  some of: ${CONTENDERS.map(({ name }) => name).join(', ')}
  --mebibytes   least length of the log that is caught up with (default 2048)
  --report      write the report there instead of printing it
`;

const LOAD: LoadShape = { kind: 'closed', connections: 4, inFlight: 16, bodyBytes: 128 };

const options = readOptions(HELP, {
  rounds: 3,
  seconds: 8,
  quickSeconds: 3,
  fractions: true,
  counts: { mebibytes: 2048 },
  lists: { only: ['lag', 'catch-up'], contenders: CONTENDERS.map(({ name }) => name) },
});
const { rounds, seconds } = options;
const contenders = CONTENDERS.filter(({ name }) => options.contenders.includes(name) && (javaAvailable().available || !name.startsWith('Java')));
const TIMES = { warmUpSeconds: seconds / 2, measureSeconds: seconds };

type Lag = ReplicaLag & { readonly tps: number };

const lags = new Map<PairContender, Lag[]>(contenders.map((contender) => [contender, []]));
let caughtUp: CatchUp | undefined;

/** Under the fullest load that waits for nobody; the watching itself takes part of the machine. */
async function sampleLag(runner: LoadRunner, contender: PairContender, signal: AbortSignal): Promise<Lag> {
  const pair = await startPair(contender, 'ASYNC_MASTER', { signal });
  try {
    const watched = sleep(seconds * 500, signal).then(() => watchLag(pair.probe, pair.slave.probe, seconds * 1000));
    const [{ sendsPerSecond: tps }, lag] = await Promise.all([runner.run({ host: '127.0.0.1', port: pair.port }, LOAD, TIMES, [], signal).then(withSuccess), watched]);
    say(`${contender.name} lag p50 ${millisOf(lag.p50Ms)} p99 ${millisOf(lag.p99Ms)}\n`);
    return { ...lag, tps };
  } finally {
    await pair.stop();
  }
}

function lagTable(): string[] {
  const rows = [...lags].flatMap(([{ name }, runs]) => {
    if (runs.length === 0) return [];
    const of = (figure: (run: Lag) => number): number[] => runs.map(figure);
    return [`| ${name} | ${perSecond(median(of(({ tps }) => tps)))} | ${spread(of(({ p50Ms }) => p50Ms), millisOf)} | ${spread(of(({ p99Ms }) => p99Ms), millisOf)} | ${millisOf(Math.max(...of(({ maxMs }) => maxMs)))} |`];
  });
  if (rows.length === 0) return [];
  return [`## Lag of an asynchronous slave

How long after the master the slave has the same message for its consumers (end of a queue, asked from both every 2 ms), under
4 × 16 in flight, 128 B.

| pair | sends/s meanwhile | median lag | p99 | max |
|---|---|---|---|---|
${rows.join('\n')}
`];
}

function catchUpTable({ mebibytes, mibPerSecond, plainMibPerSecond }: CatchUp): string {
  const speed = (n: number): string => `${n.toFixed(0)} MiB/s`;
  const share = spread(mibPerSecond.map((own, index) => (100 * own) / (plainMibPerSecond[index] ?? Number.NaN)), (n) => `${n.toFixed(0)} %`);
  return `## An empty slave catches up

Messages of 1 KiB, nothing else going on. From the first byte at the slave until its log is as long as the master's; beside it, in turn, the
same files copied by a plain program through loopback (read, send, write; \`plain-copy.ts\`).

| pair | log | catch-up | plain copy | share |
|---|---|---|---|---|
| ${oursPair.name} | ${mebibytes.toFixed(0)} MiB | ${spread(mibPerSecond, speed)} | ${spread(plainMibPerSecond, speed)} | ${share} |
`;
}

function report(): string | undefined {
  const parts = [...lagTable(), ...(caughtUp === undefined ? [] : [catchUpTable(caughtUp)])];
  if (parts.length === 0) return undefined;
  return `# Replication

A master and its slave on one machine, a fresh pair of stores for each run, ${rounds} interleaved rounds of ${seconds} s after ${seconds / 2} s of
warm-up; raw frames from one worker thread (\`benchmarks/load\`). ASYNC_FLUSH on both sides. ${describeMachine()}

${contenders.map(({ name, description }) => `- **${name}**: ${description}`).join('\n')}

${parts.join('\n')}`;
}

await measureAndReport({
  name: 'replication',
  reportFile: options.report,
  report,
  async measure({ signal }) {
    const runner = new LoadRunner();
    try {
      for (let round = 0; round < rounds && options.only.includes('lag'); round++) {
        for (const contender of interleaved(contenders, round)) lags.get(contender)?.push(await sampleLag(runner, contender, signal));
      }
      // Java's slave begins with the newest file only: nothing to compare.
      if (options.only.includes('catch-up') && contenders.includes(oursPair)) {
        for await (caughtUp of measureCatchUp(oursPair, runner, options.mebibytes, Math.max(2, rounds), signal)) {
          const [own, plain] = [caughtUp.mibPerSecond.at(-1), caughtUp.plainMibPerSecond.at(-1)];
          say(`catch-up ${own?.toFixed(0)} MiB/s, plain copy ${plain?.toFixed(0)} MiB/s\n`);
        }
      }
    } finally {
      await runner.close();
    }
  },
});
