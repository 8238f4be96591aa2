// Whether several brokers on one machine are as good as their sum, what each of them takes, and what brokers in threads of one
// process would save.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildProgram, javaBrokerConfig, propertiesText } from '@rocketmq-ts/testkit';
import type { Piscina } from 'piscina';
import { bareLoop, type RunningBroker } from '../contenders/contenders.ts';
import { firstAcceptedSend } from '../contenders/first-send.ts';
import { freeBrokerPort, rocketmqTs } from '../contenders/installations.ts';
import { sendJobs } from '../load/load-runner.ts';
import { makePool } from '../load/pool.ts';
import { type GeneratorJob, RunningLoad, type RunFigures, threadsFor } from '../load/running-load.ts';
import { buildSendFrame, OPAQUE_BASE } from '../load/send-frame.ts';
import { describeOurs } from '../report/machine.ts';
import { median, spread } from '../report/statistics.ts';
import { mebibytes, micros, millis, percent, perSecond } from '../report/units.ts';
import { measureDisk } from '../sync-replication/machine-facts.ts';
import { type Bench, runBenchmark, say, sleep } from './benchmark.ts';
import { readOptions } from './options.ts';
import { canPlace, runOn } from './processors.ts';
import { diskBytesOf, type Memory, memoryOf } from './several-brokers-memory.ts';
import { type Outlook, outlook } from './several-brokers-outlook.ts';
import type { PlacedSenderTask } from './several-brokers-sender.ts';
import { settleDisk } from './stores.ts';
import { timedStart } from './timed-start.ts';

const HELP = `1, 2, 4 and 8 brokers on this machine, each with a closed loop of its own.

  npx nx run benchmarks:several-brokers [--quick] [--rounds N] [--seconds S] [--only WORD,…] [--report FILE]

  --quick    one round of 1 s
  --rounds   how often each is measured (default 3), in the order A-B-B-A; what one and two cores do is
             measured twice in each, as more cores are computed from it
  --seconds  how long each load is measured (default 3), after 1 to 4.5 s of warm-up
  --only     layouts whose names contain one of these words: all processors, one core each, bare (both of
             them, for comparison), threads, apart, crowded
  --report   write the report there instead of printing it
`;

const HOST = '127.0.0.1';
const COUNTS = [1, 2, 4, 8];
const MOST = Math.max(...COUNTS);
/** Enough of them to show what one more takes. */
const THREADS = 4;
const LOAD = { kind: 'closed', connections: 4, inFlight: 16, bodyBytes: 128 } as const;
const SETTLE_MS = 200;
/** All brokers share the processors, and each is to have had about as many sends before it is measured; a bare loop has little to compile. */
const warmUpSeconds = (brokers: number): number => 0.5 + 0.5 * brokers;
const warmUpOf = ({ layout, brokers }: Case): number => (layout.startsWith('bare') ? 1 : warmUpSeconds(brokers));

type Layout = 'all processors' | 'threads' | 'apart' | 'one core each' | 'crowded' | 'bare, all processors' | 'bare, one core each';

/** What more cores would do is computed from these. */
const OUTLOOK_LAYOUTS: readonly Layout[] = ['apart', 'one core each', 'bare, one core each'];

interface Case {
  readonly layout: Layout;
  readonly brokers: number;
  /** Of the n-th broker and of its generator, as `taskset` takes them; undefined: any. */
  readonly broker: (n: number) => string | undefined;
  readonly generator: (n: number) => string | undefined;
}

interface Sample {
  readonly layout: Layout;
  readonly brokers: number;
  /** What is held against each other is of one lap. */
  readonly lap: number;
  readonly figures: RunFigures;
  /** Of all brokers together, for each send. */
  readonly brokersCpuUs: number;
  readonly diskBytesPerSend: number;
  readonly idle: Memory;
  readonly loaded: Memory;
}

interface RunningBrokers {
  readonly ports: readonly number[];
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

const options = readOptions(HELP, { rounds: 3, seconds: 3, quickSeconds: 1 });
const cores = cpus().length;
const placed = canPlace();
const anywhere = (): string | undefined => (placed ? `0-${cores - 1}` : undefined);
const others = (from: number): string => `${from}-${cores - 1}`;

const cases: readonly Case[] = (
  [
    ...COUNTS.map((brokers): Case => ({ layout: 'all processors', brokers, broker: anywhere, generator: anywhere })),
    ...[1, MOST].map((brokers): Case => ({ layout: 'bare, all processors', brokers, broker: anywhere, generator: anywhere })),
    { layout: 'threads', brokers: THREADS, broker: anywhere, generator: anywhere },
    ...COUNTS.filter((brokers) => placed && 2 * brokers <= cores).map((brokers): Case => ({ layout: 'apart', brokers, broker: String, generator: () => others(brokers) })),
    ...(['one core each', 'bare, one core each'] as const).flatMap((layout) => COUNTS.filter((brokers) => placed && brokers <= cores).map((brokers): Case => ({ layout, brokers, broker: String, generator: String }))),
    ...(placed ? [{ layout: 'crowded', brokers: 2, broker: () => '0', generator: () => others(1) } as const] : []),
  ] satisfies Case[]
).filter(({ layout }) => options.takesPart(layout));
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
  const file = new URL('./several-brokers-sender.ts', import.meta.url);
  return sendJobs({ host: HOST, port }, LOAD).map(({ role, task }) => ({ role, file, task: { ...(task as Omit<PlacedSenderTask, 'port' | 'processors'>), processors } }));
}

