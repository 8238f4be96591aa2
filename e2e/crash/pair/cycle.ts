/**
 * One cycle: load, kill -9 of the master, what the slave must have, the rest of the backlog from the slave, the master's
 * return. Everything waited for is an event that can be asked for, never a time.
 */
import { brokersAt, logEnd, maxQueueOffset, allConsumerOffsets, Code } from '../../interop/harness/broker-questions.ts';
import { differences } from '../../interop/harness/log-files.ts';
import { BROKER_NAME } from '../../interop/harness/replica-pair.ts';
import type { ReplicaPair } from '../../interop/harness/replica-pair.ts';
import { until } from '../../interop/harness/until.ts';
import { WireClient } from '../../interop/harness/wire.ts';
import type { ConsumerGroup } from '../../interop/harness/consumer-group.ts';
import type { RecordingLoad } from './load.ts';
import type { OffsetWatch } from '../../interop/harness/offset-watch.ts';
import type { Served } from './served.ts';

export const TOPIC = 'CrashPair';
export const QUEUES = 8;
const WAIT_MS = 40_000;
/** In every so many cycles the slave is killed first, and has to catch up under load. */
const SLAVE_EVERY = 4;
/** SEND_OK answers before the next kill: another number each time, so that kills fall into every part of a log file. */
const answersOf = (cycle: number): number => 6_000 + ((cycle * 379) % 4_000);

export interface Running {
  readonly pair: ReplicaPair;
  readonly load: RecordingLoad;
  readonly group: ConsumerGroup;
  readonly served: Served;
  readonly offsets: OffsetWatch;
  /** Up to here the slave's log has been held against the master's. */
  comparedEnd: number;
}

export interface CycleAccount {
  /** Messages that the group had not had when the master died. */
  readonly backlog: number;
  readonly backlogMs: number;
  /** From the start of the master's process to its boot line. */
  readonly startMs: number;
  readonly totalMs: number;
  /** What a master of Java lost of its own offsets; ours may not. */
  readonly offsetsLostByMaster: number;
}

/** @throws Error that says what was lost, moved or set back. */
export async function runCycle(run: Running, cycle: number): Promise<CycleAccount> {
  const { pair, load, group, offsets } = run;
  const startedAt = performance.now();
  await load.moreAcknowledged(answersOf(cycle) / 2, WAIT_MS);
  if (cycle % SLAVE_EVERY === 0) await killSlave(run);
  // In every other cycle the group has hundreds of messages before it when the master dies, else the last few.
  if (cycle % 2 === 1) group.hold();
  await load.moreAcknowledged(answersOf(cycle) / 2, WAIT_MS);
  await pair.kill('master');
  group.goOn();
  const killedAt = performance.now();
  await expectSlaveHasAll(run);
  const backlog = run.served.notIn(group.received).length;
  await expectBacklogFinished(run);
  const finishedAt = performance.now();
  await offsets.look('slave');
  const beginStart = performance.now();
  await pair.start('master');
  const startMs = performance.now() - beginStart;
  const offsetsLostByMaster = await expectOffsetsKept(run);
  await expectRoles(pair);
  return { backlog, backlogMs: finishedAt - killedAt, startMs, totalMs: performance.now() - startedAt, offsetsLostByMaster };
}

/** It goes on from what it had; only what is acknowledged afterwards says that it has caught up. */
async function killSlave({ pair, offsets }: Running): Promise<void> {
  await pair.kill('slave');
  offsets.forget('slave');
  await pair.start('slave');
}

async function expectSlaveHasAll(run: Running): Promise<void> {
  const slave = await run.pair.ask('slave');
  await run.served.expectAll(slave, run.load.answered, ({ code }) => code === Code.SUCCESS, WAIT_MS);
  expectPrefix(run, await logEnd(slave));
}

/** The slave's log up to `end` is that of the files the master has left. */
export function expectPrefix(run: Running, end: number): void {
  const [slave, master] = [run.pair.files('slave'), run.pair.files('master')];
  const [difference] = differences(slave, master, run.comparedEnd, end).filter(({ isBehindBlank }) => !isBehindBlank);
  if (difference !== undefined) throw new Error(`the slave's log differs from its master's at ${difference.physicalOffset}, below its end ${end}`);
  if (master.end < end) throw new Error(`the slave's log ends at ${end}, behind the master's files, which end at ${master.end}`);
  run.comparedEnd = end;
}

/** The group has everything that the slave serves, and its offsets at the slave say so. */
async function expectBacklogFinished({ pair, group, served }: Running): Promise<void> {
  const slave = await pair.ask('slave');
  await until('the group has all that the slave serves', async () => {
    await served.readOn(slave);
    const missing = served.notIn(group.received);
    return missing.length === 0 ? true : `${missing.length} of ${served.count} missing`;
  }, WAIT_MS);
  await until('its offsets at the slave say so', async () => {
    const committed = (await allConsumerOffsets(slave)).get(`${TOPIC}@${group.name}`);
    for (let queueId = 0; queueId < QUEUES; queueId += 1) {
      const end = await maxQueueOffset(slave, TOPIC, queueId);
      if (committed?.get(queueId) !== end) return `queue ${queueId}: ${committed?.get(queueId) ?? 'nothing'} of ${end}`;
    }
    return true;
  }, WAIT_MS);
}

/** Right after the boot line, before anybody can have committed what he still knows. */
async function expectOffsetsKept(run: Running): Promise<number> {
  const { pair, group, offsets } = run;
  const behind = await offsets.behindFurthest('master', group.name);
  expectNothingWentBack(run);
  if (pair.maker('master') === 'java') return behind.length; // Java's master does not ask its slaves
  if (behind.length > 0) throw new Error(`offsets that the master has set back: ${behind.join('; ')}`);
  return 0;
}

/**
 * Neither at our master nor at a slave. Java's pair does set them back, which is no news. Java's master also tells a
 * consumer that is ahead of its queues, as one can be who has read from the slave, to begin at 0 again, and he says so
 * to the slave. Source: store/DefaultMessageStore.java getMessage, OFFSET_OVERFLOW_BADLY (4.6.0)
 */
export function expectNothingWentBack({ pair, offsets }: Running): void {
  const master = offsets.takeWentBack('master');
  const slave = offsets.takeWentBack('slave');
  const isJavas = pair.maker('master') === 'java';
  const ofSlave = isJavas ? slave.filter((text) => pair.maker('slave') === 'ours' && !text.includes(': 0 after ')) : slave;
  const wentBack = [...(isJavas ? [] : master), ...ofSlave];
  if (wentBack.length > 0) throw new Error(`offsets went back: ${wentBack.join('; ')}`);
}

async function expectRoles(pair: ReplicaPair): Promise<void> {
  using namesrv = await WireClient.connect(pair.namesrvs[0]?.address ?? '');
  const wanted = `0=${pair.broker('master').address} 1=${pair.broker('slave').address}`;
  await until(`the name server knows ${wanted}`, async () => {
    const known = [...((await brokersAt(namesrv)).get(BROKER_NAME) ?? [])].sort(([a], [b]) => a - b).map(([id, address]) => `${id}=${address}`).join(' ');
    return known === wanted ? true : known;
  }, WAIT_MS);
}
