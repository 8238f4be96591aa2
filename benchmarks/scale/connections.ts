// What thousands of open connections cost: sends beside them and over them, memory of each, and how soon thousands of held
// pulls are answered.
//
//   npx nx run benchmarks:connections [--connections N] [--quick] [--rounds N] [--seconds S] [--report FILE]
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import { createRemotingClient } from '@rocketmq-ts/remoting';
import { LanguageCode, RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { freePort } from '@rocketmq-ts/testkit';
import { bareLoop, ours, type RunningBroker } from '../contenders/contenders.ts';
import { type Both, measureBoth } from '../load/interleaved.ts';
import { type LoadFigures, LoadRunner } from '../load/load-runner.ts';
import { residentMiB } from '../load/process-figures.ts';
import { describeMachine } from '../report/machine.ts';
import { median, spread } from '../report/statistics.ts';
import { bareWrites } from './bare-writes.ts';
import { HeldPulls } from './held-pulls.ts';
import { IdleConnections } from './idle-connections.ts';

const HELP = `Usage: benchmarks:connections [options]
  --connections N  how many (5000)
  --quick          one round, short
  --rounds N       of each comparison (3)
  --seconds S      of each measurement (3)
  --report FILE    write the report there instead of to the standard output
`;
const { values: flags } = parseArgs({
  options: {
    connections: { type: 'string', default: '5000' },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    report: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (flags.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const connections = positive('--connections', flags.connections);
const rounds = positive('--rounds', flags.rounds ?? (flags.quick ? '1' : '3'));
const seconds = positive('--seconds', flags.seconds ?? (flags.quick ? '1' : '3'));
const wakes = flags.quick ? 3 : 10;

/** Files that either process has open besides. */
const OTHER_FILES = 500;
const GOALS = { keptPercent: 90, kibEach: 30, wakeP99Ms: 20 };
const FEW = { kind: 'closed', connections: 4, inFlight: 16, bodyBytes: 128 } as const;
/** One under way on each, so that what differs is their number. */
const SPREAD_FEW = { kind: 'closed', connections: 64, inFlight: 1, bodyBytes: 128 } as const;
const SPREAD_MANY = { ...SPREAD_FEW, connections };
/** Thousands of senders take a second until they have all been answered once. */
const TIMES = { warmUpSeconds: 1.5, measureSeconds: seconds };
const SETTLE_MS = 3000;
/** Messages of the wake-ups by one message each. */
const WAKES_PER_MS = 5;

const BARE_SPREAD = 'for comparison: the same, a bare Node loop instead of a broker';
const FLOOR = 'for comparison: a bare Node loop that only writes to each';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const say = (text: string): boolean => process.stderr.write(`${text}\n`);
const perSecond = (n: number): string => `${(n / 1000).toFixed(1)}k/s`;
const percent = (n: number): string => `${n.toFixed(1)} %`;
const millis = (n: number): string => `${n.toFixed(1)} ms`;
const verdict = (isMet: boolean, by: string): string => (isMet ? 'met' : `not met: ${by}`);

const runner = new LoadRunner();
const brokers: RunningBroker[] = [];
process.once('SIGINT', () => void end().then(() => process.exit(130)));
process.once('SIGTERM', () => void end().then(() => process.exit(143)));

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  process.stderr.write(`${name} is a number above 0, not '${text}'\n`);
  process.exit(2);
}

/** @throws Error */
function checkOpenFiles(): void {
  const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
  const needed = connections + OTHER_FILES;
  if (limit === 'unlimited' || Number(limit) >= needed) return;
  throw new Error(`this shell lets a process open ${limit} files, and ${connections} connections need ${needed}: run \`ulimit -n ${needed}\` before`);
}

interface Sends {
  readonly title: string;
  readonly without: readonly number[];
  readonly withIt: readonly number[];
  readonly cpuUs: readonly [without: number, withIt: number];
}

async function send(broker: RunningBroker, shape: typeof FEW | typeof SPREAD_FEW | typeof SPREAD_MANY): Promise<LoadFigures> {
  const figures = await runner.run({ host: broker.host, port: broker.port }, shape, TIMES, [broker.pid]);
  if (figures.failed > 0) throw new Error(`${figures.failed} sends failed: ${figures.firstFailure}`);
  return figures;
}

async function compare(title: string, without: () => Promise<LoadFigures>, withIt: () => Promise<LoadFigures>): Promise<Sends> {
  const pairs: Both<LoadFigures>[] = [];
  for await (const pair of measureBoth(rounds, { without, withIt }, (round) => say(`${title}: round ${round + 1} of ${rounds}`))) pairs.push(pair);
  const cpu = (figures: LoadFigures): number => figures.processes[0]?.cpuUsPerSend ?? Number.NaN;
  return {
    title,
    without: pairs.map((pair) => pair.without.sendsPerSecond),
    withIt: pairs.map((pair) => pair.withIt.sendsPerSecond),
    cpuUs: [median(pairs.map((pair) => cpu(pair.without))), median(pairs.map((pair) => cpu(pair.withIt)))],
  };
}

async function besideIdle(broker: RunningBroker): Promise<LoadFigures> {
  const idle = await IdleConnections.open(broker, connections);
  try {
    return await send(broker, FEW);
  } finally {
    await idle.close();
  }
}

/** Of a broker that has been at work, resident KiB that each more connection takes. */
async function memoryEach(): Promise<number[]> {
  const found: number[] = [];
  for (let round = 0; round < rounds; round++) {
    say(`memory: round ${round + 1} of ${rounds}`);
    const broker = await start({});
    await send(broker, FEW);
    await sleep(SETTLE_MS);
    const before = residentMiB(broker.pid);
    const idle = await IdleConnections.open(broker, connections);
    await sleep(SETTLE_MS);
    found.push(((residentMiB(broker.pid) - before) * 1024) / connections);
    await idle.close();
    await stop(broker);
  }
  return found;
}

interface Wakes {
  readonly title: string;
  readonly p50: readonly number[];
  readonly p99: readonly number[];
}

async function heldPulls(): Promise<Wakes[]> {
  const port = await freePort({ from: 23_000, to: 23_900 });
  const broker = await start({ metricsExporterType: 'PROM', metricsPromExporterHost: '127.0.0.1', metricsPromExporterPort: port });
  const wakesOf = (title: string, runs: readonly number[][]): Wakes => {
    const sorted = runs.map((times) => [...times].sort((a, b) => a - b));
    const at = (share: number): number[] => sorted.map((times) => times[Math.ceil(times.length * share) - 1] as number);
    return { title, p50: at(0.5), p99: at(0.99) };
  };
  const wake = async (title: string, topic: string, queueOf: (index: number) => number, once: (held: HeldPulls) => Promise<number[]>): Promise<Wakes> => {
    await makeTopic(broker, topic, connections);
    const held = await HeldPulls.open(broker, topic, connections, queueOf);
    const runs: number[][] = [];
    try {
      // The first is not counted: code that runs for the first time.
      for (let n = 0; n <= wakes; n++) {
        held.pull();
        await allHeld(`http://127.0.0.1:${port}/metrics`);
        runs.push(await once(held));
        say(`${title}: ${n + 1} of ${wakes + 1}`);
      }
    } finally {
      await held.close();
    }
    return wakesOf(title, runs.slice(1));
  };
  return [
    await wake(`one message each, ${WAKES_PER_MS * 1000} messages/s`, 'Paced', (index) => index + 1, (held) => held.wakeEach(WAKES_PER_MS)),
    await wake('one message each, all at once', 'Burst', (index) => index + 1, (held) => held.wakeEach(Infinity)),
    await wake('one message for all', 'Shared', () => 0, (held) => held.wakeAll()),
    wakesOf(FLOOR, (await bareWrites(connections, wakes + 1, await freePort({ from: 23_000, to: 23_900 }))).slice(1)),
  ];
}

/** Resolves when the broker says that all pulls wait. */
async function allHeld(url: string): Promise<void> {
  for (const deadline = performance.now() + 10_000; performance.now() < deadline; await sleep(100)) {
    const text = await (await fetch(url)).text();
    if (Number(/^rocketmq_held_pulls\{.*\} (\d+)$/m.exec(text)?.[1]) === connections) return;
  }
  throw new Error(`not all of ${connections} pulls were held within 10 s`);
}

async function makeTopic(broker: RunningBroker, topic: string, queues: number): Promise<void> {
  const client = createRemotingClient({ env: createNodeEnv(), language: LanguageCode.JAVA });
  const count = String(queues + 1);
  const fields = { topic, defaultTopic: 'TBW102', readQueueNums: count, writeQueueNums: count, perm: '6', topicFilterType: 'SINGLE_TAG', topicSysFlag: '0', order: 'false' };
  const answer = await client.invoke(`${broker.host}:${broker.port}`, new RemotingCommand(RequestCode.UPDATE_AND_CREATE_TOPIC, new Map(Object.entries(fields))), { timeoutMs: 5000 });
  await client.stop();
  if (answer.code !== ResponseCode.SUCCESS) throw new Error(`the topic could not be made: ${answer.remark}`);
}

async function start(config: Parameters<typeof ours.start>[0]): Promise<RunningBroker> {
  const broker = await ours.start(config);
  brokers.push(broker);
  return broker;
}

async function stop(broker: RunningBroker): Promise<void> {
  brokers.splice(brokers.indexOf(broker), 1);
  await broker.stop();
}

async function end(): Promise<void> {
  await runner.close();
  for (const broker of brokers.splice(0)) await broker.stop();
}

function sendRow({ title, without, withIt, cpuUs }: Sends): string {
  const kept = without.map((base, index) => (100 * (withIt[index] as number)) / base);
  const goal = title === BARE_SPREAD ? '' : verdict(median(kept) >= GOALS.keptPercent, `${percent(GOALS.keptPercent - median(kept))} short`);
  return `| ${title} | ${spread(without, perSecond)} | ${spread(withIt, perSecond)} | ${spread(kept, percent)} | ${cpuUs.map((us) => us.toFixed(1)).join(' → ')} | ${goal} |`;
}

function wakeRow({ title, p50, p99 }: Wakes): string {
  const worst = median(p99);
  return `| ${title} | ${spread(p50, millis)} | ${spread(p99, millis)} | ${title === FLOOR ? '' : verdict(worst <= GOALS.wakeP99Ms, millis(worst - GOALS.wakeP99Ms))} |`;
}

function report(sends: readonly Sends[], kib: readonly number[], woken: readonly Wakes[]): string {
  return `# ${connections} connections

${describeMachine()}

\`npx nx run benchmarks:connections --connections ${connections} --rounds ${rounds} --seconds ${seconds}\`. In turn (A-B-B-A) on one broker, median (min … max) over the
rounds. 128 B, ASYNC_FLUSH. An idle connection has sent one heartbeat as a producer.

## Sends

Goal: ${GOALS.keptPercent} % kept.

| load | with few connections | with ${connections} | kept | broker's µs per send | goal |
|---|---|---|---|---|---|
${sends.map(sendRow).join('\n')}

## Memory

Resident memory of a broker that has been at work, before and after ${connections} connections: ${spread(kib, (n) => `${n.toFixed(1)} KiB`)} each. Goal: ${GOALS.kibEach} KiB:
${verdict(median(kib) <= GOALS.kibEach, `${(median(kib) - GOALS.kibEach).toFixed(1)} KiB`)}. Buffers of the kernel's sockets are not in it.

## Held pulls

Each of ${connections} connections has a pull that waits (long polling); from the moment its message leaves the sender to its answer, over all pulls
of a wake-up; ${wakes} wake-ups. Sender and consumers are one process on the other core. All at once, and
one for all, end with thousands of socket writes one after the other: the last line says how long these alone take. Goal: p99 ${GOALS.wakeP99Ms} ms.

| woken by | p50 | p99 | goal |
|---|---|---|---|
${woken.map(wakeRow).join('\n')}
`;
}

try {
  checkOpenFiles();
  const broker = await start({});
  await send(broker, FEW);
  const sends = [
    await compare(`4 × 16 in flight, ${connections} others idle`, () => send(broker, FEW), () => besideIdle(broker)),
    await compare(`one in flight on each of 64, and of ${connections}`, () => send(broker, SPREAD_FEW), () => send(broker, SPREAD_MANY)),
  ];
  await stop(broker);
  const bare = await bareLoop.start({});
  brokers.push(bare);
  sends.push(await compare(BARE_SPREAD, () => send(bare, SPREAD_FEW), () => send(bare, SPREAD_MANY)));
  await stop(bare);
  const kib = await memoryEach();
  const text = report(sends, kib, await heldPulls());
  if (flags.report === undefined) process.stdout.write(text);
  else writeFileSync(flags.report, text);
} catch (error) {
  process.stderr.write(`benchmarks:connections: ${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  await end();
}
