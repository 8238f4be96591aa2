import { createSimulation, type SimHost, type Simulation } from '@rocketmq-ts/kernel/sim';
import type { MasterToFollow, Replication } from '../../src/ports.ts';
import type { ReplicationTurn } from '../../src/replicate/log-ports.ts';
import { createReplication, type ReplicationOptions } from '../../src/replicate/replication.ts';
import { FILE_BYTES, MemoryLog } from './memory-log.ts';

export const HA_PORT = 10_912;

export const HA_OPTIONS: ReplicationOptions = {
  haListenPort: HA_PORT,
  haBindAddress: undefined,
  haSendHeartbeatInterval: 5000,
  haHousekeepingInterval: 20_000,
  haTransferBatchSize: 32_768,
  haSlaveFallbehindMax: 256 * 1024 * 1024,
  mappedFileSizeCommitLog: FILE_BYTES,
};

/** A broker, as far as replication sees it: a log, and HA around it. The log outlives restarts. */
export class HaHost {
  readonly host: SimHost;
  readonly log = new MemoryLog();
  replication!: Replication & ReplicationTurn;
  readonly #sim: Simulation;
  readonly #isSlave: boolean;
  readonly #options: ReplicationOptions;

  constructor(sim: Simulation, name: string, isSlave: boolean, options: Partial<ReplicationOptions>) {
    this.#sim = sim;
    this.#isSlave = isSlave;
    this.#options = { ...HA_OPTIONS, ...options };
    this.host = sim.host(name);
  }

  get haAddress(): string {
    return `${this.host.address}:${HA_PORT}`;
  }

  /** Lines of the log at `warn` and above, and `info`, without fields. */
  lines(level: 'info' | 'warn' | 'error' = 'warn'): string[] {
    const levels = level === 'info' ? ['info', 'warn', 'error'] : level === 'warn' ? ['warn', 'error'] : ['error'];
    return this.host.log.entries.filter((entry) => levels.includes(entry.level)).map(({ message }) => message);
  }

  async start(): Promise<void> {
    const { env } = this.host;
    this.replication = createReplication({ env, options: this.#options, source: this.log, progress: this.log, tail: this.#isSlave ? this.log : undefined });
    this.log.open(env.turn, this.replication);
    await this.#sim.run(this.replication.start());
  }

  /** The process dies and another one takes its place; what was written is there. */
  async restart(): Promise<void> {
    this.host.kill();
    await this.start();
  }

  /** What a broker of ours is told about its master, `logEnds` included; `knowsEnds` false: as behind an old master. */
  follow(master: HaHost, knowsEnds = true): void {
    this.replication.follow(toFollow(master, knowsEnds));
  }
}

export function toFollow(master: HaHost, knowsEnds = true): MasterToFollow {
  const logEnds = (): ReturnType<MasterToFollow['logEnds']> =>
    Promise.resolve(knowsEnds ? { minOffset: master.log.minOffset, maxOffset: master.log.receivedEnd } : undefined);
  return { haAddress: master.haAddress, logEnds };
}

export class HaWorld {
  readonly sim: Simulation;

  constructor(seed: number) {
    this.sim = createSimulation(seed);
  }

  async master(options: Partial<ReplicationOptions> = {}, name = 'master'): Promise<HaHost> {
    const host = new HaHost(this.sim, name, false, options);
    await host.start();
    return host;
  }

  async slave(name = 'slave', options: Partial<ReplicationOptions> = {}): Promise<HaHost> {
    const host = new HaHost(this.sim, name, true, options);
    await host.start();
    return host;
  }

  /** A master with `recordCount` records, and an empty slave of it. */
  async pair(recordCount = 0, options: Partial<ReplicationOptions> = {}): Promise<{ master: HaHost; slave: HaHost }> {
    const master = await this.master(options);
    fill(master, recordCount);
    const slave = await this.slave('slave', options);
    slave.follow(master);
    return { master, slave };
  }

  /** Until the slave has all that the master has, and the master knows. */
  async untilEqual(master: HaHost, slave: HaHost, limitMs = 60_000): Promise<void> {
    await this.sim.runUntil(() => slave.log.end === master.log.receivedEnd && master.log.ackedOffset === master.log.receivedEnd, limitMs);
  }
}

/** Records of different sizes and fillings. */
export function fill(host: HaHost, recordCount: number, salt = 0): void {
  for (let number = 0; number < recordCount; number += 1) host.log.append(100 + ((number * 37 + salt) % 400), 1 + ((number + salt) % 250));
}