const nameOf = (n: number): string => `broker-${String.fromCodePoint(97 + n)}`;

async function startProcesses(home: string, namesrvAddr: string, { brokers, broker: processorsOf }: Case): Promise<RunningBrokers> {
  const programs: ChildProgram[] = [];
  const ports: number[] = [];
  const stop = (): Promise<void> => endAll(programs);
  try {
    for (let n = 0; n < brokers; n++) {
      const { program, port } = await timedStart(rocketmqTs, { home: join(home, nameOf(n)), namesrvAddr, config: { brokerName: nameOf(n) } });
      programs.push(program);
      ports.push(port);
      const processors = processorsOf(n);
      if (processors !== undefined) runOn(processors, program.pid);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports, pids: programs.map(({ pid }) => pid), stop };
}

async function startInThreads(home: string, namesrvAddr: string, { brokers }: Case): Promise<RunningBrokers> {
  const ports: number[] = [];
  const homes = Array.from({ length: brokers }, (_, n) => join(home, nameOf(n)));
  for (const [n, own] of homes.entries()) {
    const port = await freeBrokerPort();
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'server.properties'), propertiesText(javaBrokerConfig({ home: own, port, namesrvAddr, brokerName: nameOf(n) })));
    ports.push(port);
  }
  const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  const args = [fileOf('several-brokers-thread-host.mjs'), fileOf('../../apps/broker/dist/main.js'), ...homes];
  const program = new ChildProgram({ name: 'brokers in threads', command: process.execPath, args });
  const stop = (): Promise<void> => endAll([program]);
  try {
    for (const port of ports) await firstAcceptedSend(port, { giveUp: () => (program.exitCode === undefined ? undefined : `the brokers have ended\n${program.tail()}`) });
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports, pids: [program.pid], stop };
}

