// What synchronous replication costs: master-slave pairs of each implementation, or a cluster of one's own, under many loads.
// See --help, and benchmarks/README.md on how to read the report.
import { measureRoundTrip } from '../contenders/delay-proxy.ts';
import { freeProxyPort } from '../contenders/installations.ts';
import { LoadRunner } from '../load/load-runner.ts';
import { folded } from '../report/folded-profile.ts';
import { INTERVAL_US, profilePair } from '../report/profiled-pair.ts';
import { writeSyncReplicationReport } from '../report/write-report.ts';
import { runPlan, type Stage } from './campaign.ts';
import { type LocalContender, localContender, localStage, whyNot } from './local-stage.ts';
import { commitFacts, machineFacts } from './machine-facts.ts';
import { HELP, type Options, parseOptions, UsageError } from './options.ts';
import { expectedSeconds, type PlannedContender, planRun, VARIANTS } from './plan.ts';
import { Progress } from './progress.ts';
import { spoken } from './remaining-time.ts';
import { checkRemote, remoteStage } from './remote-stage.ts';
import type { ContenderFacts, ProfileRun, SyncReplicationResults } from './results.ts';

const PROFILED_LOAD = { kind: 'closed', connections: 4, inFlight: 16, bodyBytes: 128 } as const;
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

interface Field {
  readonly stage: Stage;
  readonly facts: readonly ContenderFacts[];
  readonly planned: readonly PlannedContender[];
  /** Until a cluster of this contender is ready. */
  startSeconds(name: string): number;
  /** Who cannot take part, and why. */
  readonly absent: readonly string[];
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

function localField({ contenders, times }: Options, runner: LoadRunner, commit: string, signal: AbortSignal): Field {
  const absent: string[] = [];
  const present: LocalContender[] = [];
  for (const id of contenders) {
    const contender = localContender(id, commit);
    const reason = whyNot(contender);
    if (reason === undefined) present.push(contender);
    else absent.push(reason);
  }
  for (const line of absent) say(line);
  if (present.length === 0) throw new Error('nobody is left to be measured');
  return {
    stage: localStage(present, runner, times, signal),
    facts: present.map(({ facts }) => facts),
    planned: present.map(({ facts, inVariants }) => ({ name: facts.name, inVariants })),
    startSeconds: (name) => present.find(({ facts }) => facts.name === name)?.startSeconds ?? 0,
    absent,
  };
}

async function remoteField(remote: NonNullable<Options['remote']>, runner: LoadRunner, signal: AbortSignal): Promise<Field> {
  const asyncMaster = await checkRemote(remote.asyncMaster, 'ASYNC_MASTER', remote.topic);
  const syncMaster = await checkRemote(remote.syncMaster, 'SYNC_MASTER', remote.topic);
  const { name, topic } = remote;
  const of = (checked: typeof asyncMaster): string => `${checked.flushes}, ${checked.queues} queues of ${topic}`;
  const description = `a cluster of its own: ASYNC_MASTER with ${of(asyncMaster)}; SYNC_MASTER with ${of(syncMaster)}; not empty`;
  const version = [...new Set([asyncMaster.version, syncMaster.version])].join(' and ');
  return {
    stage: remoteStage(remote, Math.min(asyncMaster.queues, syncMaster.queues), runner, signal),
    facts: [{ name, implementation: 'remote', version, description }],
    planned: [{ name, inVariants: true }],
    startSeconds: () => 1,
    absent: [],
  };
}

/** Loopback, and what the proxies make of it. */
async function haRoundTrips({ variants, remote }: Options): Promise<NonNullable<SyncReplicationResults['haRoundTrips']>> {
  if (remote !== undefined) return [];
  const found = [];
  for (const delayMs of new Set([0, ...variants.map((name) => VARIANTS[name].delayMs)])) {
    found.push({ delayMs, p50Ms: await measureRoundTrip(delayMs, delayMs === 0 ? 0 : await freeProxyPort()) });
  }
  return found;
}

/** @throws Error with the cause; what was measured before is in nobody's way */
async function profileRun({ quick }: Options, runner: LoadRunner, signal: AbortSignal): Promise<ProfileRun> {
  const measureSeconds = quick ? 2 : 6;
  const { role, sendsPerSecond, processes } = await profilePair('SYNC_MASTER', PROFILED_LOAD, measureSeconds, runner, signal);
  return { role, load: PROFILED_LOAD, warmUpSeconds: measureSeconds / 2, measureSeconds, intervalUs: INTERVAL_US, sendsPerSecond, processes: processes.map(({ name, calls }) => folded(name, calls)) };
}

async function run(options: Options, signal: AbortSignal): Promise<void> {
  const startedAt = new Date().toISOString();
  const commit = commitFacts();
  const runner = new LoadRunner();
  try {
    const field = options.remote === undefined ? localField(options, runner, `commit ${commit.id}`, signal) : await remoteField(options.remote, runner, signal);
    const { times, rounds, quick } = options;
    const steps = planRun({ ...options, contenders: field.planned });
    const expected = steps.map((step) => ({ kind: step.contender, seconds: expectedSeconds(step, times, field.startSeconds(step.contender)) }));
    if (steps[0] === undefined) throw new Error('nothing is left to be measured: who was named does not take part in the variants that were named');
    field.stage.checkRoom(steps[0]);
    const machine = machineFacts();
    const roundTrips = await haRoundTrips(options);
    signal.throwIfAborted();
    say(`${steps.length} clusters, about ${spoken(expected.reduce((sum, { seconds }) => sum + seconds, 0))}${quick ? '; the figures of a quick run are indications only' : ''}`);
    const progress = new Progress(expected);
    const { samples, incomplete } = await runPlan(steps, times, field.stage, progress, signal).finally(() => progress.stop());
    const failures = [...incomplete];
    let profile: ProfileRun | undefined;
    if (options.profile && !signal.aborted) {
      say('profile of our own pair');
      try {
        profile = await profileRun(options, runner, signal);
      } catch (error) {
        failures.push(`without a profile: ${(error as Error).message}`);
      }
    }
    const results: SyncReplicationResults = {
      format: 1,
      startedAt,
      endedAt: new Date().toISOString(),
      incomplete: [...field.absent, ...failures],
      command: ['npx nx run benchmarks:sync-replication', ...process.argv.slice(2)].join(' '),
      commit,
      machine,
      rounds,
      warmUpSeconds: times.warmUpSeconds,
      measureSeconds: times.measureSeconds,
      pairWarmUpSeconds: times.pairWarmUpSeconds,
      quick,
      haRoundTrips: roundTrips,
      contenders: field.facts,
      samples,
      ...(profile === undefined ? {} : { profile }),
    };
    for (const line of results.incomplete) say(`incomplete: ${line}`);
    if (samples.length === 0) throw new Error('nothing was measured, so no report is written');
    for (const file of await writeSyncReplicationReport(results, options.reportBase)) say(`written: ${file}`);
    if (failures.length > 0) process.exitCode ||= 1;
  } finally {
    await runner.close();
  }
}

const interrupted = new AbortController();
for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
  process.on(signal, () => {
    if (!interrupted.signal.aborted) say(`\n${signal}: stops, clears away, writes what it has`);
    interrupted.abort(new Error(`interrupted by ${signal}`));
    process.exitCode = SIGNALS[signal];
  });
}
try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(HELP);
  else await run(options, interrupted.signal);
} catch (error) {
  say((error as Error).message);
  if (error instanceof UsageError) say('see --help');
  process.exitCode ||= error instanceof UsageError ? 2 : 1;
}
// What an ended load leaves open must not hold the process up.
process.exit();
