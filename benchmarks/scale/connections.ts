// What thousands of open connections cost: sends beside them and over them, memory of each, and how soon thousands of held
// pulls are answered.
import { execFileSync } from 'node:child_process';
import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import { createRemotingClient } from '@rocketmq-ts/remoting';
import { LanguageCode, RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { freePort } from '@rocketmq-ts/testkit';
import { bareLoop, ours, type RunningBroker } from '../contenders/contenders.ts';
import { RunningBrokers } from '../contenders/running-brokers.ts';
import { withoutFailure } from '../load/failures.ts';
import { cpuUsPerSend, LoadComparison, sendsPerSecond } from '../load/load-comparison.ts';
import { type LoadFigures, LoadRunner } from '../load/load-runner.ts';
import { residentMiB } from '../load/process-figures.ts';
import { describeMachine } from '../report/machine.ts';
import { median, percentile, spread } from '../report/statistics.ts';
import { kibibytes, millisOf, percent, perSecond } from '../report/units.ts';
import { measureAndReport, say, sleep } from '../run/measurement.ts';
import { readOptions } from '../run/options.ts';
import { bareWrites } from './bare-writes.ts';
import { HeldPulls } from './held-pulls.ts';
import { IdleConnections } from './idle-connections.ts';

const HELP = `What thousands of open connections cost those who send, in memory, and in waiting for a message.

  npx nx run benchmarks:connections [--connections N] [--quick] [--rounds N] [--seconds S] [--report FILE]

  --connections  how many (default 5000)
  --quick        one round of 1 s, three wake-ups
  --rounds       of each comparison (default 3), in the order A-B-B-A
  --seconds      of each measurement (default 3)
  --report       write the report there instead of printing it
`;
const options = readOptions(HELP, { rounds: 3, seconds: 3, quickSeconds: 1, fractions: true, counts: { connections: 5000 } });
const { connections, rounds, seconds } = options;
const wakes = options.quick ? 3 : 10;

/** Files that either process has open besides. */
const OTHER_FILES = 500;
const GOALS = { kept: 0.9, kibEach: 30, wakeP99Ms: 20 };
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

const verdict = (isMet: boolean, by: string): string => (isMet ? 'met' : `not met: ${by}`);

/** Of the wake-ups, ms. */
interface Wakes {
  readonly title: string;
  readonly p50: readonly number[];
  readonly p99: readonly number[];
}

const sends: LoadComparison[] = [];
const kibEach: number[] = [];
const woken: Wakes[] = [];

class ConnectionsBenchmark {
  readonly #signal: AbortSignal;
  readonly #runner = new LoadRunner();
  readonly #brokers = new RunningBrokers();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async run(): Promise<void> {
    const broker = await this.#brokers.start(ours);
    withoutFailure(await this.#send(broker, FEW));
    await this.#compare(`4 × 16 in flight, ${connections} others idle`, () => this.#send(broker, FEW), () => this.#besideIdle(broker));
    await this.#compare(`one in flight on each of 64, and of ${connections}`, () => this.#send(broker, SPREAD_FEW), () => this.#send(broker, SPREAD_MANY));
    await this.#brokers.stop(broker);
    const bare = await this.#brokers.start(bareLoop);
    await this.#compare(BARE_SPREAD, () => this.#send(bare, SPREAD_FEW), () => this.#send(bare, SPREAD_MANY));
    await this.#brokers.stop(bare);
    for (let round = 0; round < rounds; round++) {
      say(`memory: round ${round + 1} of ${rounds}\n`);
      kibEach.push(await this.#memoryEach());
    }
    await this.#heldPulls();
  }

  async end(): Promise<void> {
    await this.#runner.close();
    await this.#brokers.stopAll();
  }

  #send(broker: RunningBroker, shape: typeof FEW | typeof SPREAD_FEW | typeof SPREAD_MANY): Promise<LoadFigures> {
    return this.#runner.run(broker, shape, TIMES, [broker.pid], this.#signal);
  }

  async #besideIdle(broker: RunningBroker): Promise<LoadFigures> {
    const idle = await IdleConnections.open(broker, connections);
    try {
      return await this.#send(broker, FEW);
    } finally {
      await idle.close();
    }
  }

  async #compare(title: string, without: () => Promise<LoadFigures>, withIt: () => Promise<LoadFigures>): Promise<void> {
    const comparison = new LoadComparison(title);
    sends.push(comparison);
    await comparison.measure(rounds, { without, withIt }, (round) => say(`${title}: round ${round + 1} of ${rounds}\n`));
  }

  /** Of a broker that has been at work, resident KiB that each more connection takes. */
  async #memoryEach(): Promise<number> {
    const broker = await this.#brokers.start(ours);
    withoutFailure(await this.#send(broker, FEW));
    await sleep(SETTLE_MS, this.#signal);
    const before = residentMiB(broker.pid);
    const idle = await IdleConnections.open(broker, connections);
    await sleep(SETTLE_MS, this.#signal);
    const kib = ((residentMiB(broker.pid) - before) * 1024) / connections;
    await idle.close();
    await this.#brokers.stop(broker);
    return kib;
  }

  async #heldPulls(): Promise<void> {
    const port = await freePort({ from: 23_000, to: 23_900 });
    const broker = await this.#brokers.start(ours, { metricsExporterType: 'PROM', metricsPromExporterHost: '127.0.0.1', metricsPromExporterPort: port });
    const wake = async (title: string, topic: string, queueOf: (index: number) => number, once: (held: HeldPulls) => Promise<number[]>): Promise<void> => {
      await makeTopic(broker, topic, connections);
      const held = await HeldPulls.open(broker, topic, connections, queueOf);
      const runs: number[][] = [];
      try {
        // The first is not counted: code that runs for the first time.
        for (let n = 0; n <= wakes; n++) {
          held.pull();
          await this.#allHeld(`http://127.0.0.1:${port}/metrics`);
          runs.push(await once(held));
          say(`${title}: ${n + 1} of ${wakes + 1}\n`);
        }
      } finally {
        await held.close();
      }
      woken.push(wakesOf(title, runs.slice(1)));
    };
    await wake(`one message each, ${WAKES_PER_MS * 1000} messages/s`, 'Paced', (index) => index + 1, (held) => held.wakeEach(WAKES_PER_MS));
    await wake('one message each, all at once', 'Burst', (index) => index + 1, (held) => held.wakeEach(Infinity));
    await wake('one message for all', 'Shared', () => 0, (held) => held.wakeAll());
    woken.push(wakesOf(FLOOR, (await bareWrites(connections, wakes + 1, await freePort({ from: 23_000, to: 23_900 }))).slice(1)));
  }

  /** Resolves when the broker says that all pulls wait. */
  async #allHeld(url: string): Promise<void> {
    for (const deadline = performance.now() + 10_000; performance.now() < deadline; await sleep(100, this.#signal)) {
      const text = await (await fetch(url)).text();
      if (Number(/^rocketmq_held_pulls\{.*\} (\d+)$/m.exec(text)?.[1]) === connections) return;
    }
    throw new Error(`not all of ${connections} pulls were held within 10 s`);
  }
}

