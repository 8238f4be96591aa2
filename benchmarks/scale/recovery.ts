// How long a broker needs after a crash, and with ten thousand queues, until it takes sends again (goal P13).
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { interleaved } from '../load/interleaved.ts';
import { LoadRunner } from '../load/load-runner.ts';
import { describeMachine } from '../report/machine.ts';
import { median, spread } from '../report/statistics.ts';
import { goalTable } from '../report/goal-table.ts';
import { seconds, times } from '../report/units.ts';
import { say } from '../run/measurement.ts';
import { readOptions } from '../run/options.ts';
import { type Bench, runBenchmark } from './benchmark.ts';
import { CONTENDER_WORDS, type Contender, contendersOf, JAVA, OURS } from './contenders.ts';
import { copyStore, fillStore, loseCheckpoint, settleDisk, type StoreContent } from './stores.ts';
import { timedStart } from './timed-start.ts';

const HELP = `From the start of a broker's process to its first accepted send, on stores that are there already: ours and Java's.

  npx nx run benchmarks:recovery [--quick] [--rounds N] [--only rocketmq-ts,java] [--report FILE]

  --quick    a quarter of a GiB and 1,000 queues, one round
  --rounds   how often each is measured (default 3), in the order A-B-B-A
  --only     some of: ${CONTENDER_WORDS.join(', ')}
  --report   write the report there instead of printing it
`;

const GIB = 2 ** 30;
const BODY_BYTES = 1024;
/** Load before the kill, so that it finds a broker at work. */
const KILL_LOAD = { kind: 'closed', connections: 4, inFlight: 16, bodyBytes: BODY_BYTES } as const;
const KILL_AFTER = { warmUpSeconds: 0.5, measureSeconds: 2.5 };

type Situation = 'clean' | 'crash, checkpoint lost' | 'kill -9';

interface Store {
  readonly key: 'log' | 'queues';
  readonly title: string;
  readonly content: StoreContent;
}

interface Sample {
  readonly store: Store;
  readonly situation: Situation;
  readonly contender: string;
  readonly ms: number;
}

const options = readOptions(HELP, { rounds: 3, lists: { only: CONTENDER_WORDS } });
const logBytes = options.quick ? GIB / 4 : GIB;
const topics = options.quick ? 250 : 2500;
/** In this order on one copy: the last one makes it grow. */
const SITUATIONS: readonly Situation[] = ['clean', 'crash, checkpoint lost', 'kill -9'];
const stores: readonly Store[] = [
  {
    key: 'log',
    title: `${(logBytes / GIB).toFixed(2)} GiB of log, 1 KiB messages, 4 queues`,
    content: { topics: ['ScaleTest'], queuesPerTopic: 4, bodyBytes: BODY_BYTES, logBytes },
  },
  {
    key: 'queues',
    title: `${(topics * 4).toLocaleString('en')} queues (${topics.toLocaleString('en')} topics × 4), 128 MiB of log`,
    content: { topics: Array.from({ length: topics }, (_, n) => `ScaleTest${n}`), queuesPerTopic: 4, bodyBytes: BODY_BYTES, logBytes: GIB / 8 },
  },
];
const contenders = contendersOf(options.only);
const samples: Sample[] = [];

async function measure(bench: Bench): Promise<void> {
  for (const { installation } of contenders) installation.prepare();
  const runner = new LoadRunner();
  try {
    for (const store of stores) {
      say(`${store.title}: is being made … `);
      const homes = await makeStores(bench, store);
      say('done\n');
      for (const situation of SITUATIONS) {
        for (let round = 0; round < options.rounds; round++) {
          for (const contender of interleaved(contenders, round)) {
            bench.signal.throwIfAborted();
            say(`${store.title}, ${situation}, round ${round + 1}/${options.rounds}, ${contender.name} … `);
            const ms = await sample(bench, runner, { home: homes.get(contender) ?? '', situation, contender });
            say(`${seconds(ms)}\n`);
            samples.push({ store, situation, contender: contender.name, ms });
          }
        }
      }
      for (const home of homes.values()) rmSync(home, { recursive: true });
    }
  } finally {
    await runner.close();
  }
}

