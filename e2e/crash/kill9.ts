/**
 * kill -9 under load: our broker is killed and started again, 20 times, while Java's own benchmark producer and a
 * recording sender of ours send to it. In the end every message that was answered SEND_OK must be read back once, at
 * the place its answer named. Prints the figures; exit code 1 when a message is lost, moved or double, or when the
 * broker took longer than a second to accept sends again.
 *
 *   npm run test:crash        CRASH_CYCLES=3 for a short run, CRASH_READY_MS to allow another time
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { javaAvailable, makeTempFolder, startJava } from '@rocketmq-ts/testkit';
import type { ChildProgram } from '@rocketmq-ts/testkit';
import { readTopic } from '../interop/harness/java-clients.ts';
import { brokerPort, startBroker, startNamesrv } from '../interop/harness/start-servers.ts';
import type { RunningBroker } from '../interop/harness/start-servers.ts';
import { firstAcceptedSend, Recorder } from './probe.ts';
import type { Accepted } from './probe.ts';

const CYCLES = Number(process.env['CRASH_CYCLES'] ?? 20);
const READY_MS_MAX = Number(process.env['CRASH_READY_MS'] ?? 1_000);
const TOPIC = 'CrashTest';
const RECORDER_CONNECTIONS = 4;
const RESTART_TIMEOUT_MS = 30_000;
/** Java's benchmark producer says every ten seconds how it goes. */
const BENCHMARK_START_MS = 40_000;
/** How many messages the recorder must have had answered in a cycle before the next kill. */
const ANSWERED = 100;
/** Load between a restart and the next kill: long enough for all clients to be back, each time another length. */
const loadMs = (cycle: number): number => 1_000 + ((cycle * 379) % 1_100);

interface Run {
  /** From the start of the process to the first accepted send. */
  readonly readyMs: readonly number[];
  /** Processor time the broker had used by then: what the wait would be on a machine with nothing else to do. */
  readonly readyCpuMs: readonly number[];
  readonly probed: readonly Accepted[];
}

async function main(): Promise<number> {
  const java = javaAvailable();
  if (!java.available) {
    console.log(`kill9: skipped: ${java.reason}`);
    return 0;
  }
  using folder = makeTempFolder('kill9');
  const programs: ChildProgram[] = [];
  try {
    const namesrv = await startNamesrv('ours', join(folder.path, 'namesrv'));
    programs.push(namesrv.program);
    const place = { home: folder.path, namesrvAddr: namesrv.address };
    const port = await brokerPort();
    const start = async (): Promise<RunningBroker> => await startBroker('ours', { namesrvAddr: namesrv.address, home: join(folder.path, 'broker'), port });
    const first = await start();
    const recorder = new Recorder({ port, topic: TOPIC }, RECORDER_CONNECTIONS);
    const benchmark = startLoad(folder.path, 'org.apache.rocketmq.example.benchmark.Producer', ['-n', namesrv.address, '-w', '64', '-s', '128']);
    programs.push(benchmark);
    await benchmark.waitForOutput(/Send TPS: [1-9]/, BENCHMARK_START_MS);
    const { broker, ...run } = await killAgainAndAgain(first, start, recorder, port);
    programs.push(broker.program);
    await recorder.stop();
    await benchmark.stop();
    console.log(benchmark.output.match(/Send TPS.*/g)?.slice(-3).join('\n') ?? '');
    return verdict(run, recorder.accepted, await readTopic(place, TOPIC));
  } finally {
    for (const program of programs.reverse()) await program.stop();
  }
}

function startLoad(home: string, mainClass: string, args: readonly string[]): ChildProgram {
  const ownHome = join(home, mainClass);
  mkdirSync(ownHome, { recursive: true });
  return startJava({ mainClass, args, home: ownHome, optimise: true });
}

async function killAgainAndAgain(first: RunningBroker, start: () => Promise<RunningBroker>, recorder: Recorder, port: number): Promise<Run & { readonly broker: RunningBroker }> {
  const readyMs: number[] = [];
  const readyCpuMs: number[] = [];
  const probed: Accepted[] = [];
  let broker = first;
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    await recorder.moreAnswered(ANSWERED, RESTART_TIMEOUT_MS);
    await new Promise((resolve) => setTimeout(resolve, loadMs(cycle)));
    broker.program.kill();
    await broker.program.waitForExit(RESTART_TIMEOUT_MS);
    const startedAt = performance.now();
    const starting = start();
    const [accepted] = await Promise.all([
      firstAcceptedSend(port, TOPIC, `probe-${cycle}`, RESTART_TIMEOUT_MS).then((answer) => {
        readyMs.push(performance.now() - startedAt);
        return answer;
      }),
      starting,
    ]);
    probed.push(accepted);
    broker = await starting;
    readyCpuMs.push(cpuMsOf(broker.program.pid));
    console.log(`cycle ${cycle + 1}: first send accepted ${Math.round(readyMs.at(-1) ?? 0)} ms after the start (${readyCpuMs.at(-1)} ms of processor time)`);
  }
  return { readyMs, readyCpuMs, probed, broker };
}

/** User and system time of a process, counted by Linux in ticks of 10 ms; 0 elsewhere. */
function cpuMsOf(pid: number): number {
  if (!existsSync(`/proc/${pid}/stat`)) return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function verdict({ readyMs, readyCpuMs, probed }: Run, recorded: readonly Accepted[], stored: readonly Accepted[]): number {
  const accepted = [...recorded, ...probed];
  const atPlace = new Map<string, Accepted>();
  const problems: string[] = [];
  const placeOf = (one: Accepted): string => `queue ${one.queueId} offset ${one.queueOffset}`;
  for (const one of stored) {
    if (atPlace.has(placeOf(one))) problems.push(`two messages at ${placeOf(one)}`);
    atPlace.set(placeOf(one), one);
  }
  for (const one of accepted) {
    const found = atPlace.get(placeOf(one));
    if (found === undefined) problems.push(`lost: ${one.body} at ${placeOf(one)}`);
    else if (found.body !== one.body || found.offsetMsgId !== one.offsetMsgId) problems.push(`another at ${placeOf(one)}: ${found.body} ${found.offsetMsgId}, answered ${one.body} ${one.offsetMsgId}`);
  }
  const places = new Set(accepted.map(placeOf));
  if (places.size !== accepted.length) problems.push(`${accepted.length - places.size} answers name a place that another answer names`);
  if (recorded.length < CYCLES * ANSWERED) problems.push(`only ${recorded.length} messages were answered: no load, no proof`);
  const slowest = Math.round(Math.max(...readyMs));
  if (slowest > READY_MS_MAX) problems.push(`ready again after ${slowest} ms, more than ${READY_MS_MAX}`);
  for (const problem of problems.slice(0, 20)) console.error(`kill9: ${problem}`);
  console.log(
    `kill9: ${CYCLES} kills, ${accepted.length} messages answered SEND_OK, ${stored.length} stored, ${problems.length} problems; ` +
      `ready again after ${spreadOf(readyMs)} ms, ${spreadOf(readyCpuMs)} ms of processor time (min / median / max)`,
  );
  return problems.length === 0 ? 0 : 1;
}

function spreadOf(figures: readonly number[]): string {
  const sorted = [...figures].sort((a, b) => a - b).map(Math.round);
  return `${sorted[0]} / ${sorted[Math.floor(sorted.length / 2)]} / ${sorted.at(-1)}`;
}

process.exitCode = await main();
