import { createSeededRandom } from '@rocketmq-ts/kernel';
import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { storeOptions } from '../store-options.ts';
import { checkIndex, checkStore } from './check-store.ts';
import { type Ending, History } from './history.ts';
import { type Planted, StoreLife, type World } from './store-life.ts';

/** One crash: which store, which seed, inside which of its disk calls, and what died. */
export interface CrashPoint {
  readonly flush: 'SYNC_FLUSH' | 'ASYNC_FLUSH';
  readonly death: 'kill' | 'crash';
  readonly seed: number;
  /** The process dies inside its nth call that changes the disk; 0: not at all. */
  readonly atCall: number;
  /** Some writes of the commit log fail before: what is refused must never be seen. */
  readonly diskFails?: boolean;
}

const ROUNDS = 10;
const ROUNDS_AFTER = 3;
/** An index that has to be built or made anew follows behind the opened store. */
const INDEX_CATCH_UP_MS = 600;

/**
 * Runs a store into its death, opens what is left, and checks it; works on, often dies again (in recovery too), and
 * checks again.
 *
 * @returns calls of the first process that change the disk
 * @throws Error whose message says how to replay it
 */
export async function runCrashPoint(point: CrashPoint, planted: Planted = {}): Promise<number> {
  try {
    return await live(point, planted);
  } catch (error) {
    const replay = `CRASH_POINT='${JSON.stringify(point)}' npx vitest run packages/store/test/crash/replay.test.ts`;
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n  replay: ${replay}`, { cause: error });
  }
}

async function live(point: CrashPoint, planted: Planted): Promise<number> {
  const simulation = createSimulation(point.seed);
  const host = simulation.host('a');
  const random = createSeededRandom(point.seed ^ 0x5eed);
  const options = storeOptions({ flushDiskType: point.flush, mappedFileSizeCommitLog: 16 * 1024, flushIntervalCommitLog: 10, flushCommitLogLeastPages: 0 });
  const world: World = { simulation, host, random, options, history: new History(point.flush === 'SYNC_FLUSH'), planted, diskFails: point.diskFails === true };

  const { faults } = host.disk;
  if (point.atCall > 0) faults.dieAt(point.atCall, point.death);
  if (world.diskFails) {
    const systemCode = random.below(2) === 0 ? 'ENOSPC' : 'EIO';
    const path = (name: string): boolean => name.includes('/commitlog/');
    faults.fail({ call: random.below(6) === 0 ? 'create' : 'writeAt', systemCode, nth: 1 + random.below(12), times: 1 + random.below(4), path });
  }
  let ending = await liveOnce(world, point.death, ROUNDS);
  const calls = faults.changingCalls;
  faults.clear();

  // The one that recovers may die while it does, or soon after.
  if (random.below(2) === 0) {
    faults.dieAt(1 + random.below(30), point.death);
    ending = worse(ending, await liveOnce(world, point.death, ROUNDS_AFTER, ending));
    faults.clear();
  }
  await liveOnce(world, 'kill', 0, ending);
  return calls;
}

/** From opening to the end; checks what it finds when there was a process before. */
async function liveOnce(world: World, death: 'kill' | 'crash', rounds: number, ending?: Ending): Promise<Ending> {
  const { host, history, random, options, diskFails } = world;
  const life = new StoreLife(world);
  const store = await life.open();
  if (store === undefined) return death;
  if (ending !== undefined) checkStore(store, history, ending, host.disk, options);
  history.restart(store.admin.maxPhysicalOffset);
  // Half of the others go on at once, and may die while the index is still being opened.
  if (rounds === 0 || random.below(2) === 0) {
    await world.simulation.runFor(INDEX_CATCH_UP_MS);
    if (!life.hasDied) checkIndex(store, history);
  }
  await life.work(rounds);
  if (!life.hasDied && random.below(2) === 0) {
    const wasWriteable = store.admin.isWriteable;
    await life.stop();
    if (!life.hasDied) {
      const isClean = !host.disk.exists(`${options.storePathRootDir}/abort`);
      if (!isClean && wasWriteable && !diskFails) throw new Error('a clean stop leaves no abort file');
      return 'stop';
    }
  }
  if (!life.hasDied) host[death]();
  return death;
}

/** Of two deaths, one after the other, the one that may take more. */
function worse(one: Ending, other: Ending): Ending {
  return one === 'crash' || other === 'crash' ? 'crash' : one === 'kill' || other === 'kill' ? 'kill' : 'stop';
}
