import { createSeededRandom, type Disk } from '@rocketmq-ts/kernel';
import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { SeamStore } from '../store-pair.ts';
import type { Ending } from './history.ts';
import { CheckFailed } from './check-store.ts';
import { MasterStream } from './master-stream.ts';
import { checkReplica, ReplicaLife, type ReplicaWorld } from './replica-life.ts';

/** One death of a replica: see `CrashPoint`. */
export interface ReplicaPoint {
  readonly role: 'SLAVE';
  readonly flush: 'SYNC_FLUSH' | 'ASYNC_FLUSH';
  readonly death: 'kill' | 'crash';
  readonly seed: number;
  /** The process dies inside its nth call that changes the disk; 0: not at all. */
  readonly atCall: number;
  /** Some writes fail before. */
  readonly diskFails?: boolean;
}

const FILE_SIZE = 16 * 1024;
const ROUNDS = 10;
const ROUNDS_AFTER = 3;

/**
 * Runs a replica into its death, opens what is left, holds it against its master's log; follows on, often dies again,
 * may be opened as a master in between, and is equal to the master's log in the end.
 *
 * @returns calls of the first process that change the disk
 * @throws Error whose message says how to replay it
 */
export async function runReplicaPoint(point: ReplicaPoint, planted?: (disk: Disk) => Disk): Promise<number> {
  try {
    return await live(point, planted);
  } catch (error) {
    const replay = `CRASH_POINT='${JSON.stringify(point)}' npx vitest run packages/store/test/crash/replay.test.ts`;
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n  replay: ${replay}`, { cause: error });
  }
}

async function live(point: ReplicaPoint, planted: ((disk: Disk) => Disk) | undefined): Promise<number> {
  const simulation = createSimulation(point.seed);
  const random = createSeededRandom(point.seed ^ 0x51a7e);
  const files = { mappedFileSizeCommitLog: FILE_SIZE, flushIntervalCommitLog: 10, flushCommitLogLeastPages: 0 };
  const master = await SeamStore.open(files, 'master', simulation);
  const replica = new SeamStore(simulation, 'replica', { ...files, flushDiskType: point.flush, brokerRole: 'SLAVE' });
  if (planted !== undefined) replica.disk = planted;
  const stream = new MasterStream(master, random, random.below(2) === 0);
  const world: ReplicaWorld = { simulation, replica, stream, random, promised: { reported: 0, durable: 0 }, isSyncFlush: point.flush === 'SYNC_FLUSH' };

  if (random.below(3) === 0) {
    // It begins where Java's does: at the master's last file.
    for (let round = random.below(20); round > 0; round--) await stream.grow();
    stream.start = master.source.lastFileOffset;
  }

  const { faults } = replica.host.disk;
  if (point.atCall > 0) faults.dieAt(point.atCall, point.death);
  if (point.diskFails === true) {
    const systemCode = random.below(2) === 0 ? 'ENOSPC' : 'EIO';
    const path = (name: string): boolean => name.includes('/commitlog/') || name.endsWith('/tailguards');
    faults.fail({ call: random.below(6) === 0 ? 'create' : 'writeAt', systemCode, nth: 3 + random.below(20), times: 1 + random.below(4), path });
  }
  let ending = await liveOnce(world, point.death, ROUNDS);
  const calls = faults.changingCalls;
  faults.clear();

  if (random.below(2) === 0) {
    faults.dieAt(1 + random.below(30), point.death);
    ending = worse(ending, await liveOnce(world, point.death, ROUNDS_AFTER, ending));
    faults.clear();
  }
  await end(world, ending);
  return calls;
}

/** From opening to the end; checks what it finds when there was a process before. */
async function liveOnce(world: ReplicaWorld, death: 'kill' | 'crash', rounds: number, ending?: Ending): Promise<Ending> {
  const { replica, random } = world;
  const life = new ReplicaLife(world);
  if (!(await life.open())) return death;
  if (ending !== undefined) checkReplica(world, ending);
  await life.follow(rounds);
  if (!life.hasDied && random.below(3) === 0 && (await life.stop())) return 'stop';
  if (!life.hasDied) replica.host[death]();
  return death;
}

/** Nothing goes wrong any more: the logs become equal, and a clean stop leaves the log and nothing else. */
async function end(world: ReplicaWorld, ending: Ending): Promise<void> {
  const { replica, stream, random } = world;
  if (random.below(3) === 0) {
    // A change of role does no harm to the log, with guards in the one place or the other.
    const asMaster = new ReplicaLife(world);
    await asMaster.open('ASYNC_MASTER');
    checkReplica(world, ending);
    await asMaster.stop();
    ending = 'stop';
  }
  const life = new ReplicaLife(world);
  await life.open();
  checkReplica(world, ending);
  await life.catchUp();
  if (replica.tail.receivedEnd !== stream.end) throw new CheckFailed(`the replica stays at ${replica.tail.receivedEnd} of ${stream.end}`);
  await life.stop();
  const { disk } = replica.host;
  for (const name of ['abort', 'tailguards']) {
    if (disk.exists(`/store/${name}`)) throw new CheckFailed(`a clean stop leaves ${name}`);
  }
  const whole = replica.files(Infinity);
  const size = stream.end - stream.start;
  if (!whole.subarray(0, size).equals(stream.slice(stream.start, stream.end))) throw new CheckFailed('the logs are not the same bytes');
  if (whole.subarray(size).some((byte) => byte !== 0)) throw new CheckFailed('there is more than zeros behind the end');
}

/** Of two deaths, one after the other, the one that may take more. */
function worse(one: Ending, other: Ending): Ending {
  return one === 'crash' || other === 'crash' ? 'crash' : one === 'kill' || other === 'kill' ? 'kill' : 'stop';
}
