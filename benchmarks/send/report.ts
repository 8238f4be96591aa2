import { WIDE } from '../report/figure.ts';
import { micros, millis, perSecond } from '../report/units.ts';
import { median, spread } from '../report/statistics.ts';
import type { RoundTripTimes } from '../sync-replication/results.ts';
import { goalTable } from './goals.ts';
import type { SendSample, Value } from './samples.ts';
import type { Scenario } from './scenarios.ts';

export interface SendRun {
  readonly rounds: number;
  readonly seconds: number;
  readonly machine: string;
  readonly command: string;
  readonly scenarios: readonly Scenario[];
  readonly samples: readonly SendSample[];
  /** Why not everything is in here. */
  readonly incomplete: readonly string[];
}

export function sendReport({ rounds, seconds, machine, command, scenarios, samples, incomplete }: SendRun): string {
  const contenders = new Map(scenarios.flatMap((scenario) => scenario.contenders).map(({ name, description }) => [name, description]));
  const descriptions = [...contenders].map(([name, description]) => `- **${name}**: ${description}`);
  const busiest = Math.max(0, ...samples.map(({ generator }) => generator.utilization));
  return `# Sends per second

\`${command}\`: ${rounds} interleaved rounds (A-B-B-A) of ${seconds} s after ${seconds / 2} s of warm-up, a fresh store for each; one at a time with
ASYNC_FLUSH six times as long. Raw frames from worker threads (\`benchmarks/load\`), for NATS its own protocol with an acknowledgement for
each message, so the figures are the brokers'. RT to 0.1 µs or 0.1 %. ${machine}

The generator's loop was busy ${(busiest * 100).toFixed(0)} % of the time at most; where it was near 100 % it would be the limit.
${incomplete.length === 0 ? '' : `\n**Incomplete**: ${incomplete.join('; ')}.\n`}
${descriptions.join('\n')}

## Goals

Ratios are those of each round, quoted as median (least … greatest). A figure decides when its rounds agree: ≈ marks one of fewer than
three rounds or whose middle half is wider than ${WIDE * 100} % of it.

${goalTable(samples)}

## Figures

${scenarios.map((scenario) => scenarioTable(scenario, samples.filter((sample) => sample.scenario === scenario.id))).join('\n')}`;
}

function scenarioTable({ title, contenders }: Scenario, samples: readonly SendSample[]): string {
  const rows = contenders.flatMap(({ name }) => {
    const own = samples.filter(({ contender }) => contender === name);
    return own.length === 0 ? [] : [tableRow(name, own)];
  });
  const disk = samples.flatMap(({ diskSyncP50Us }) => diskSyncP50Us ?? []);
  return `### ${title}

| broker | sends/s, median (min … max) | RT p50 | p90 | p99 | p99.9 | p99.99 | max | CPU per send | RSS idle → loaded, MiB | first send after | generator: CPU per send, busy |
|---|---|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
${disk.length === 0 ? '' : `\nThe disk’s own write of 4 KiB with fdatasync, before each run: p50 ${spread(disk, millis)}.\n`}`;
}

function tableRow(name: string, own: readonly SendSample[]): string {
  const mid = (value: Value): number => median(own.map(value));
  const rt = (key: keyof RoundTripTimes): string => millis(mid((sample) => sample.rt[key]));
  const failed = own.reduce((sum, sample) => sum + sample.failed, 0);
  const failure = failed === 0 ? '' : ` (${failed} failed: \`${own.find(({ firstFailure }) => firstFailure)?.firstFailure?.slice(0, 120)}\`)`;
  const memory = `${mid((sample) => sample.idleMiB).toFixed(0)} → ${mid((sample) => sample.loadedMiB).toFixed(0)}`;
  const generator = `${micros(mid((sample) => sample.generator.cpuUsPerSend))}, ${(mid((sample) => sample.generator.utilization) * 100).toFixed(0)} %`;
  const times = (['p50', 'p90', 'p99', 'p999', 'p9999', 'max'] as const).map(rt).join(' | ');
  return `| ${name}${failure} | ${spread(own.map((sample) => sample.sendsPerSecond), perSecond)} | ${times} | ${micros(mid((sample) => sample.cpuUsPerSend))} | ${memory} | ${mid((sample) => sample.firstSendMs).toFixed(0)} ms | ${generator} |`;
}
