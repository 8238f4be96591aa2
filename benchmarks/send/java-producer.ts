// The same brokers through Java's own benchmark producer, as its users run it, and how soon each takes its first send.
//
//   npx nx run benchmarks:java-producer [--rounds N] [--report FILE]
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { makeTempFolder, startJava } from '@rocketmq-ts/testkit';
import { type Contender, javaDefault, ours } from '../contenders/contenders.ts';
import { describeMachine } from '../report/machine.ts';
import { median, spread } from '../report/statistics.ts';

const { values: flags } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, report: { type: 'string' } } });
const rounds = Number(flags.rounds);
const PRINTS = 4; // one line every 10 s; the first is warm-up

interface Sample {
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
    const line = /Send TPS: (\d+) Max RT: (\d+) Average RT: +([\d.]+) Send Failed: (\d+)/g;
    const prints = await producer.waitUntil((output) => {
      const found = [...output.matchAll(line)];
      return found.length >= PRINTS ? found : undefined;
    }, (PRINTS + 3) * 10_000, 'enough lines of Java’s benchmark producer');
    const measured = prints.slice(1);
    return {
      tps: median(measured.map((print) => Number(print[1]))),
      averageRtMs: median(measured.map((print) => Number(print[3]))),
      failed: Math.max(...prints.map((print) => Number(print[4]))),
      firstSendMs: broker.firstSendMs,
    };
  } finally {
    await producer.stop();
    await broker.stop();
  }
}

const contenders = [ours, javaDefault];
const samples = new Map<Contender, Sample[]>(contenders.map((contender) => [contender, []]));
for (let round = 0; round < rounds; round++) {
  for (const contender of round % 2 === 0 ? contenders : [...contenders].reverse()) {
    process.stderr.write(`round ${round + 1}/${rounds} ${contender.name} … `);
    const one = await sample(contender);
    samples.get(contender)?.push(one);
    process.stderr.write(`${one.tps}/s, average RT ${one.averageRtMs} ms, first send after ${one.firstSendMs.toFixed(0)} ms\n`);
  }
}

const rows = [...samples].map(([{ name }, own]) => {
  const tps = spread(own.map((s) => s.tps / 1000), (n) => `${n.toFixed(1)}k/s`);
  const first = spread(own.map((s) => s.firstSendMs), (n) => `${n.toFixed(0)} ms`);
  return `| ${name} | ${tps} | ${median(own.map((s) => s.averageRtMs)).toFixed(2)} ms | ${own.reduce((sum, s) => sum + s.failed, 0)} | ${first} |`;
});
const report = `# Java's benchmark producer, and the first send

\`org.apache.rocketmq.example.benchmark.Producer -w 64 -s 128\` of 4.6.0 (which takes most of both cores itself), ${rounds} interleaved
rounds of ${(PRINTS - 1) * 10} s after 10 s of warm-up, a fresh store for each. First send: from the start of the process (\`sh bin/mqbroker\` for
ours, \`java … BrokerStartup\` for Java) to the first answer SUCCESS. ${describeMachine()}

| broker | sends/s, median (min … max) | average RT | failed | first send after |
|---|---|---|---|---|
${rows.join('\n')}
`;
if (flags.report === undefined) process.stdout.write(report);
else writeFileSync(flags.report, report);
