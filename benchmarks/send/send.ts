// Sends per second, response times, processor time and memory of the brokers side by side, in one interleaved run.
//
//   npx nx run benchmarks:send [--quick] [--rounds N] [--seconds S] [--only async-4x16,…] [--report FILE]
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { javaAvailable } from '@rocketmq-ts/testkit';
import { bareLoop, type Contender, javaDefault, javaTuned, ours } from '../contenders/contenders.ts';
import { LoadRunner } from '../load/load-runner.ts';
import { describeMachine } from '../report/machine.ts';
import { residentMiB } from '../load/process-figures.ts';
import { median, spread } from '../report/statistics.ts';
import type { RoundTripTimes } from '../sync-replication/results.ts';

interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly config: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly inFlight: number;
  readonly bodyBytes: number;
  readonly contenders: readonly Contender[];
}

interface Sample {
  readonly contender: string;
  readonly tps: number;
  readonly failed: number;
  readonly firstFailure: string | undefined;
  readonly rt: RoundTripTimes;
  readonly cpuUsPerSend: number;
  readonly idleMiB: number;
  readonly loadedMiB: number;
  readonly firstSendMs: number;
}

const scenarios: readonly Scenario[] = [
  { id: 'async-4x16', title: 'ASYNC_FLUSH, 4 connections × 16 in flight, 128 B', config: { flushDiskType: 'ASYNC_FLUSH' }, connections: 4, inFlight: 16, bodyBytes: 128, contenders: [ours, javaDefault, bareLoop] },
  { id: 'async-16x64', title: 'ASYNC_FLUSH, 16 connections × 64 in flight, 128 B', config: { flushDiskType: 'ASYNC_FLUSH' }, connections: 16, inFlight: 64, bodyBytes: 128, contenders: [ours, javaDefault, bareLoop] },
  { id: 'async-1x1', title: 'ASYNC_FLUSH, one at a time, 128 B', config: { flushDiskType: 'ASYNC_FLUSH' }, connections: 1, inFlight: 1, bodyBytes: 128, contenders: [ours, javaDefault, bareLoop] },
  { id: 'sync-4x16', title: 'SYNC_FLUSH, 4 connections × 16 in flight, 128 B', config: { flushDiskType: 'SYNC_FLUSH' }, connections: 4, inFlight: 16, bodyBytes: 128, contenders: [ours, javaTuned] },
];

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    only: { type: 'string' },
    contenders: { type: 'string' },
    report: { type: 'string' },
  },
});
const rounds = Number(flags.rounds ?? (flags.quick ? 1 : 3));
const seconds = Number(flags.seconds ?? (flags.quick ? 3 : 10));
const only = flags.only?.split(',');

const runner = new LoadRunner();

async function sample(contender: Contender, scenario: Scenario): Promise<Sample> {
  const broker = await contender.start(scenario.config);
  try {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const idleMiB = residentMiB(broker.pid);
    const load = { ...scenario, kind: 'closed' } as const;
    const times = { warmUpSeconds: seconds / 2, measureSeconds: seconds };
    const { processes, sendsPerSecond: tps, ...figures } = await runner.run({ host: '127.0.0.1', port: broker.port }, load, times, [broker.pid]);
    const { cpuUsPerSend = Number.NaN, residentMiB: loadedMiB = Number.NaN } = processes[0] ?? {};
    return { contender: contender.name, ...figures, tps, cpuUsPerSend, idleMiB, loadedMiB, firstSendMs: broker.firstSendMs };
  } finally {
    await broker.stop();
  }
}

const perSecond = (n: number) => `${(n / 1000).toFixed(1)}k/s`;
const millis = (us: number) => `${(us / 1000).toFixed(2)} ms`;

function table(scenario: Scenario, samples: readonly Sample[]): string {
  const lines = [
    `### ${scenario.title}`,
    '',
    '| broker | sends/s, median (min … max) | × Java | RT p50 | p99 | p99.9 | max | CPU µs per send | RSS idle → loaded, MiB | first send after, ms |',
    '|---|---|---|---|---|---|---|---|---|---|',
  ];
  const of = (name: string) => samples.filter((s) => s.contender === name);
  const java = samples.filter((s) => s.contender.startsWith('Java'));
  const base = java.length === 0 ? undefined : median(java.map((s) => s.tps));
  for (const { name } of scenario.contenders) {
    const own = of(name);
    if (own.length === 0) continue;
    const rt = (key: keyof RoundTripTimes) => millis(median(own.map((s) => s.rt[key])));
    const failed = own.reduce((sum, s) => sum + s.failed, 0);
    const ratio = base === undefined ? '–' : (median(own.map((s) => s.tps)) / base).toFixed(2);
    const memory = `${median(own.map((s) => s.idleMiB)).toFixed(0)} → ${median(own.map((s) => s.loadedMiB)).toFixed(0)}`;
    lines.push(
      `| ${name}${failed > 0 ? ` (${failed} sends failed: \`${own.find((s) => s.firstFailure)?.firstFailure?.slice(0, 120)}\`)` : ''} | ${spread(own.map((s) => s.tps), perSecond)} | ${ratio} | ${rt('p50')} | ${rt('p99')} | ${rt('p999')} | ${rt('max')} | ${median(own.map((s) => s.cpuUsPerSend)).toFixed(1)} | ${memory} | ${median(own.map((s) => s.firstSendMs)).toFixed(0)} |`,
    );
  }
  return `${lines.join('\n')}\n`;
}

const wanted = flags.contenders?.split(',');
const parts: string[] = [];
for (const scenario of scenarios) {
  if (only !== undefined && !only.includes(scenario.id)) continue;
  const contenders = scenario.contenders.filter((c) => (wanted === undefined || wanted.includes(c.name)) && (javaAvailable().available || !c.name.startsWith('Java')));
  const samples: Sample[] = [];
  for (let round = 0; round < rounds; round++) {
    // A-B-B-A: what drifts with time hits everybody alike.
    for (const contender of round % 2 === 0 ? contenders : [...contenders].reverse()) {
      process.stderr.write(`${scenario.id} round ${round + 1}/${rounds} ${contender.name} … `);
      const one = await sample(contender, scenario);
      process.stderr.write(`${perSecond(one.tps)} p50 ${millis(one.rt.p50)} p99 ${millis(one.rt.p99)}${one.failed > 0 ? ` FAILED ${one.failed}: ${one.firstFailure}` : ''}\n`);
      samples.push(one);
    }
  }
  parts.push(table(scenario, samples));
}
await runner.close();

const report = `# Sends per second

${rounds} interleaved rounds of ${seconds} s after ${seconds / 2} s of warm-up, a fresh store for each; raw frames from one worker thread
(\`benchmarks/load\`), so the figure is the broker's. ${describeMachine()}

${[...new Map(scenarios.flatMap((s) => s.contenders).map((c) => [c.name, c.description]))].map(([name, description]) => `- **${name}**: ${description}`).join('\n')}

${parts.join('\n')}`;
if (flags.report === undefined) process.stdout.write(report);
else writeFileSync(flags.report, report);
