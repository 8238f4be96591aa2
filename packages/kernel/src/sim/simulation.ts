import { assert } from '../assert.ts';
import type { Env } from '../env.ts';
import type { Random } from '../random.ts';
import { createSeededRandom } from '../seeded-random.ts';
import { Scheduler } from './scheduler.ts';
import type { SimDisk } from './sim-disk.ts';
import { SimHost } from './sim-host.ts';
import { SimNet } from './sim-net.ts';

/** How long `run` and `runUntil` wait in simulated time unless told otherwise. */
const LIMIT_MS = 60_000;

/** A world of hosts in which everything that is chance in ours follows from one seed. */
export interface Simulation {
  readonly seed: number;
  readonly nowMs: number;
  readonly net: SimNet;
  /** Of `host('a')`, for tests that need one host only. */
  readonly env: Env;
  readonly disk: SimDisk;
  /** The host of this name; made when it is first asked for. */
  host(name: string): SimHost;
  /** Lets the world go on until the promise is settled, and gives its result. @throws what it was rejected with */
  run<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
  /** Until no disk call, byte, turn or immediate is under way. Timers only wait and do not count. */
  runUntilIdle(): Promise<void>;
  runFor(ms: number): Promise<void>;
  /** @throws AssertionError when the condition is not true in time */
  runUntil(condition: () => boolean, limitMs?: number): Promise<void>;
}

/**
 * Every run method throws the first exception that came out of a callback of a living host, so that no defect
 * passes unseen.
 */
export function createSimulation(seed: number): Simulation {
  const random = (purpose: string): Random => createSeededRandom(seed ^ textHash(purpose));
  const scheduler = new Scheduler(random('scheduler'));
  const net = new SimNet(scheduler);
  const hosts = new Map<string, SimHost>();

  const host = (name: string): SimHost => {
    let known = hosts.get(name);
    if (known === undefined) {
      known = new SimHost({ name, scheduler, net, random: (purpose) => random(`${name} ${purpose}`) });
      hosts.set(name, known);
    }
    return known;
  };

  const runUntil = async (condition: () => boolean, limitMs: number, what: string): Promise<void> => {
    const isTrue = await scheduler.runUntil(condition, limitMs);
    assert(isTrue, `${what} within ${limitMs} ms of simulated time, or nothing was left to happen (seed ${seed})`);
  };

  return {
    seed,
    get nowMs() {
      return scheduler.nowMs;
    },
    net,
    get env() {
      return host('a').env;
    },
    get disk() {
      return host('a').disk;
    },
    host,
    async run<T>(promise: Promise<T>, limitMs = LIMIT_MS): Promise<T> {
      let isSettled = false;
      const settled = (): void => void (isSettled = true);
      promise.then(settled, settled);
      await runUntil(() => isSettled, limitMs, 'the promise was not settled');
      return promise;
    },
    runUntilIdle: () => scheduler.runUntilIdle(),
    runFor: (ms) => scheduler.runFor(ms),
    runUntil: (condition, limitMs = LIMIT_MS) => runUntil(condition, limitMs, 'the condition did not come true'),
  };
}

/** FNV-1a. */
function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}
