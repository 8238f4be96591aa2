// How late the event loop of a broker comes under a steady load of 70 % of what it can take (goal P19).
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { rocketmqTs } from '../contenders/installations.ts';
import { withoutFailure } from '../load/failures.ts';
import { type LoadFigures, LoadRunner } from '../load/load-runner.ts';
import { describeMachine } from '../report/machine.ts';
import { goalTable } from '../report/goal-table.ts';
import { mebibytes, millis, millisOf, percent, perSecond } from '../report/units.ts';
import { say } from '../run/measurement.ts';
import { readOptions } from '../run/options.ts';
import { type Bench, runBenchmark } from './benchmark.ts';
import { type LoopDelay, LoopDelayProbe } from './loop-delay.ts';
import { timedStart } from './timed-start.ts';
import { runOn } from './processors.ts';

const HELP = `Event-loop delay of our broker under a steady load: 70 % of the rate that it takes at most.

  npx nx run benchmarks:steady [--quick] [--rounds N] [--seconds S] [--report FILE]

  --quick    15 seconds
  --rounds   how often it is measured, each time on a fresh store (default 1)
  --seconds  how long each steady load lasts (default 300); its log grows by up to 50 MB/s
  --report   write the report there instead of printing it
`;

const HOST = '127.0.0.1';
const SHARE = 0.7;
const BODY_BYTES = 128;
const CONNECTIONS = 4;
const MAXIMUM = { kind: 'closed', connections: CONNECTIONS, inFlight: 16, bodyBytes: BODY_BYTES } as const;
const MAXIMUM_TIMES = { warmUpSeconds: 3, measureSeconds: 5 };
const WARM_UP_SECONDS = 3;

type Placement = 'a processor of its own' | 'shared with the generator';

interface Run {
  readonly placement: Placement;
  readonly atMost: number;
  readonly load: LoadFigures;
  readonly delay: LoopDelay;
}

const options = readOptions(HELP, { rounds: 1, seconds: 300, quickSeconds: 15 });
const placements: readonly Placement[] = cpus().length > 1 ? ['a processor of its own', 'shared with the generator'] : ['shared with the generator'];
const runs: Run[] = [];

async function measure(bench: Bench): Promise<void> {
  rocketmqTs.prepare();
  for (let round = 0; round < options.rounds; round++) {
    for (const placement of placements) {
      say(`round ${round + 1}/${options.rounds}, the broker has ${placement}: `);
      const others = placement === 'shared with the generator' ? ALL_PROCESSORS : ALL_BUT_FIRST;
      // Threads that are started from here on run where this one does.
      runOn(others, process.pid);
      const runner = new LoadRunner();
      try {
        runs.push(await run(bench, runner, placement));
      } finally {
        await runner.close();
      }
    }
  }
}

const FIRST_PROCESSOR = '0';
const ALL_BUT_FIRST = `1-${Math.max(1, cpus().length - 1)}`;
const ALL_PROCESSORS = `0-${cpus().length - 1}`;

async function run({ namesrvAddr, folder, signal }: Bench, runner: LoadRunner, placement: Placement): Promise<Run> {
  const home = join(folder, 'broker');
  const probe = new LoopDelayProbe(join(folder, 'loop-delay.json'));
  const { program, port } = await probe.whileStarting(() => timedStart(rocketmqTs, { home, namesrvAddr }));
  try {
    runOn(placement === 'shared with the generator' ? ALL_PROCESSORS : FIRST_PROCESSOR, program.pid);
    const target = { host: HOST, port };
    say(`the most it takes … `);
    const { sendsPerSecond: atMost } = withoutFailure(await runner.run(target, MAXIMUM, MAXIMUM_TIMES, [program.pid], signal));
    say(`${perSecond(atMost)}; ${options.seconds} s at ${percent(SHARE)} of it … `);
    const steady = { kind: 'open', connections: CONNECTIONS, bodyBytes: BODY_BYTES, perSecond: atMost * SHARE, shareOfAsyncMaximum: SHARE } as const;
    // The first seconds of the steady load are measured as well: nothing is left out after what went before.
    await probe.ask(program.pid);
    const load = withoutFailure(await runner.run(target, steady, { warmUpSeconds: WARM_UP_SECONDS, measureSeconds: options.seconds }, [program.pid], signal));
    const delay = await probe.ask(program.pid);
    say(`${perSecond(load.sendsPerSecond)}, loop delay p99 ${millisOf(delay.p99)}, max ${millisOf(delay.max)}\n`);
    return { placement, atMost, load, delay };
  } finally {
    await program.stop();
    rmSync(home, { recursive: true });
  }
}

function report(): string | undefined {
  if (runs.length === 0) return undefined;
  const worst = (placement: Placement, figure: (run: Run) => number): number => {
    const own = runs.filter((one) => one.placement === placement);
    return own.length === 0 ? Number.NaN : Math.max(...own.map(figure));
  };
  const goals = goalTable(
    placements.flatMap((placement) => [
      { id: 'P19', what: `event-loop delay at ${percent(SHARE)} load, p99; ${placement}`, bound: 'at most' as const, target: 10, figure: worst(placement, ({ delay }) => delay.p99), unit: millisOf },
      { id: 'P19', what: `the same, max; ${placement}`, bound: 'at most' as const, target: 100, figure: worst(placement, ({ delay }) => delay.max), unit: millisOf },
    ]),
  );
  const rows = runs.map(({ placement, atMost, load, delay }) => {
    const { p50, p99, p999, max, utilization } = delay;
    const failed = load.failed === 0 ? '' : ` (${load.failed} failed: ${load.firstFailure ?? ''})`;
    const memory = mebibytes(load.processes[0]?.residentMiB ?? Number.NaN);
    const rt = `${millis(load.rt.p50)} / ${millis(load.rt.p99)} / ${millis(load.rt.max)}`;
    return `| ${placement} | ${perSecond(atMost)} | ${perSecond(load.sendsPerSecond)}${failed} | ${millisOf(p50)} | ${millisOf(p99)} | ${millisOf(p999)} | ${millisOf(max)} | ${percent(utilization)} | ${rt} | ${memory} |`;
  });
  return `# Steady load

Our broker (defaults, ASYNC_FLUSH), messages of ${BODY_BYTES} B from ${CONNECTIONS} connections: first a closed loop of ${CONNECTIONS} × 16 in flight says what it takes at most, then ${options.seconds} s
at a fixed ${percent(SHARE)} of that (open loop: response times count from when a send was due). The delay of the event loop is measured in the broker's process
(\`monitorEventLoopDelay\`, every 2 ms) from the first second of the steady load on. Once the broker has a processor of its own (\`taskset\`), once the
generator's threads compete with it for all of them: what it waits for one counts then as well. ${options.rounds} rounds; of several the worst decides.
${describeMachine()}

${goals}

| the broker's processor | at most | steady | loop delay p50 | p99 | p99.9 | max | loop busy | RT p50 / p99 / max | resident |
|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

await runBenchmark({ name: 'steady', reportFile: options.report, measure, report });
