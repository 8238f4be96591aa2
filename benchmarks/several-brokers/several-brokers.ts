// Whether several brokers on one machine are as good as their sum, what each of them takes, and what brokers in threads of one
// process would save.
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Piscina } from 'piscina';
import { rocketmqTs } from '../contenders/installations.ts';
import { sendJobs } from '../load/load-runner.ts';
import { makePool } from '../load/pool.ts';
import { type GeneratorJob, RunningLoad, type RunFigures, threadsFor } from '../load/running-load.ts';
import { mebibytes, micros, perSecond } from '../report/units.ts';
import { say, sleep } from '../run/measurement.ts';
import { readOptions } from '../run/options.ts';
import { type Bench, runBenchmark } from '../scale/benchmark.ts';
import { canPlace } from '../scale/processors.ts';
import { settleDisk } from '../scale/stores.ts';
import { measureDisk } from '../sync-replication/machine-facts.ts';
import { type Case, COUNTS, type Layout, LAYOUTS, LOAD, MOST, type Sample, THREADS, warmUpSeconds } from './layouts.ts';
import { diskBytesOf, memoryOf } from './memory.ts';
import { severalBrokersReport } from './report.ts';
import type { PlacedSenderTask } from './sender.ts';
import { STARTS } from './starts.ts';

const HELP = `1, 2, 4 and 8 brokers on this machine, each with a closed loop of its own.

  npx nx run benchmarks:several-brokers [--quick] [--rounds N] [--seconds S] [--only LAYOUT,…] [--report FILE]

  --quick    one round of 1 s
  --rounds   how often each is measured (default 3), in the order A-B-B-A; what one and two cores do is
             measured twice in each, as more cores are computed from it
  --seconds  how long each load is measured (default 3), after 1 to 4.5 s of warm-up
  --only     these layouts: ${Object.keys(LAYOUTS).join(', ')}
  --report   write the report there instead of printing it
`;

const HOST = '127.0.0.1';
const SETTLE_MS = 200;
const warmUpOf = ({ layout, brokers }: Case): number => (layout.startsWith('bare') ? 1 : warmUpSeconds(brokers));

/** What more cores would do is computed from these. */
const OUTLOOK_LAYOUTS: readonly Layout[] = ['apart', 'one core each', 'bare on one core each'];

const options = readOptions(HELP, { rounds: 3, seconds: 3, quickSeconds: 1, lists: { only: Object.keys(LAYOUTS) } });
const cores = cpus().length;
const placed = canPlace();
const anywhere = (): string | undefined => (placed ? `0-${cores - 1}` : undefined);
const others = (from: number): string => `${from}-${cores - 1}`;

const cases: readonly Case[] = (
  [
    ...COUNTS.map((brokers): Case => ({ layout: 'all processors', brokers, broker: anywhere, generator: anywhere })),
    ...[1, MOST].map((brokers): Case => ({ layout: 'bare on all processors', brokers, broker: anywhere, generator: anywhere })),
    { layout: 'threads', brokers: THREADS, broker: anywhere, generator: anywhere },
    ...COUNTS.filter((brokers) => placed && 2 * brokers <= cores).map((brokers): Case => ({ layout: 'apart', brokers, broker: String, generator: () => others(brokers) })),
    ...(['one core each', 'bare on one core each'] as const).flatMap((layout) => COUNTS.filter((brokers) => placed && brokers <= cores).map((brokers): Case => ({ layout, brokers, broker: String, generator: String }))),
    ...(placed ? [{ layout: 'crowded', brokers: 2, broker: () => '0', generator: () => others(1) } as const] : []),
  ] satisfies Case[]
).filter(({ layout }) => options.only.includes(layout));
const samples: Sample[] = [];
let diskMiBPerSecond = Number.NaN;

