import type { Clock } from './clock.ts';
import type { Disk } from './disk.ts';
import type { Log } from './log.ts';
import type { Net } from './net.ts';
import type { Random } from './random.ts';
import type { Timers } from './timers.ts';
import type { Turn } from './turn.ts';

/** Everything a component may know of the outside world, in one bundle; parts take only the seams they use. */
export interface Env {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly turn: Turn;
  readonly disk: Disk;
  readonly net: Net;
  readonly random: Random;
  readonly log: Log;
}