function wakesOf(title: string, runs: readonly (readonly number[])[]): Wakes {
  return { title, p50: runs.map((times) => percentile(times, 50)), p99: runs.map((times) => percentile(times, 99)) };
}

/** @throws Error */
function checkOpenFiles(): void {
  const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
  const needed = connections + OTHER_FILES;
  if (limit === 'unlimited' || Number(limit) >= needed) return;
  throw new Error(`this shell lets a process open ${limit} files, and ${connections} connections need ${needed}: run \`ulimit -n ${needed}\` before`);
}

async function makeTopic(broker: RunningBroker, topic: string, queues: number): Promise<void> {
  const client = createRemotingClient({ env: createNodeEnv(), language: LanguageCode.JAVA });
  const count = String(queues + 1);
  const fields = { topic, defaultTopic: 'TBW102', readQueueNums: count, writeQueueNums: count, perm: '6', topicFilterType: 'SINGLE_TAG', topicSysFlag: '0', order: 'false' };
  const answer = await client.invoke(`${broker.host}:${broker.port}`, new RemotingCommand(RequestCode.UPDATE_AND_CREATE_TOPIC, new Map(Object.entries(fields))), { timeoutMs: 5000 });
  await client.stop();
  if (answer.code !== ResponseCode.SUCCESS) throw new Error(`the topic could not be made: ${answer.remark}`);
}

