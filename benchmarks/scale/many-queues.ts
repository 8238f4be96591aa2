// What ten thousand queues cost beside one: throughput, memory, descriptors (goal P16).
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withSuccess } from '../load/failures.ts';
import { interleaved } from '../load/interleaved.ts';
import { type LoadFigures, LoadRunner, topicNames } from '../load/load-runner.ts';
import { residentMiB } from '../load/process-figures.ts';
import { describeMachine } from '../report/machine.ts';
import { median, spread } from '../report/statistics.ts';
import { goalTable } from '../report/goal-table.ts';
import { kibibytes, mebibytes, millis, percent, perSecond } from '../report/units.ts';
import { say, sleep } from '../run/measurement.ts';
import { readOptions } from '../run/options.ts';
import { type Bench, runBenchmark } from './benchmark.ts';
import { CONTENDER_WORDS, type Contender, contendersOf, OURS } from './contenders.ts';
import { settleDisk, writeTopics } from './stores.ts';
import { timedStart } from './timed-start.ts';

const HELP = `Sends to one queue and to ten thousand (2,500 topics × 4), each on a fresh store.

  npx nx run benchmarks:many-queues [--quick] [--rounds N] [--seconds S] [--only rocketmq-ts,java] [--report FILE]

  --quick    one round of 4 s
  --rounds   how often each is measured (default 3), in the order A-B-B-A
  --seconds  how long the load is measured (default 8), after 8 s in which the queues are made
  --only     some of: ${CONTENDER_WORDS.join(', ')}
  --report   write the report there instead of printing it
`;

interface Spread {
  readonly topics: number;
  readonly queues: number;
}

interface Sample extends Spread {
  readonly contender: string;
  readonly load: LoadFigures;
  /** Some seconds after the load. */
  readonly quietMiB: number;
  readonly descriptors: number;
}

const LOAD = { kind: 'closed', connections: 4, inFlight: 16, bodyBytes: 128, topic: 'ScaleTest' } as const;
const SPREADS: readonly Spread[] = [
  { topics: 1, queues: 1 },
  { topics: 2500, queues: 4 },
];
/** Ten thousand queues are made in the first seconds: a folder and a file for each. */
const WARM_UP_SECONDS = 8;
const QUIET_MS = 2000;

const options = readOptions(HELP, { rounds: 3, seconds: 8, quickSeconds: 4, lists: { only: CONTENDER_WORDS } });
const contenders = contendersOf(options.only);
const cases = contenders.flatMap((contender) => SPREADS.map((each) => ({ contender, spread: each })));
const samples: Sample[] = [];
const countOf = ({ topics, queues }: Spread): number => topics * queues;

async function measure(bench: Bench): Promise<void> {
  for (const { installation } of contenders) installation.prepare();
  const runner = new LoadRunner();
  try {
    for (let round = 0; round < options.rounds; round++) {
      for (const { contender, spread: each } of interleaved(cases, round)) {
        bench.signal.throwIfAborted();
        say(`round ${round + 1}/${options.rounds}, ${contender.name}, ${countOf(each)} queues … `);
        const one = await sample(bench, runner, contender, each);
        say(`${perSecond(one.load.sendsPerSecond)}, ${mebibytes(one.load.processes[0]?.residentMiB ?? 0)}, ${one.descriptors} descriptors\n`);
        samples.push(one);
      }
    }
  } finally {
    await runner.close();
  }
}

async function sample({ folder, namesrvAddr, signal }: Bench, runner: LoadRunner, { name, installation }: Contender, { topics, queues }: Spread): Promise<Sample> {
  const home = join(folder, 'broker');
  writeTopics(home, topicNames({ topic: LOAD.topic, topics }), queues);
  settleDisk();
  const { program, port } = await timedStart(installation, { home, namesrvAddr });
  try {
    const times = { warmUpSeconds: WARM_UP_SECONDS, measureSeconds: options.seconds };
    const load = withSuccess(await runner.run({ host: '127.0.0.1', port }, { ...LOAD, topics, queues }, times, [program.pid], signal));
    const descriptors = readdirSync(`/proc/${program.pid}/fd`).length;
    await sleep(QUIET_MS, signal);
    return { topics, queues, contender: name, load, quietMiB: residentMiB(program.pid), descriptors };
  } finally {
    program.kill();
    await program.waitForExit(10_000);
    rmSync(home, { recursive: true });
  }
}

function report(): string | undefined {
  if (samples.length === 0) return undefined;
  const of = (contender: string, { topics }: Spread): Sample[] => samples.filter((one) => one.contender === contender && one.topics === topics);
  const middle = (contender: string, each: Spread, figure: (one: Sample) => number): number => {
    const own = of(contender, each);
    return own.length === 0 ? Number.NaN : median(own.map(figure));
  };
  const [one, many] = SPREADS as [Spread, Spread];
  const rate = ({ load }: Sample): number => load.sendsPerSecond;
  const loadedMiB = ({ load }: Sample): number => load.processes[0]?.residentMiB ?? Number.NaN;
  const perQueue = (contender: string, figure: (one: Sample) => number): number => ((middle(contender, many, figure) - middle(contender, one, figure)) * 1024) / (countOf(many) - countOf(one));
  const goals = goalTable([
    { id: 'P16', what: 'sends per second kept, 1 → 10,000 queues', bound: 'at least', target: 0.9, figure: middle(OURS, many, rate) / middle(OURS, one, rate), unit: percent },
    { id: 'P16', what: 'resident memory for each queue more, under load', bound: 'at most', target: 4, figure: perQueue(OURS, loadedMiB), unit: kibibytes },
  ]);
  const rows = contenders.flatMap(({ name }) =>
    SPREADS.flatMap((each) => {
      const own = of(name, each);
      if (own.length === 0) return [];
      const failed = own.reduce((sum, { load }) => sum + load.failed, 0);
      const cells = [
        name,
        countOf(each).toLocaleString('en'),
        spread(own.map(rate), perSecond) + (failed === 0 ? '' : ` (${failed} failed: ${own.find(({ load }) => load.failed > 0)?.load.firstFailure ?? ''})`),
        percent(middle(name, each, rate) / middle(name, one, rate)),
        millis(middle(name, each, ({ load }) => load.rt.p99)),
        `${middle(name, each, ({ load }) => load.processes[0]?.cpuUsPerSend ?? Number.NaN).toFixed(1)} µs`,
        spread(own.map(loadedMiB), mebibytes),
        mebibytes(middle(name, each, ({ quietMiB }) => quietMiB)),
        String(Math.max(...own.map(({ descriptors }) => descriptors))),
      ];
      return [`| ${cells.join(' | ')} |`];
    }),
  );
  return `# Many queues

Sends of ${LOAD.bodyBytes} B at ${LOAD.connections} × ${LOAD.inFlight} in flight to one queue and, in turn, to all of ${countOf(many).toLocaleString('en')} queues (${many.topics.toLocaleString('en')} topics × ${many.queues}): each message to another queue than the
one before. ${options.rounds} rounds in the order A-B-B-A, each on a fresh store, ${options.seconds} s after ${WARM_UP_SECONDS} s of warm-up, in which the queues are made. Defaults of both (Java -Xmx3g).
The generator itself has ${countOf(many).toLocaleString('en')} frames to touch instead of one, which is its part of the difference. Resident memory at the end of the load, and ${QUIET_MS / 1000} s later.
${describeMachine()}

${goals}

| broker | queues | sends/s, median (min … max) | kept | RT p99 | CPU per send | resident under load | ${QUIET_MS / 1000} s later | descriptors |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

await runBenchmark({ name: 'many-queues', reportFile: options.report, measure, report });