async function measure(bench: Bench): Promise<void> {
  rocketmqTs.prepare();
  diskMiBPerSecond = measureDisk().sequentialWriteMiBPerSecond;
  const pool = makePool(MOST * threadsFor(LOAD.connections));
  try {
    for (let round = 0; round < options.rounds; round++) {
      for (const { own, lap } of lapsOf(round)) {
        bench.signal.throwIfAborted();
        say(`round ${round + 1}/${options.rounds}, ${own.brokers} brokers, ${own.layout} … `);
        const sample = await sampleOf(bench, pool, own, lap);
        samples.push(sample);
        const { figures, brokersCpuUs, loaded } = sample;
        say(`${perSecond(figures.perSecond)}, ${micros(brokersCpuUs)} + ${micros(figures.generator.cpuUsPerSend)} a send, ${mebibytes(loaded.proportional)}\n`);
      }
    }
  } finally {
    await pool.destroy();
  }
}

/** What one and two cores do comes first, and last, backwards. */
function lapsOf(round: number): readonly { readonly own: Case; readonly lap: number }[] {
  const [first, second] = [2 * round, 2 * round + 1];
  const twice = cases.filter(({ layout }) => OUTLOOK_LAYOUTS.includes(layout));
  const once = cases.filter((own) => !twice.includes(own));
  return [
    ...twice.map((own) => ({ own, lap: first })),
    ...(round % 2 === 0 ? once : once.toReversed()).map((own) => ({ own, lap: first })),
    ...twice.toReversed().map((own) => ({ own, lap: second })),
  ];
}

async function sampleOf({ folder, namesrvAddr, signal }: Bench, pool: Piscina, own: Case, lap: number): Promise<Sample> {
  const { layout, brokers: count } = own;
  const home = join(folder, 'brokers');
  settleDisk();
  const brokers = await STARTS[layout](home, namesrvAddr, own);
  try {
    await sleep(SETTLE_MS, signal);
    const idle = memoryOf(brokers.pids);
    const times = { warmUpSeconds: warmUpOf(own), measureSeconds: options.seconds };
    const running = new RunningLoad(pool, brokers.ports.flatMap((port, n) => jobsFor(port, own.generator(n))), times, brokers.pids);
    const stop = (): void => running.stop();
    signal.addEventListener('abort', stop, { once: true });
    await running.began;
    const diskRate = await diskBytesPerSecond(brokers.pids, times, signal);
    const loaded = memoryOf(brokers.pids);
    const figures = (await running.figures).get('send') as RunFigures;
    signal.removeEventListener('abort', stop);
    const brokersCpuUs = figures.processes.reduce((sum, { cpuUsPerSend }) => sum + cpuUsPerSend, 0);
    return { layout, brokers: count, lap, figures, brokersCpuUs, diskBytesPerSend: diskRate / figures.perSecond, idle, loaded };
  } finally {
    await brokers.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** In the measured time. */
async function diskBytesPerSecond(pids: readonly number[], { warmUpSeconds: before, measureSeconds }: { warmUpSeconds: number; measureSeconds: number }, signal: AbortSignal): Promise<number> {
  await sleep(before * 1000, signal);
  const [startedAt, bytes] = [performance.now(), diskBytesOf(pids)];
  await sleep(measureSeconds * 1000, signal);
  return ((diskBytesOf(pids) - bytes) * 1000) / (performance.now() - startedAt);
}

function jobsFor(port: number, processors: string | undefined): GeneratorJob[] {
  const file = new URL('./sender.ts', import.meta.url);
  return sendJobs({ host: HOST, port }, LOAD).map(({ role, task }) => ({ role, file, task: { ...(task as Omit<PlacedSenderTask, 'port' | 'processors'>), processors } }));
}

await runBenchmark({
  name: 'several-brokers',
  reportFile: options.report,
  measure,
  report: () => (samples.length === 0 ? undefined : severalBrokersReport({ samples, rounds: options.rounds, seconds: options.seconds, diskMiBPerSecond })),
});
