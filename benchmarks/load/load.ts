// Load on any broker, for users.
//
//   npx nx run benchmarks:load -- --help
import { DefaultMQAdminExt } from '@rocketmq-ts/admin';
import type { TopicRouteData } from '@rocketmq-ts/remoting-protocol';
import type { LoadShape } from '../sync-replication/results.ts';
import type { FramePullerTask } from './frame-puller.ts';
import type { Times } from './generator.ts';
import { HELP, type HostPort, type LoadCommand, parseLoadCommand, UsageError } from './load-options.ts';
import { nextRunId, sendJobs, shares, topicNames } from './load-runner.ts';
import { loadTable } from './load-table.ts';
import { makePool } from './pool.ts';
import { type GeneratorJob, RunningLoad } from './running-load.ts';
import type { SdkConsumerTask } from './sdk-consumer.ts';
import type { SdkSenderTask } from './sdk-sender.ts';

/** A master and how many queues of each topic it has. */
interface Place extends HostPort {
  readonly queues: number;
}

const DEFAULT_QUEUES = 4;
const TEMPLATE_TOPIC = 'TBW102';
const PERIOD_MS = 1000;
/** So many seconds of nothing but refusals are enough to see that it does not work. */
const HOPELESS_SECONDS = 2;

async function main(argv: readonly string[]): Promise<number> {
  const command = parseLoadCommand(argv);
  if (command === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const places = await findPlaces(command);
  if (command.mode === 'mixed') await makeTopics(command, places);
  const jobs = jobsOf(command, places);
  const pool = makePool(jobs.length);
  try {
    const running = new RunningLoad(pool, jobs, command, command.pids);
    const { figures, problem, interrupted } = await follow(running, command);
    if (problem !== undefined) throw new Error(problem);
    process.stdout.write(command.json ? `${JSON.stringify(Object.fromEntries(figures), undefined, 2)}\n` : loadTable(command, figures));
    return interrupted ? 130 : 0;
  } finally {
    await pool.destroy();
  }
}

/** Shows how far it is, every second; ends it early on Ctrl-C, and when nothing but refusals come. */
async function follow(running: RunningLoad, { warmUpSeconds, measureSeconds }: Times) {
  let interrupted = false;
  let problem: string | undefined;
  const interrupt = (): void => {
    if (interrupted) process.exit(130);
    interrupted = true;
    running.stop();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  let seconds = 0;
  let before = 0;
  let timer: NodeJS.Timeout | undefined;
  const show = (): void => {
    const { done, failed, firstFailure } = running.progress;
    seconds++;
    const phase = seconds <= warmUpSeconds ? 'warm-up' : 'measuring';
    process.stderr.write(`${seconds} s of ${warmUpSeconds + measureSeconds}, ${phase}: ${done - before}/s${failed > 0 ? `, ${failed} failed: ${firstFailure}` : ''}\n`);
    before = done;
    if (done > 0 || failed === 0 || seconds < HOPELESS_SECONDS) return;
    problem = `every message was refused: ${firstFailure}`;
    running.stop();
  };
  try {
    await running.began;
    timer = setInterval(show, PERIOD_MS);
    return { figures: await running.figures, problem, interrupted };
  } finally {
    clearInterval(timer);
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

async function findPlaces({ broker, namesrvAddr, queues, mode, ...load }: LoadCommand): Promise<Place[]> {
  if (broker !== undefined) return [{ ...broker, queues: queues ?? DEFAULT_QUEUES }];
  const admin = new DefaultMQAdminExt({ namesrvAddr: namesrvAddr as string });
  try {
    const { route, isNew } = await routeOf(admin, topicNames(load)[0] as string, mode !== 'consume');
    return route.brokerDatas.flatMap(({ brokerName, brokerAddrs }) => {
      const master = /^(.*):(\d+)$/.exec(brokerAddrs.get(0) ?? '');
      const known = route.queueDatas.find((data) => data.brokerName === brokerName);
      if (master === null || known === undefined) return [];
      const there = mode === 'consume' ? known.readQueueNums : known.writeQueueNums;
      return [{ host: master[1] as string, port: Number(master[2]), queues: queues ?? (isNew ? Math.min(DEFAULT_QUEUES, there) : there) }];
    });
  } finally {
    await admin.shutdown();
  }
}

/** Like a producer: a topic that does not exist yet is sent to where the template topic is. */
async function routeOf(admin: DefaultMQAdminExt, topic: string, mayBeNew: boolean): Promise<{ route: TopicRouteData; isNew: boolean }> {
  try {
    return { route: await admin.examineTopicRouteInfo(topic), isNew: false };
  } catch (error) {
    if (!mayBeNew) throw error;
    const route = await admin.examineTopicRouteInfo(TEMPLATE_TOPIC).catch(() => {
      throw error;
    });
    return { route, isNew: true };
  }
}

/** Consumers of topics that do not exist would be refused: the first messages create them. */
async function makeTopics(command: LoadCommand, places: readonly Place[]): Promise<void> {
  const pool = makePool(1);
  try {
    for (const { host, port } of places) {
      const load = { kind: 'closed', connections: 1, inFlight: 1, bodyBytes: command.bodyBytes, topic: command.topic, topics: command.topics, queues: 1 } as const;
      const jobs = sendJobs({ host, port }, load);
      await new RunningLoad(pool, jobs, { warmUpSeconds: 0, measureSeconds: 0.1 + command.topics / 1000 }, []).figures;
    }
  } finally {
    await pool.destroy();
  }
}

function jobsOf(command: LoadCommand, places: readonly Place[]): GeneratorJob[] {
  const { mode, through, consumers, connections } = command;
  if (places.length === 0) throw new Error(`no master has the topic ${command.topic}`);
  const receive = through === 'sdk' ? sdkConsumers : framePullers;
  if (mode === 'consume') return receive(command, places, connections);
  const send = through === 'sdk' ? sdkSenders(command) : frameSenders(command, places);
  return mode === 'send' ? send : [...send, ...receive(command, places, consumers)];
}

/** Connections and rate dealt out to the masters. */
function frameSenders(command: LoadCommand, places: readonly Place[]): GeneratorJob[] {
  return places.flatMap(({ host, port, queues }, at) => {
    const connections = dealt(command.connections, places.length, at);
    if (connections === 0) return [];
    const load = loadShape(command, connections, ((command.perSecond ?? 0) * connections) / command.connections);
    const { waitStoreMsgOk, topic, topics } = command;
    return sendJobs({ host, port }, { ...load, waitStoreMsgOk, topic, topics, queues }, command.mode === 'mixed');
  });
}

function sdkSenders(command: LoadCommand): GeneratorJob[] {
  return shares(loadShape(command, command.connections, command.perSecond ?? 0)).map((share) => {
    const { waitStoreMsgOk, namesrvAddr = '' } = command;
    const task: Omit<SdkSenderTask, 'port'> = { ...share, namesrvAddr, topics: topicNames(command), waitStoreMsgOk, stamped: command.mode === 'mixed', name: nextRunId() };
    return { role: 'send', file: new URL('./sdk-sender.ts', import.meta.url), task };
  });
}

function framePullers(command: LoadCommand, places: readonly Place[], connections: number): GeneratorJob[] {
  const { pullBatch } = command;
  const consumerGroup = groupOf(command);
  return places.map(({ host, port, queues }) => {
    const all = topicNames(command).flatMap((topic) => Array.from({ length: queues }, (_, queueId) => ({ topic, queueId })));
    const task: Omit<FramePullerTask, 'port'> = { target: { host, port }, queues: all, connections: Math.ceil(connections / places.length), consumerGroup, pullBatch, from: fromOf(command) };
    return { role: 'receive', file: new URL('./frame-puller.ts', import.meta.url), task };
  });
}

function sdkConsumers(command: LoadCommand, _: readonly Place[], connections: number): GeneratorJob[] {
  const { pullBatch, namesrvAddr = '' } = command;
  const task: Omit<SdkConsumerTask, 'port'> = { namesrvAddr, topics: topicNames(command), connections, consumerGroup: groupOf(command), pullBatch, from: fromOf(command), name: nextRunId() };
  return [{ role: 'receive', file: new URL('./sdk-consumer.ts', import.meta.url), task }];
}

function fromOf({ mode }: LoadCommand): 'first' | 'last' {
  return mode === 'consume' ? 'first' : 'last';
}

/** A new group has no offsets and reads everything. */
function groupOf({ consumerGroup }: LoadCommand): string {
  return consumerGroup ?? `benchmark_consumer_${nextRunId()}`;
}

function loadShape({ bodyBytes, inFlight, perSecond }: LoadCommand, connections: number, ownPerSecond: number): LoadShape {
  return perSecond === undefined
    ? { kind: 'closed', connections, inFlight, bodyBytes }
    : { kind: 'open', connections, bodyBytes, perSecond: ownPerSecond, shareOfAsyncMaximum: Number.NaN };
}

function dealt(count: number, parts: number, at: number): number {
  return Math.floor(count / parts) + (at < count % parts ? 1 : 0);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(`load: ${error instanceof Error ? error.message : String(error)}\n${isUsage ? 'See --help.\n' : ''}`);
  process.exitCode = isUsage ? 2 : 1;
}
