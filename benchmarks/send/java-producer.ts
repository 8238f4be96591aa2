// The same brokers through Java's own benchmark producer, as its users run it, and how soon each takes its first send (goals P1j, P14).
import { javaAvailable, makeTempFolder, startJava } from '@rocketmq-ts/testkit';
import { type Contender, javaDefault, javaTuned, ours } from '../contenders/contenders.ts';
import { interleaved } from '../load/interleaved.ts';
import { figureOf, quote } from '../report/figure.ts';
import { decide } from '../report/goals.ts';
import { describeMachine } from '../report/machine.ts';
import { median, spread } from '../report/statistics.ts';
import { perSecond, times } from '../report/units.ts';
import { measureAndReport, type Place, say } from '../run/measurement.ts';
import { readOptions } from '../run/options.ts';

const CONTENDERS = [ours, javaDefault, javaTuned];
const HELP = `Java's benchmark producer (-w 64 -s 128) on rocketmq-ts and on Java 4.6.0, default and tuned, in turn (goal P1j).

  npx nx run benchmarks:java-producer -- [--report benchmarks/reports/java-producer.md]

  --rounds N          interleaved rounds (default 3)
  --seconds N         of each measurement in steps of ten, after ten of warm-up (default 30)
  --quick             one round of 10 s
  --contenders NAME,… some of ${CONTENDERS.map(({ name }) => name).join(', ')}
  --report FILE       write the report there instead of printing it
  --help
`;
/** It prints a line that often. */
const PRINT_SECONDS = 10;
const LINE = /Send TPS: (\d+) Max RT: (\d+) Average RT: +([\d.]+) Send Failed: (\d+)/g;

const options = readOptions(HELP, { rounds: 3, seconds: 30, quickSeconds: PRINT_SECONDS, fractions: true, lists: { contenders: CONTENDERS.map(({ name }) => name) } });
/** Lines of each measurement. */
const prints = Math.max(1, Math.round(options.seconds / PRINT_SECONDS));
/** Of each round. */
const samples: Sample[][] = [];

interface Sample {
  readonly contender: string;
  readonly tps: number;
  readonly averageRtMs: number;
  readonly failed: number;
  readonly firstSendMs: number;
}

async function sample(contender: Contender): Promise<Sample> {
  const broker = await contender.start({});
  using folder = makeTempFolder('bench-producer');
  const producer = startJava({
    mainClass: 'org.apache.rocketmq.example.benchmark.Producer',
    args: ['-n', broker.namesrvAddr, '-w', '64', '-s', '128', '-t', 'BenchmarkTest'],
    home: folder.path,
    maxHeap: '1g',
    optimise: true,
  });
  try {
    const printed = await producer.waitUntil((output) => {
      const found = [...output.matchAll(LINE)];
      return found.length > prints ? found : undefined;
    }, (prints + 4) * PRINT_SECONDS * 1000, 'enough lines of Java’s benchmark producer');
    // The first is warm-up.
    const measured = printed.slice(1);
    return {
      contender: contender.name,
      tps: median(measured.map((print) => Number(print[1]))),
      averageRtMs: median(measured.map((print) => Number(print[3]))),
      failed: Math.max(...printed.map((print) => Number(print[4]))),
      firstSendMs: broker.firstSendMs,
    };
  } finally {
    await producer.stop();
    await broker.stop();
  }
}

function report(): string | undefined {
  if (samples.flat().length === 0) return undefined;
  const ratios = samples.flatMap((round) => {
    const own = round.find(({ contender }) => contender === ours.name);
    const java = round.filter(({ contender }) => contender !== ours.name);
    return own === undefined || java.length === 0 ? [] : [own.tps / Math.max(...java.map(({ tps }) => tps))];
  });
  const figure = figureOf(ratios);
  const { verdict, because } = decide(figure, { kind: 'at least', target: 1.5, unit: times });
  const rows = CONTENDERS.flatMap(({ name }) => {
    const own = samples.flat().filter(({ contender }) => contender === name);
    if (own.length === 0) return [];
    const first = spread(own.map((one) => one.firstSendMs), (n) => `${n.toFixed(0)} ms`);
    return [`| ${name} | ${spread(own.map(({ tps }) => tps), perSecond)} | ${median(own.map((one) => one.averageRtMs)).toFixed(2)} ms | ${own.reduce((sum, one) => sum + one.failed, 0)} | ${first} |`];
  });
  return `# Java's benchmark producer, and the first send

\`org.apache.rocketmq.example.benchmark.Producer -w 64 -s 128\` of 4.6.0 (which takes most of both cores itself), ${options.rounds} interleaved
rounds of ${prints * PRINT_SECONDS} s after ${PRINT_SECONDS} s of warm-up, a fresh store for each. First send: from the start of the process (\`sh bin/mqbroker\` for
ours, \`java … BrokerStartup\` for Java) to the first answer SUCCESS. ${describeMachine()}

| goal | what | this run | met |
|---|---|---|---|
| P1j | sends/s: at least 1.5 × Java, the better of default and tuned | ${quote(figure, times)} | ${verdict === 'met' ? 'yes' : `**${verdict}**: ${because}`} |

| broker | sends/s, median (min … max) | average RT | failed | first send after |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

async function measure({ signal }: Place): Promise<void> {
  const java = javaAvailable();
  if (!java.available) throw new Error(`Java's producer cannot run: ${java.reason}`);
  const contenders = CONTENDERS.filter(({ name }) => options.contenders.includes(name));
  for (let round = 0; round < options.rounds; round++) {
    const own: Sample[] = [];
    samples.push(own);
    for (const contender of interleaved(contenders, round)) {
      signal.throwIfAborted();
      say(`round ${round + 1}/${options.rounds} ${contender.name} … `);
      const one = await sample(contender);
      own.push(one);
      say(`${one.tps}/s, average RT ${one.averageRtMs} ms, first send after ${one.firstSendMs.toFixed(0)} ms\n`);
    }
  }
}

await measureAndReport({ name: 'java-producer', reportFile: options.report, measure, report });
