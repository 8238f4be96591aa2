// How soon a broker on an empty store takes its first message, what it costs while nobody needs it, and how long
// operators wait for mqadmin (goals P14, P15).
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rocketmqTs } from '../contenders/installations.ts';
import { interleaved } from '../load/interleaved.ts';
import { residentMiB } from '../load/process-figures.ts';
import { describeMachine } from '../report/machine.ts';
import { median, spread } from '../report/statistics.ts';
import { goalTable } from '../report/goal-table.ts';
import { mebibytes, millisOf, seconds, times } from '../report/units.ts';
import { say, sleep } from '../run/measurement.ts';
import { readOptions } from '../run/options.ts';
import { type Bench, runBenchmark } from './benchmark.ts';
import { CONTENDER_WORDS, type Contender, contendersOf, JAVA, OURS } from './contenders.ts';
import { settleDisk } from './stores.ts';
import { timedStart } from './timed-start.ts';

const HELP = `Start of a broker on an empty store, its memory while idle, and all commands of mqadmin.

  npx nx run benchmarks:start [--quick] [--rounds N] [--seconds S] [--only rocketmq-ts,java] [--report FILE]

  --quick    one round
  --rounds   how often each is measured (default 10), in the order A-B-B-A
  --seconds  how long a broker is idle before its memory is read (default 5, quick 2)
  --only     some of: ${CONTENDER_WORDS.join(', ')}
  --report   write the report there instead of printing it
`;

interface Start {
  readonly contender: string;
  readonly firstSendMs: number;
  readonly idleMiB: number;
}

interface Command {
  readonly name: string;
  readonly ms: number;
}

const TOPIC = 'StartTest';
const MQADMIN = fileURLToPath(new URL('../../bin/mqadmin', import.meta.url));

const options = readOptions(HELP, { rounds: 10, seconds: 5, quickSeconds: 2, lists: { only: CONTENDER_WORDS } });
const contenders = contendersOf(options.only);
const starts: Start[] = [];
const commands: Command[] = [];

async function measure(bench: Bench): Promise<void> {
  for (const { installation } of contenders) installation.prepare();
  // Servers write their code cache some seconds after the first start that follows a build.
  const [first] = contenders;
  if (first?.name === OURS) await startOnce(bench, first, 6);
  for (let round = 0; round < options.rounds; round++) {
    for (const contender of interleaved(contenders, round)) {
      say(`start, round ${round + 1}/${options.rounds}, ${contender.name} … `);
      const start = await startOnce(bench, contender, options.seconds);
      say(`${seconds(start.firstSendMs)}, idle ${mebibytes(start.idleMiB)}\n`);
      starts.push(start);
    }
  }
  await measureCommands(bench);
}

async function startOnce({ folder, namesrvAddr, signal }: Bench, { name, installation }: Contender, idleSeconds: number): Promise<Start> {
  const home = join(folder, 'broker');
  mkdirSync(home);
  settleDisk();
  const { program, firstSendMs } = await timedStart(installation, { home, namesrvAddr });
  try {
    await sleep(idleSeconds * 1000, signal);
    return { contender: name, firstSendMs, idleMiB: residentMiB(program.pid) };
  } finally {
    await program.stop();
    rmSync(home, { recursive: true });
  }
}

/** Each as an operator calls it, to its last line of output. */
async function measureCommands({ folder, namesrvAddr, signal }: Bench): Promise<void> {
  const { program, port } = await timedStart(rocketmqTs, { home: join(folder, 'administered'), namesrvAddr });
  try {
    const broker = `127.0.0.1:${port}`;
    const firstMessage = `7F000001${port.toString(16).padStart(8, '0')}${'0'.repeat(16)}`.toUpperCase();
    const all: readonly (readonly string[])[] = [
      ['--help'],
      ['updateTopic', '-b', broker, '-t', TOPIC],
      ['topicRoute', '-t', TOPIC],
      ['topicStatus', '-t', TOPIC],
      ['topicList'],
      ['topicList', '-c'],
      ['clusterList'],
      ['clusterList', '-m'],
      ['brokerStatus', '-b', broker],
      ['getBrokerConfig', '-b', broker],
      ['queryMsgById', '-i', firstMessage],
    ];
    for (let round = 0; round < options.rounds; round++) {
      for (const words of all) {
        signal.throwIfAborted();
        const ms = await mqadmin(words, namesrvAddr);
        const name = words.filter((word) => !/^-[bti]$|[0-9]/.test(word) && word !== TOPIC).join(' ');
        say(`mqadmin ${name}, round ${round + 1}/${options.rounds}: ${millisOf(ms)}\n`);
        commands.push({ name, ms });
      }
    }
  } finally {
    await program.stop();
  }
}

/** Milliseconds. @throws Error when it does not succeed */
function mqadmin(words: readonly string[], namesrvAddr: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn('sh', [MQADMIN, ...words], { env: { ...process.env, NAMESRV_ADDR: namesrvAddr }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => {
      const ms = performance.now() - startedAt;
      if (code === 0) resolve(ms);
      else reject(new Error(`mqadmin ${words.join(' ')} ended with ${code}\n${output}`));
    });
  });
}

function report(): string | undefined {
  if (starts.length + commands.length === 0) return undefined;
  const of = (contender: string): Start[] => starts.filter((start) => start.contender === contender);
  const first = (contender: string): number => medianOf(of(contender).map(({ firstSendMs }) => firstSendMs));
  const names = [...new Set(commands.map(({ name }) => name))];
  const timesOf = (name: string): number[] => commands.filter((command) => command.name === name).map(({ ms }) => ms);
  const slowest = Math.max(...names.map((name) => median(timesOf(name))));
  const goals = goalTable([
    { id: 'P14', what: 'process start to first accepted send, empty store', bound: 'at most', target: 400, figure: first(OURS), unit: millisOf },
    { id: 'P14', what: "the same, to Java's", bound: 'at most', target: 0.3, figure: first(OURS) / first(JAVA), unit: times },
    { id: 'P14', what: 'the slowest command of mqadmin', bound: 'at most', target: 400, figure: names.length === 0 ? Number.NaN : slowest, unit: millisOf },
    { id: 'P15', what: 'resident memory, idle', bound: 'at most', target: 90, figure: medianOf(of(OURS).map(({ idleMiB }) => idleMiB)), unit: mebibytes },
  ]);
  const startRows = contenders.flatMap(({ name }) => {
    const own = of(name);
    if (own.length === 0) return [];
    return [`| ${name} | ${spread(own.map(({ firstSendMs }) => firstSendMs), millisOf)} | ${spread(own.map(({ idleMiB }) => idleMiB), mebibytes)} |`];
  });
  const commandRows = names.map((name) => `| ${name} | ${spread(timesOf(name), millisOf)} |`);
  return `# Start

Brokers on empty stores, defaults of both (Java -Xmx3g), ${options.rounds} rounds in the order A-B-B-A: from the start of the process to the first accepted
send, and resident memory ${options.seconds} s later. Ours starts from V8's code cache, which the first start after a build writes: that one is not counted.
Commands of mqadmin as \`sh bin/mqadmin COMMAND\`, from spawn to exit, with our broker and name server running; all of them succeeded.
${describeMachine()}

${goals}

| broker | first accepted send after, median (min … max) | resident, idle |
|---|---|---|
${startRows.join('\n')}

| mqadmin | spawn to exit, median (min … max) |
|---|---|
${commandRows.join('\n')}
`;
}

function medianOf(numbers: readonly number[]): number {
  return numbers.length === 0 ? Number.NaN : median(numbers);
}

await runBenchmark({ name: 'start', reportFile: options.report, measure, report });
