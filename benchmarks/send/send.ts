// Sends per second, response times, processor time and memory of the brokers side by side, in one interleaved run.
import { writeFileSync } from 'node:fs';
import { javaAvailable } from '@rocketmq-ts/testkit';
import type { Contender } from '../contenders/contenders.ts';
import { natsMissing } from '../contenders/nats/nats-server.ts';
import { interleaved } from '../load/interleaved.ts';
import { LoadRunner } from '../load/load-runner.ts';
import { residentMiB } from '../load/process-figures.ts';
import { describeMachine } from '../report/machine.ts';
import { millis, perSecond } from '../report/units.ts';
import { measureDiskSync } from './disk-sync.ts';
import { parseSendOptions, type SendOptions, UsageError } from './options.ts';
import { sendReport } from './report.ts';
import type { SendSample } from './samples.ts';
import { type Scenario, scenarios } from './scenarios.ts';

const CONTENDERS = [...new Set(scenarios.flatMap(({ contenders }) => contenders))].map(({ name }) => name);
const HELP = `Sends to rocketmq-ts, Java 4.6.0 (default and tuned), NATS JetStream and a bare Node loop, in turn, and says which of the goals
P1, P2, P3, P5 and P15 are met.

  npx nx run benchmarks:send -- [--report benchmarks/reports/send.md]

  --rounds N          interleaved rounds (default 3)
  --seconds N         of each measurement, after half as much warm-up (default 10); one at a time with ASYNC_FLUSH six times that
  --quick             one round of 2 s
  --only ID,…         some of ${scenarios.map(({ id }) => id).join(', ')}
  --contenders NAME,… some of ${CONTENDERS.join(', ')}
  --report FILE       write the report there instead of printing it
  --help

Java needs a JDK and takes its jars from Maven Central; NATS needs Go and is built once. What is missing is left out, and the report says so.
Ctrl-C ends the run and reports what there is.
`;

/** A broker that has just started still compiles and collects; its memory is read after that. */
const SETTLE_MS = 1500;
const say = (text: string): boolean => process.stderr.write(text);

class SendBenchmark {
  readonly samples: SendSample[] = [];
  readonly incomplete: string[] = [];
  readonly #options: SendOptions;
  readonly #runner = new LoadRunner();
  readonly #interrupted = new AbortController();

  constructor(options: SendOptions) {
    this.#options = options;
  }

  /** Everything that is not there has its reason in `incomplete`. */
  async run(): Promise<void> {
    const interrupt = (): void => this.#interrupted.abort(new Error('interrupted'));
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    try {
      const missing = this.#missing();
      for (const scenario of this.chosen) await this.#runScenario(scenario, missing);
    } catch (error) {
      if (!this.#interrupted.signal.aborted) throw error;
      this.incomplete.push('interrupted');
    } finally {
      await this.#runner.close();
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    }
  }

  get chosen(): Scenario[] {
    const { only, contenders } = this.#options;
    return scenarios
      .filter(({ id }) => only?.includes(id) ?? true)
      .map((scenario) => ({ ...scenario, contenders: scenario.contenders.filter(({ name }) => contenders?.includes(name) ?? true) }));
  }

  get isInterrupted(): boolean {
    return this.#interrupted.signal.aborted;
  }

  /** Beginnings of the names of those that cannot be had here. */
  #missing(): string[] {
    const java = javaAvailable();
    const noNats = natsMissing();
    if (!java.available) this.incomplete.push(`no Java: ${java.reason}`);
    if (noNats !== undefined) this.incomplete.push(`no NATS: ${noNats}`);
    return [...(java.available ? [] : ['Java']), ...(noNats === undefined ? [] : ['NATS'])];
  }

  async #runScenario(scenario: Scenario, missing: readonly string[]): Promise<void> {
    const contenders = scenario.contenders.filter(({ name }) => !missing.some((start) => name.startsWith(start)));
    for (let round = 0; round < this.#options.rounds; round++) {
      for (const contender of interleaved(contenders, round)) {
        this.#interrupted.signal.throwIfAborted();
        say(`${scenario.id} round ${round + 1}/${this.#options.rounds} ${contender.name} … `);
        const outcome = await this.#sample(contender, scenario, round).catch((error: Error) => {
          this.#interrupted.signal.throwIfAborted();
          return error;
        });
        if (outcome instanceof Error) {
          say(`${outcome.message}\n`);
          this.incomplete.push(`${scenario.id}, round ${round + 1}, ${contender.name}: ${outcome.message}`);
          continue;
        }
        const { sendsPerSecond, rt, failed, firstFailure } = outcome;
        say(`${perSecond(sendsPerSecond)} p50 ${millis(rt.p50)} p99 ${millis(rt.p99)}${failed > 0 ? ` FAILED ${failed}: ${firstFailure}` : ''}\n`);
        this.samples.push(outcome);
      }
    }
  }

  async #sample(contender: Contender, scenario: Scenario, round: number): Promise<SendSample> {
    const { flushDiskType, connections, inFlight, bodyBytes, longer } = scenario;
    const diskSyncP50Us = flushDiskType === 'SYNC_FLUSH' ? measureDiskSync() : undefined;
    const broker = await contender.start({ flushDiskType });
    try {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const idleMiB = residentMiB(broker.pid);
      const measureSeconds = this.#options.seconds * longer;
      const times = { warmUpSeconds: this.#options.seconds / 2, measureSeconds };
      const load = { kind: 'closed', connections, inFlight, bodyBytes } as const;
      const { processes, ...figures } = await this.#runner.run(broker, load, times, [broker.pid], this.#interrupted.signal);
      const { cpuUsPerSend = Number.NaN, residentMiB: loadedMiB = Number.NaN } = processes[0] ?? {};
      return { ...figures, scenario: scenario.id, contender: contender.name, round, cpuUsPerSend, idleMiB, loadedMiB, firstSendMs: broker.firstSendMs, diskSyncP50Us };
    } finally {
      await broker.stop();
    }
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const options = parseSendOptions(argv, scenarios.map(({ id }) => id), CONTENDERS);
  if (options === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const benchmark = new SendBenchmark(options);
  await benchmark.run();
  const { samples, incomplete, chosen } = benchmark;
  const command = `npx nx run benchmarks:send${argv.length === 0 ? '' : ` -- ${argv.join(' ')}`}`;
  const report = sendReport({ ...options, machine: describeMachine(), command, scenarios: chosen, samples, incomplete });
  if (options.report === undefined) process.stdout.write(report);
  else writeFileSync(options.report, report);
  return benchmark.isInterrupted ? 130 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(`send: ${error instanceof Error ? error.message : String(error)}\n${isUsage ? 'See --help.\n' : ''}`);
  process.exitCode = isUsage ? 2 : 1;
}
