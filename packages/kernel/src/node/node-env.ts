import type { Env } from '../env.ts';
import type { Log } from '../log.ts';
import { silentLog } from '../log.ts';
import { nodeClock } from './node-clock.ts';
import { nodeDisk } from './node-disk.ts';
import { createNodeNet } from './node-net.ts';
import { createNodeRandom } from './node-random.ts';
import { createNodeTimers } from './node-timers.ts';
import { createNodeTurn } from './node-turn.ts';

export interface NodeEnvOptions {
  /** Silent unless given. */
  readonly log?: Log;
  /** Fixes the random choices of this process; for reproducing a run. */
  readonly seed?: number;
}

/** This machine, as the rest of the system may see it. */
export function createNodeEnv(options: NodeEnvOptions = {}): Env {
  const log = options.log ?? silentLog;
  return {
    clock: nodeClock,
    timers: createNodeTimers(log),
    turn: createNodeTurn(log),
    disk: nodeDisk,
    net: createNodeNet(log),
    random: createNodeRandom(options.seed),
    log,
  };
}
