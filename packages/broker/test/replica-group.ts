import { createSimulation, type Simulation } from '@rocketmq-ts/kernel/sim';

import type { BrokerSettings, LiveSettings } from '../src/index.ts';
import { BrokerWorld, settingsFor, STORE } from './broker-world.ts';
import { FakeNameServer } from './fake-name-server.ts';

export interface GroupOptions {
  readonly seed?: number;
  readonly master?: Partial<BrokerSettings['store']>;
  readonly slave?: Partial<BrokerSettings['store']>;
  readonly live?: Partial<LiveSettings>;
  readonly metrics?: BrokerSettings['metrics'];
}

/** A name server, a master and a slave of one name, each on its own simulated machine; none is started. */
export class ReplicaGroup {
  readonly sim: Simulation;
  readonly nameServer: FakeNameServer;
  readonly master: BrokerWorld;
  readonly slave: BrokerWorld;
  readonly #options: GroupOptions;

  constructor(options: GroupOptions = {}) {
    this.#options = options;
    this.sim = createSimulation(options.seed ?? 1);
    this.nameServer = new FakeNameServer(this.sim);
    this.master = this.broker('master', 0, { brokerRole: 'ASYNC_MASTER', ...options.master });
    this.slave = this.broker('slave', 1, { brokerRole: 'SLAVE', ...options.slave });
  }

  broker(hostName: string, brokerId: number, store: Partial<BrokerSettings['store']>): BrokerWorld {
    const { identity, live, registration } = settingsFor(this.sim.host(hostName).address);
    return new BrokerWorld(
      this.sim,
      {
        identity: { ...identity, brokerId },
        store: { ...STORE, ...store },
        live: { ...live, ...this.#options.live },
        registration: { ...registration, nameServers: [this.nameServer.address] },
        metrics: this.#options.metrics,
      },
      hostName,
    );
  }

  /** All three, the slave last. */
  async start(): Promise<this> {
    await this.nameServer.start();
    await this.master.start();
    await this.slave.start();
    return this;
  }

  async stop(): Promise<void> {
    await this.slave.stop();
    await this.master.stop();
  }
}
