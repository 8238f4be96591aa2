// Sends per second, response times, processor time and memory of the brokers side by side, in one interleaved run.
import { javaAvailable } from '@rocketmq-ts/testkit';
import type { Contender } from '../contenders/contenders.ts';
import { natsMissing } from '../contenders/nats/nats-server.ts';
import { interleaved } from '../load/interleaved.ts';
import { LoadRunner } from '../load/load-runner.ts';
import { residentMiB } from '../load/process-figures.ts';
import { describeMachine } from '../report/machine.ts';
import { millis, perSecond } from '../report/units.ts';
import { measureAndReport, type Place, say, sleep } from '../run/measurement.ts';
import { readOptions } from '../run/options.ts';
import { measureDiskSync } from './disk-sync.ts';
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

const options = readOptions(HELP, { rounds: 3, seconds: 10, quickSeconds: 2, fractions: true, lists: { only: scenarios.map(({ id }) => id), contenders: CONTENDERS } });
const chosen = scenarios
  .filter(({ id }) => options.only.includes(id))
  .map((scenario) => ({ ...scenario, contenders: scenario.contenders.filter(({ name }) => options.contenders.includes(name)) }));
/** A broker that has just started still compiles and collects; its memory is read after that. */
const SETTLE_MS = 1500;
const samples: SendSample[] = [];
/** Why not everything is in the samples. */
const incomplete: string[] = [];

async function measure({ signal }: Place): Promise<void> {
  const runner = new LoadRunner();
  try {
    const missing = missingHere();
    for (const scenario of chosen) await runScenario(runner, scenario, missing, signal);
  } finally {
    await runner.close();
  }
}

/** Beginnings of the names of those that cannot be had here. */
function missingHere(): string[] {
  const java = javaAvailable();
  const noNats = natsMissing();
  if (!java.available) incomplete.push(`no Java: ${java.reason}`);
  if (noNats !== undefined) incomplete.push(`no NATS: ${noNats}`);
  return [...(java.available ? [] : ['Java']), ...(noNats === undefined ? [] : ['NATS'])];
}

async function runScenario(runner: LoadRunner, scenario: Scenario, missing: readonly string[], signal: AbortSignal): Promise<void> {
  const contenders = scenario.contenders.filter(({ name }) => !missing.some((start) => name.startsWith(start)));
  for (let round = 0; round < options.rounds; round++) {
    for (const contender of interleaved(contenders, round)) {
      signal.throwIfAborted();
      say(`${scenario.id} round ${round + 1}/${options.rounds} ${contender.name} … `);
      const outcome = await sample(runner, contender, scenario, round, signal).catch((error: Error) => {
        signal.throwIfAborted();
        return error;
      });
      if (outcome instanceof Error) {
        say(`${outcome.message}\n`);
        incomplete.push(`${scenario.id}, round ${round + 1}, ${contender.name}: ${outcome.message}`);
        continue;
      }
      const { sendsPerSecond, rt, failed, firstFailure } = outcome;
      say(`${perSecond(sendsPerSecond)} p50 ${millis(rt.p50)} p99 ${millis(rt.p99)}${failed > 0 ? ` FAILED ${failed}: ${firstFailure}` : ''}\n`);
      samples.push(outcome);
    }
  }
}

async function sample(runner: LoadRunner, contender: Contender, scenario: Scenario, round: number, signal: AbortSignal): Promise<SendSample> {
  const { flushDiskType, connections, inFlight, bodyBytes, longer } = scenario;
  const diskSyncP50Us = flushDiskType === 'SYNC_FLUSH' ? measureDiskSync() : undefined;
  const broker = await contender.start({ flushDiskType });
  try {
    await sleep(SETTLE_MS, signal);
    const idleMiB = residentMiB(broker.pid);
    const times = { warmUpSeconds: options.seconds / 2, measureSeconds: options.seconds * longer };
    const load = { kind: 'closed', connections, inFlight, bodyBytes } as const;
    const { processes, ...figures } = await runner.run(broker, load, times, [broker.pid], signal);
    const { cpuUsPerSend = Number.NaN, residentMiB: loadedMiB = Number.NaN } = processes[0] ?? {};
    return { ...figures, scenario: scenario.id, contender: contender.name, round, cpuUsPerSend, idleMiB, loadedMiB, firstSendMs: broker.firstSendMs, diskSyncP50Us };
  } finally {
    await broker.stop();
  }
}

function report(): string | undefined {
  if (samples.length === 0) return undefined;
  const argv = process.argv.slice(2);
  const command = `npx nx run benchmarks:send${argv.length === 0 ? '' : ` -- ${argv.join(' ')}`}`;
  return sendReport({ ...options, machine: describeMachine(), command, scenarios: chosen, samples, incomplete });
}

await measureAndReport({ name: 'send', reportFile: options.report, measure, report });