/** The same bytes for everybody. */
async function makeStores({ folder, signal }: Bench, { key, content }: Store): Promise<ReadonlyMap<Contender, string>> {
  const homes = new Map(contenders.map((contender, index) => [contender, join(folder, `${key}-${index}`)]));
  const [first = '', ...others] = homes.values();
  await fillStore(first, content, signal);
  for (const other of others) copyStore(first, other);
  return homes;
}

interface Case {
  readonly home: string;
  readonly situation: Situation;
  readonly contender: Contender;
}

async function sample({ namesrvAddr, signal }: Bench, runner: LoadRunner, { home, situation, contender }: Case): Promise<number> {
  const place = { home, namesrvAddr };
  if (situation === 'crash, checkpoint lost') loseCheckpoint(home);
  if (situation === 'kill -9') {
    const { program, port } = await timedStart(contender.installation, place);
    await runner.run({ host: '127.0.0.1', port }, KILL_LOAD, KILL_AFTER, [], signal);
    program.kill();
    await program.waitForExit(10_000);
  }
  settleDisk();
  const { program, firstSendMs } = await timedStart(contender.installation, place);
  if (situation === 'clean') await program.stop(60_000);
  else {
    program.kill();
    await program.waitForExit(10_000);
  }
  return firstSendMs;
}

function report(): string | undefined {
  if (samples.length === 0) return undefined;
  const of = (store: Store, situation: Situation, contender: string): number[] =>
    samples.filter((one) => one.store === store && one.situation === situation && one.contender === contender).map(({ ms }) => ms);
  const figure = (key: Store['key'], situation: Situation, contender = OURS): number => {
    const own = of(stores.find((store) => store.key === key) as Store, situation, contender);
    return own.length === 0 ? Number.NaN : median(own);
  };
  const lost = 'crash, checkpoint lost';
  // The start of the process would count as if there were one for each part of a GiB.
  const forGib = options.quick ? Number.NaN : figure('log', lost);
  const goals = goalTable([
    { id: 'P13', what: 'abnormal recovery for each GiB of 1 KiB messages', bound: 'at most', target: 1500, figure: forGib, unit: seconds },
    { id: 'P13', what: "the same, to Java's", bound: 'at most', target: 1, figure: figure('log', lost) / figure('log', lost, JAVA), unit: times },
    { id: 'P13', what: `a store of ${(topics * 4).toLocaleString('en')} queues, closed in order`, bound: 'at most', target: 3000, figure: figure('queues', 'clean'), unit: seconds },
    { id: 'P13', what: 'the same after kill -9', bound: 'at most', target: 3000, figure: figure('queues', 'kill -9'), unit: seconds },
    { id: 'P13', what: 'the same with its checkpoint lost', bound: 'at most', target: 3000, figure: figure('queues', lost), unit: seconds },
  ]);
  const tables = stores.map((store) => {
    const rows = SITUATIONS.flatMap((situation) =>
      contenders.flatMap(({ name }) => {
        const own = of(store, situation, name);
        return own.length === 0 ? [] : [`| ${situation} | ${name} | ${spread(own, seconds)} |`];
      }),
    );
    return `### ${store.title}\n\n| how it ended | broker | first accepted send after, median (min … max) |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Recovery

From the start of a broker's process to its first accepted send, on a store that is there already: all of it counts, also the start of Node and of the
JVM. Each broker starts on a copy of its own of the same bytes, made by our store in the common file formats (commit log, consume queues, index), in the
page cache and settled on the disk. ${options.rounds} rounds in the order A-B-B-A, defaults of both (both verify the CRC of every body they recover; Java -Xmx3g).

- **crash, checkpoint lost**: the file \`abort\` is there, \`checkpoint\` and the files that only our store knows are not. Both have to look at the whole log,
  record by record, and to hold it against the queues and index; nothing tells either how far it got.
- **kill -9**: the broker was started on the copy, took 1 KiB messages at 4 × 16 in flight for three seconds, and was killed; each finds what it has left itself.
- **clean**: closed in order.

${describeMachine()}

${goals}

${tables.join('\n')}`;
}

await runBenchmark({ name: 'recovery', reportFile: options.report, measure, report });
