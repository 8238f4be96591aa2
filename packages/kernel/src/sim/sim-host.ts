import type { Env } from '../env.ts';
import type { Random } from '../random.ts';
import type { Death } from './disk-faults.ts';
import { DiskSession } from './disk-session.ts';
import type { Scheduler } from './scheduler.ts';
import { SimClock } from './sim-clock.ts';
import { SimDisk } from './sim-disk.ts';
import { Life } from './sim-life.ts';
import { SimLog } from './sim-log.ts';
import type { SimNet } from './sim-net.ts';
import { createSimTimers } from './sim-timers.ts';
import { createSimTurn } from './sim-turn.ts';

export interface SimHostOptions {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly net: SimNet;
  /** A source of its own, so that what one host draws does not shift what another draws. */
  readonly random: (purpose: string) => Random;
}

/**
 * A machine with one process on it. `kill` ends the process: what it wrote stays, its sockets are closed by the
 * system. `crash` takes the power: unsynced writes and names are at the mercy of the seed, peers hear nothing.
 * After either, `env` is the bundle of a new process on the same disk and at the same address; the old bundle is
 * dead: its timers and callbacks do not run, its calls throw or are ignored.
 */
export class SimHost {
  readonly name: string;
  readonly address: string;
  readonly disk: SimDisk;
  readonly clock: SimClock;
  /** Of all processes of this host, in order. */
  readonly log = new SimLog();
  private readonly options: SimHostOptions;
  private life: Life;
  private current: Env;
  private starts = 0;

  constructor(options: SimHostOptions) {
    this.options = options;
    this.name = options.name;
    this.address = options.net.addHost(options.name);
    this.disk = new SimDisk(options.random('disk'));
    this.clock = new SimClock(options.scheduler);
    this.life = new Life(options.scheduler);
    this.current = this.start();
  }

  get env(): Env {
    return this.current;
  }

  kill(): void {
    this.die('kill');
  }

  crash(): void {
    this.die('crash');
  }

  private die(how: Death): void {
    this.life.end(how);
    if (how === 'crash') this.disk.losePower();
    this.life = new Life(this.options.scheduler);
    this.current = this.start();
  }

  private start(): Env {
    const { scheduler, net, random } = this.options;
    const { life } = this;
    return {
      clock: this.clock,
      timers: createSimTimers(life),
      turn: createSimTurn(scheduler, life),
      disk: new DiskSession({ disk: this.disk, life, scheduler, wallMs: () => this.clock.wallMs(), die: (how) => this.die(how) }),
      net: net.open(this.address, life),
      random: random(`process ${this.starts++}`),
      log: this.log,
    };
  }
}