function sendRow(comparison: LoadComparison): string[] {
  if (!comparison.isMeasured) return [];
  const { title } = comparison;
  const kept = comparison.ratios(sendsPerSecond);
  const goal = title === BARE_SPREAD ? '' : verdict(median(kept) >= GOALS.kept, `${percent(GOALS.kept - median(kept))} short`);
  const [rateWithout, rateWith] = (['without', 'withIt'] as const).map((side) => spread(comparison.of(side, sendsPerSecond), perSecond));
  const us = (['without', 'withIt'] as const).map((side) => median(comparison.of(side, cpuUsPerSend)).toFixed(1));
  return [`| ${title} | ${rateWithout} | ${rateWith} | ${spread(kept, percent)} | ${us.join(' → ')} | ${goal} |`];
}

function memoryText(): string {
  if (kibEach.length === 0) return 'Not measured.';
  const each = median(kibEach);
  return `Resident memory of a broker that has been at work, before and after ${connections} connections: ${spread(kibEach, kibibytes)} each. Goal: ${GOALS.kibEach} KiB:
${verdict(each <= GOALS.kibEach, kibibytes(each - GOALS.kibEach))}. Buffers of the kernel's sockets are not in it.`;
}

function wakeRow({ title, p50, p99 }: Wakes): string {
  const worst = median(p99);
  return `| ${title} | ${spread(p50, millisOf)} | ${spread(p99, millisOf)} | ${title === FLOOR ? '' : verdict(worst <= GOALS.wakeP99Ms, millisOf(worst - GOALS.wakeP99Ms))} |`;
}

function report(): string | undefined {
  if (!sends.some(({ isMeasured }) => isMeasured)) return undefined;
  return `# ${connections} connections

${describeMachine()}

\`npx nx run benchmarks:connections --connections ${connections} --rounds ${rounds} --seconds ${seconds}\`. In turn (A-B-B-A) on one broker, median (min … max) over the
rounds. 128 B, ASYNC_FLUSH. An idle connection has sent one heartbeat as a producer.

## Sends

Goal: ${percent(GOALS.kept)} kept.

| load | with few connections | with ${connections} | kept | broker's µs per send | goal |
|---|---|---|---|---|---|
${sends.flatMap(sendRow).join('\n')}

## Memory

${memoryText()}

## Held pulls

Each of ${connections} connections has a pull that waits (long polling); from the moment its message leaves the sender to its answer, over all pulls
of a wake-up; ${wakes} wake-ups. Sender and consumers are one process on the other core. All at once, and
one for all, end with thousands of socket writes one after the other: the last line says how long these alone take. Goal: p99 ${GOALS.wakeP99Ms} ms.

| woken by | p50 | p99 | goal |
|---|---|---|---|
${woken.map(wakeRow).join('\n')}
`;
}

await measureAndReport({
  name: 'connections',
  reportFile: options.report,
  report,
  async measure({ signal }) {
    checkOpenFiles();
    const benchmark = new ConnectionsBenchmark(signal);
    try {
      await benchmark.run();
    } finally {
      await benchmark.end();
    }
  },
});
