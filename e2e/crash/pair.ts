/**
 * kill -9 of masters under load, with a slave beside each: ours with ours, and mixed with Java on either side. In every
 * cycle, with the master dead: each message answered SEND_OK is served by the slave at the place its answer named; the
 * slave's log is a prefix of the master's files, byte for byte; a consumer group finishes the backlog from the slave.
 * With the master back: it is master again, no committed offset went back, and the next cycle begins.
 *
 *   npm run test:crash-pair                       50 cycles: 30 ours with ours, 10 with a slave of Java, 10 with a master of Java
 *   CRASH_CYCLES=100                              another number, in the same proportion
 *   CRASH_PAIRS=ours-ours:6,java-ours:2           master-slave:cycles, in this order
 *   CRASH_CONSUMER=java                           Java's push consumer in the place of ours; it may wait 33 s for a dead master
 *   CRASH_FLUSH=SYNC_FLUSH                        with durable writes on both sides
 *   KEEP_TEMP=1                                   leaves the folders for a look
 */
import { createTopic, logEnd, topicNames, Code } from '../interop/harness/broker-questions.ts';
import { differences } from '../interop/harness/log-files.ts';
import { ReplicaPair } from '../interop/harness/replica-pair.ts';
import { until } from '../interop/harness/until.ts';
import { expectNothingWentBack, expectPrefix, QUEUES, runCycle, TOPIC } from './pair/cycle.ts';
import type { CycleAccount, Running } from './pair/cycle.ts';
import { startConsumerGroup } from '../interop/harness/consumer-group.ts';
import { RecordingLoad } from './pair/load.ts';
import { OffsetWatch } from '../interop/harness/offset-watch.ts';
import { plannedPairs } from './pair/plan.ts';
import type { PlannedPair } from './pair/plan.ts';
import { Served } from './pair/served.ts';

const WAIT_MS = 40_000;

interface PairAccount {
  readonly name: string;
  readonly cycles: readonly CycleAccount[];
  readonly acknowledged: number;
  readonly failure: string | undefined;
}

async function killMasters({ name, master, slave, cycles }: PlannedPair): Promise<PairAccount> {
  const done: CycleAccount[] = [];
  let acknowledged = 0;
  let cycle = 0;
  const pair = await ReplicaPair.create({ purpose: `crash-${name}`, makers: { master, slave }, namesrvs: ['ours'], config: { flushDiskType: process.env['CRASH_FLUSH'] ?? 'ASYNC_FLUSH' } });
  const stop: Array<() => Promise<void>> = [() => pair[Symbol.asyncDispose]()];
  try {
    const run = await begin(pair, stop);
    while (cycle < cycles) {
      cycle += 1;
      const account = await runCycle(run, cycle);
      done.push(account);
      acknowledged = run.load.acknowledged;
      console.log(`${name} ${cycle}/${cycles}: ${lineOf(account)}; so far ${run.load.account()}`);
    }
    await expectSameInTheEnd(run);
    return { name, cycles: done, acknowledged, failure: undefined };
  } catch (error) {
    const where = `${name} cycle ${cycle} of ${cycles} (folder ${pair.home}${process.env['KEEP_TEMP'] === '1' ? '' : ', removed; KEEP_TEMP=1 leaves it'})`;
    return { name, cycles: done, acknowledged, failure: `${where}: ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    for (const step of stop.reverse()) await step();
  }
}

/** A slave with the topic's configuration, a group that consumes, and producers under way. */
async function begin(pair: ReplicaPair, stop: Array<() => Promise<void>>): Promise<Running> {
  const master = await pair.start('master');
  await createTopic(await pair.ask('master'), TOPIC, QUEUES);
  await pair.start('slave');
  await pair.replicating();
  await until(`${TOPIC} at the slave`, async () => ((await topicNames(await pair.ask('slave'))).includes(TOPIC) ? true : 'absent'), WAIT_MS);
  const offsets = new OffsetWatch(pair);
  stop.push(() => offsets.stop());
  const group = await startConsumerGroup(process.env['CRASH_CONSUMER'] === 'java' ? 'java' : 'ours', { home: pair.home, namesrvAddr: pair.namesrvAddr }, TOPIC);
  stop.push(() => group.stop());
  const load = new RecordingLoad(master.address, TOPIC, QUEUES);
  stop.push(() => load.stop());
  return { pair, load, group, served: new Served(TOPIC, QUEUES), offsets, comparedEnd: 0 };
}

/** All that was ever stored is served by both, and at rest the files are the same to the last byte. */
async function expectSameInTheEnd(run: Running): Promise<void> {
  const { pair, load, group } = run;
  await pair.replicating();
  await load.stop();
  await group.stop();
  expectNothingWentBack(run);
  const master = await pair.ask('master');
  const slave = await pair.ask('slave');
  for (const wire of [master, slave]) await new Served(TOPIC, QUEUES).expectAll(wire, load.answered, ({ code }) => code >= Code.SUCCESS, WAIT_MS);
  const end = await logEnd(master);
  await until('the slave has all of the log', async () => ((await logEnd(slave)) === end ? true : `${await logEnd(slave)} of ${end}`), WAIT_MS);
  await pair.broker('master').program.stop();
  await pair.broker('slave').program.stop();
  run.comparedEnd = 0;
  expectPrefix(run, end);
  const [difference] = differences(pair.files('slave'), pair.files('master'), 0, end);
  if (difference !== undefined) throw new Error(`at rest the two logs differ at ${difference.physicalOffset}, behind the blank of a file`);
}

function lineOf({ backlog, backlogMs, startMs, totalMs, offsetsLostByMaster }: CycleAccount): string {
  const lost = offsetsLostByMaster === 0 ? '' : `, ${offsetsLostByMaster} offsets of its own lower than before`;
  return `backlog of ${backlog} finished from the slave ${Math.round(backlogMs)} ms after the kill; master back in ${Math.round(startMs)} ms${lost}; ${(totalMs / 1000).toFixed(1)} s`;
}

function summaryOf({ name, cycles, acknowledged, failure }: PairAccount): string {
  const spread = (figures: readonly number[]): string => {
    const sorted = [...figures].sort((a, b) => a - b).map(Math.round);
    return `${sorted[0] ?? '-'} / ${sorted[Math.floor(sorted.length / 2)] ?? '-'} / ${sorted.at(-1) ?? '-'}`;
  };
  const lost = cycles.filter((cycle) => cycle.offsetsLostByMaster > 0).length;
  return `${name}: ${cycles.length} kills, ${acknowledged} messages answered SEND_OK, ${failure === undefined ? 'none lost, logs the same' : 'FAILED'}; ` +
    `backlog finished after ${spread(cycles.map((cycle) => cycle.backlogMs))} ms, master back after ${spread(cycles.map((cycle) => cycle.startMs))} ms (min / median / max)` +
    (lost === 0 ? '' : `; Java's master came back with older offsets in ${lost} cycles`);
}

async function main(): Promise<number> {
  let pairs: readonly PlannedPair[];
  try {
    pairs = plannedPairs(process.env);
  } catch (error) {
    console.error(`crash-pair: ${(error as Error).message}`);
    return 2;
  }
  const accounts: PairAccount[] = [];
  for (const planned of pairs) accounts.push(await killMasters(planned));
  for (const account of accounts) console.log(`crash-pair: ${summaryOf(account)}`);
  const failures = accounts.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  for (const failure of failures) console.error(`crash-pair: ${failure}`);
  return failures.length === 0 ? 0 : 1;
}

process.exitCode = await main();