async function startBare(_home: string, _namesrvAddr: string, { brokers, broker: processorsOf }: Case): Promise<RunningBrokers> {
  const loops: RunningBroker[] = [];
  const stop = async (): Promise<void> => void (await Promise.all(loops.map((loop) => loop.stop())));
  try {
    for (let n = 0; n < brokers; n++) {
      const loop = await bareLoop.start({});
      loops.push(loop);
      const processors = processorsOf(n);
      if (processors !== undefined) runOn(processors, loop.pid);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports: loops.map(({ port }) => port), pids: loops.map(({ pid }) => pid), stop };
}

const STARTS: Readonly<Record<Layout, typeof startProcesses>> = {
  'all processors': startProcesses,
  threads: startInThreads,
  apart: startProcesses,
  'one core each': startProcesses,
  'bare, all processors': startBare,
  'bare, one core each': startBare,
  crowded: startProcesses,
};

/** Their stores are thrown away: they need not leave in order. */
async function endAll(programs: readonly ChildProgram[]): Promise<void> {
  for (const program of programs) program.kill();
  await Promise.all(programs.map((program) => program.waitForExit(20_000)));
}

type Value = (sample: Sample) => number;
const rateOf: Value = ({ figures }) => figures.perSecond;
const generatorCpuUs: Value = ({ figures }) => figures.generator.cpuUsPerSend;

function of(layout: Layout, brokers: number): Sample[] {
  return samples.filter((own) => own.layout === layout && own.brokers === brokers);
}

function mid(own: readonly Sample[], value: Value): number {
  return own.length === 0 ? Number.NaN : median(own.map(value));
}

/** The ratio of two cases within each lap that has both. */
function ratios(value: Value, [layout, brokers]: readonly [Layout, number], base: readonly [Layout, number]): number[] {
  return of(layout, brokers).flatMap((own) => of(...base).filter(({ lap }) => lap === own.lap).map((other) => value(own) / value(other)));
}

const inPercent = (numbers: readonly number[]): string => (numbers.length === 0 ? '–' : spread(numbers, percent));
const eachWay = (own: readonly Sample[], value: (memory: Memory) => number): string => `${mebibytes(mid(own, ({ idle }) => value(idle)))} → ${mebibytes(mid(own, ({ loaded }) => value(loaded)))}`;

const LAYOUTS: Readonly<Record<Layout, string>> = {
  'all processors': 'processes, all on all processors',
  threads: 'threads of one process, on all processors',
  apart: 'each broker on a core of its own, generators on the others',
  'one core each': 'each broker on a core of its own, its generator there too',
  crowded: 'both on one core, generators on the others',
  'bare, all processors': 'for comparison: bare Node loops, all on all processors',
  'bare, one core each': 'for comparison: bare Node loops, each on a core of its own, its generator there too',
};

/** Where one broker is what several of a layout are held against. */
const ALONE: Readonly<Record<Layout, Layout>> = {
  'all processors': 'all processors',
  threads: 'all processors',
  apart: 'apart',
  'one core each': 'one core each',
  crowded: 'apart',
  'bare, all processors': 'bare, all processors',
  'bare, one core each': 'bare, one core each',
};

function loadRow(layout: Layout, brokers: number): string[] {
  const own = of(layout, brokers);
  if (own.length === 0) return [];
  const failed = own.reduce((sum, { figures }) => sum + figures.failed, 0);
  const failure = failed === 0 ? '' : ` (${failed} failed: ${own.find(({ figures }) => figures.failed > 0)?.figures.firstFailure ?? ''})`;
  const cells = [
    LAYOUTS[layout],
    String(brokers),
    spread(own.map(rateOf), perSecond) + failure,
    spread(own.map(({ brokersCpuUs }) => brokersCpuUs), micros),
    brokers === 1 ? '' : inPercent(ratios(({ brokersCpuUs }) => brokersCpuUs, [layout, brokers], [ALONE[layout], 1])),
    micros(mid(own, generatorCpuUs)),
    `${mid(own, (one) => (rateOf(one) * one.brokersCpuUs) / 1e6).toFixed(2)} + ${mid(own, (one) => (rateOf(one) * generatorCpuUs(one)) / 1e6).toFixed(2)}`,
    millis(mid(own, ({ figures }) => figures.rt.p50)),
    millis(mid(own, ({ figures }) => figures.rt.p99)),
  ];
  return [`| ${cells.join(' | ')} |`];
}

function memoryRow(layout: Layout, brokers: number): string[] {
  const own = of(layout, brokers);
  if (own.length === 0 || layout.startsWith('bare')) return [];
  const cells = [LAYOUTS[layout], String(brokers), eachWay(own, ({ resident }) => resident), eachWay(own, ({ proportional }) => proportional), eachWay(own, (memory) => memory.own)];
  return [`| ${cells.join(' | ')} |`];
}

/** What a broker more takes, from one to `brokers` of them, MiB. */
function oneMore(layout: Layout, brokers: number, value: (sample: Sample) => number): number {
  return (mid(of(layout, brokers), value) - mid(of('all processors', 1), value)) / (brokers - 1);
}

function sumRows(): string[] {
  return COUNTS.filter((count) => count > 1 && of('one core each', count).length > 0).map((count) => {
    const kept = (layout: Layout): string => inPercent(ratios(rateOf, [layout, count], [layout, 1]).map((ratio) => ratio / count));
    const dearer = ratios(({ brokersCpuUs }) => brokersCpuUs, ['one core each', count], ['one core each', 1]);
    return `| ${count} | ${kept('one core each')} | ${kept('bare, one core each')} | ${inPercent(dearer)} |`;
  });
}

const outlookRow = ({ cores: n, atMost, careful, diskMiBPerSecond: disk, networkGbitPerSecond }: Outlook): string =>
  `| ${n} | ${perSecond(careful)} | ${perSecond(atMost)} | ${disk.toFixed(0)} MiB/s (${percent(disk / diskMiBPerSecond)}) | ${networkGbitPerSecond.toFixed(1)} Gbit/s |`;

function outlookOf(): string {
  const alone = of('apart', 1);
  const kept = ratios(rateOf, ['one core each', 2], ['one core each', 1]).map((ratio) => ratio / 2);
  if (alone.length === 0 || kept.length === 0) return 'Not computed: it takes the layouts "apart" and "one core each", two cores and `taskset`.';
  const { bytes } = buildSendFrame({ topic: 'BenchmarkTest', queueId: 0, bodyBytes: LOAD.bodyBytes, opaque: OPAQUE_BASE, uniqPrefix: '0'.repeat(24), waitStoreMsgOk: true });
  const measured = { sendsPerSecond: mid(alone, rateOf), keptByTwo: Math.min(...kept), diskBytesPerSend: mid(alone, ({ diskBytesPerSend }) => diskBytesPerSend), requestBytes: bytes.length };
  const busy = mid(alone, (one) => (rateOf(one) * one.brokersCpuUs) / 1e6);
  return `**Computed, not measured.** One broker with a core for itself took ${perSecond(measured.sendsPerSecond)}, for which that core was busy ${percent(busy)} of the time (its generator's
loop, on another core, ${percent(mid(alone, ({ figures }) => figures.generator.utilization))}). n cores with a broker each are n times that at most; the careful figure takes off for each doubling what two
units on two cores lost at worst against twice one of them (${percent(1 - Math.min(1, measured.keptByTwo))}). This holds if the generators are on other machines; if the kernel's work for
a network card costs no more than loopback, of which each side bears a part here, and has cores of its own; if memory and its caches serve
n cores as they serve two; and if disk and network take what comes. A send makes the disk write ${measured.diskBytesPerSend.toFixed(0)} B sooner or later (log, queue and
index; \`write_bytes\` of \`/proc/PID/io\`), and its request is ${measured.requestBytes} B on the wire. The disk of this machine takes ${diskMiBPerSecond.toFixed(0)} MiB/s.

| cores, a broker on each | sends/s, careful | at most | to the disk (of what this one takes) | requests on the wire |
|---|---|---|---|---|
${COUNTS.map((n) => outlookRow(outlook(measured, n))).join('\n')}`;
}

function report(): string {
  const counts = (layout: Layout): number[] => [...new Set(samples.filter((own) => own.layout === layout).map(({ brokers }) => brokers))].sort((a, b) => a - b);
  const layouts = Object.keys(LAYOUTS) as Layout[];
  const rows = (row: (layout: Layout, brokers: number) => string[]): string => layouts.flatMap((layout) => counts(layout).flatMap((brokers) => row(layout, brokers))).join('\n');
  const more = (layout: Layout, brokers: number): string => {
    const ways = [({ resident }: Memory) => resident, ({ proportional }: Memory) => proportional, ({ own }: Memory) => own].map((value) => mebibytes(oneMore(layout, brokers, ({ loaded }) => value(loaded))));
    return `| ${LAYOUTS[layout]} | 1 → ${brokers} | ${ways.join(' | ')} |`;
  };
  const dearer = ratios(({ brokersCpuUs }) => brokersCpuUs, ['threads', THREADS], ['all processors', THREADS]);
  const faster = ratios(rateOf, ['threads', THREADS], ['all processors', THREADS]);
  return `# Several brokers on one machine

Brokers with defaults (ASYNC_FLUSH), one name server, fresh stores in one folder; each broker has a closed loop of its own, ${LOAD.connections} connections × ${LOAD.inFlight} in flight,
${LOAD.bodyBytes} B, whose generator is a thread of another process. ${options.rounds} round${options.rounds === 1 ? '' : 's'} of ${options.seconds} s in the order A-B-B-A, after ${warmUpSeconds(1)} to ${warmUpSeconds(MOST)} s of warm-up: the more brokers share the
processors, the longer. Processor time is user and system time from \`/proc\`, that of brokers and of generators apart; ratios are formed within a round
(what one and two cores do is measured twice in each).
${describeOurs()}

## Sends and processor time

Where brokers and generators share ${cores} cores, sends per second end where these are busy; what can be seen beyond is whether a send gets dearer. Cores are
how many were busy on average. RT grows with what is in flight together. One broker's: in the same layout; for threads that of a process, for
both on one core that of one with a core for itself.

| layout | brokers | sends/s together, median (min … max) | brokers' CPU per send | of one broker's | generators' CPU per send | cores: brokers + generators | RT p50 | p99 |
|---|---|---|---|---|---|---|---|---|
${rows(loadRow)}

## Is it the sum?

A broker and its generator on one core, and the same on other cores at the same time. 100 %: none is in another's way. Beside it
bare loops (frames, one write a turn, answers; nothing else) in the same places: what they lose too is the machine's.

| cores, each with broker and generator | brokers, of so many times one | bare loops | brokers' CPU per send, of one's |
|---|---|---|---|
${sumRows().join('\n')}

## Memory

All brokers together, idle → after the load. Resident counts pages that processes share in each of them, PSS shares them out, private
ones would be free without the brokers.

| layout | brokers | resident | PSS | private |
|---|---|---|---|---|
${rows(memoryRow)}

What each broker more takes under load, from the difference to one process with one broker:

| layout | brokers | resident | PSS | private |
|---|---|---|---|---|
${[...counts('all processors').filter((n) => n > 1).map((n) => more('all processors', n)), ...counts('threads').map((n) => more('threads', n))].join('\n')}

${THREADS} brokers in threads of one process took ${inPercent(faster)} of the sends per second that ${THREADS} processes took, at ${inPercent(dearer)} of their CPU per send.

## More cores

${outlookOf()}
`;
}

await runBenchmark({ name: 'several-brokers', reportFile: options.report, measure, report });
