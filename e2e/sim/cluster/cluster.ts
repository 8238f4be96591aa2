/**
 * A cluster in one process: name servers, master, slave, clients, each the real thing on its own simulated machine
 * with its own disk. Everything that is chance follows from one seed.
 *
 *   ns1  ns2      c1 (producers, consumers)   c2      watch (asks the brokers what they hold; never disturbed)
 *      master ──HA──► slave
 */
import { createBroker } from '@rocketmq-ts/broker';
import type { Env, Timers } from '@rocketmq-ts/kernel';
import { createSimulation, HostDied, type SimHost, type Simulation } from '@rocketmq-ts/kernel/sim';
import type { SendStatus } from '@rocketmq-ts/client-producer';
import { createNamesrv } from '@rocketmq-ts/namesrv';
import { ClientProcess, type Workload } from './clients.ts';
import { History } from './history.ts';
import { Network } from './network.ts';
import type { Row } from './rows.ts';
import { brokerSettings, MASTER_PORT, NAME_SERVER_PORT, namesrvOptions } from './settings.ts';
import { Watcher } from './watcher.ts';

export type BrokerHost = 'master' | 'slave';
export type ServerHost = BrokerHost | 'ns1' | 'ns2';

export const NAME_SERVERS = ['ns1', 'ns2'] as const;
export const CLIENTS = ['c1', 'c2'] as const;

/** Defects that are put in on purpose, to see whether the checker notices. */
export interface Planted {
  readonly env?: (host: string, env: Env, cluster: Cluster) => Env;
  /** Lines of a broker's configuration in place of the right ones. */
  readonly config?: Readonly<Partial<Record<BrokerHost, Readonly<Record<string, string>>>>>;
  /** Runs beside the cluster from its start on. */
  readonly beside?: (cluster: Cluster) => void;
  /** What producers take an answer for. */
  readonly heard?: (status: SendStatus) => SendStatus;
}

export interface ClusterOptions {
  readonly seed: number;
  readonly row: Row;
  readonly planted?: Planted | undefined;
  readonly workload?: Partial<Workload> | undefined;
  /** Further lines of a broker's configuration. */
  readonly config?: Readonly<Partial<Record<BrokerHost, Readonly<Record<string, string>>>>>;
}

interface Process {
  stop(): Promise<void>;
}

interface Server {
  readonly host: SimHost;
  state: 'down' | 'starting' | 'up' | 'stopping';
  /** Rises with every start and death, so that what belongs to an earlier process is noticed. */
  life: number;
  process: Process | undefined;
  /** Its machine will never be there again. */
  isGone: boolean;
}

/** A failed start is tried again, as an operator or a supervisor does. */
const START_AGAIN_MS = 500;
/** Brokers look for a name server that is away at least so often. */
const FOUND_AGAIN_MS = 6_000;
const START_LIMIT_MS = 30_000;

export class Cluster {
  readonly sim: Simulation;
  readonly row: Row;
  readonly history: History;
  readonly network: Network;
  readonly watcher: Watcher;
  readonly brokers: readonly BrokerHost[];
  readonly clients = new Map<string, ClientProcess>();
  readonly options: ClusterOptions;
  readonly #servers = new Map<string, Server>();
  readonly #ports = new Map<BrokerHost, number>([
    ['master', MASTER_PORT],
    ['slave', MASTER_PORT],
  ]);

  constructor(options: ClusterOptions) {
    this.options = options;
    this.row = options.row;
    this.sim = createSimulation(options.seed);
    this.history = new History(() => this.sim.nowMs);
    this.brokers = this.row.hasSlave ? ['master', 'slave'] : ['master'];
    const servers = [...NAME_SERVERS, ...this.brokers];
    for (const name of servers) this.#servers.set(name, { host: this.sim.host(name), state: 'down', life: 0, process: undefined, isGone: false });
    const hosts = [...servers, ...CLIENTS, 'watch'];
    for (const name of hosts) this.sim.host(name);
    this.network = new Network(this.sim.net, hosts, (from, to, isCut) => {
      if ([from, to].sort().join() === 'master,slave') this.history.happened('slave', isCut ? 'line cut' : 'line healed');
    });
    for (const name of CLIENTS) this.clients.set(name, new ClientProcess(this, name, options.workload));
    this.watcher = new Watcher(this);
  }

  /** Of the one who makes things happen, and is never hurt. */
  get timers(): Timers {
    return this.sim.host('watch').env.timers;
  }

  get nameServerAddresses(): string[] {
    return NAME_SERVERS.map((name) => `${this.sim.host(name).address}:${NAME_SERVER_PORT}`);
  }

  addressOf(broker: BrokerHost): string {
    return `${this.sim.host(broker).address}:${this.#ports.get(broker)}`;
  }

  isUp(name: ServerHost): boolean {
    return this.#server(name).state === 'up';
  }

  isDown(name: ServerHost): boolean {
    return this.#server(name).state === 'down';
  }

  /** Servers up, the topic there on master and slave, consumers and producers at work. */
  async begin(): Promise<void> {
    for (const name of [...NAME_SERVERS, ...this.brokers]) this.start(name);
    await this.untilUp();
    this.options.planted?.beside?.(this);
    this.watcher.start();
    for (const client of this.clients.values()) client.start();
    await this.sim.runUntil(() => [...this.clients.values()].every((client) => client.isAtWork), START_LIMIT_MS);
  }

  async untilUp(names: readonly ServerHost[] = [...NAME_SERVERS, ...this.brokers]): Promise<void> {
    await this.sim.runUntil(() => names.every((name) => this.isUp(name)), START_LIMIT_MS);
  }

  /** Resolves nothing: `untilUp` tells. */
  start(name: ServerHost): void {
    const server = this.#server(name);
    if (server.state !== 'down' || server.isGone) return;
    this.network.turnOn(name);
    server.state = 'starting';
    server.life += 1;
    void this.#keepStarting(name, server, server.life);
  }

  /** The process ends without a word; what it has written stays. */
  kill(name: string): void {
    this.#end(name, 'kill');
  }

  /** The machine goes dark: what was not synced may be gone, and nobody is told. */
  losePower(name: string): void {
    this.#end(name, 'power loss');
    this.network.turnOff(name);
  }

  /** The machine loses power and never comes back. */
  lose(name: ServerHost): void {
    this.#server(name).isGone = true;
    this.losePower(name);
  }

  /** The operator moves the store of a stopped broker away, so that it starts empty. */
  moveStoreAway(broker: BrokerHost): void {
    const { image } = this.disk(broker);
    for (const path of this.disk(broker).files('/store')) image.removeFile(path);
    this.history.note(`${broker}: its store is moved away`);
  }

  /** In order, as an operator stops it. */
  stop(name: ServerHost): void {
    const server = this.#server(name);
    if (server.state !== 'up') return;
    const { life, process } = server;
    server.state = 'stopping';
    this.history.note(`${name}: is to stop`);
    void process?.stop().then(() => {
      if (server.life !== life) return;
      server.state = 'down';
      this.history.happened(name, 'stop');
    });
  }

  /** From its next start on the master listens elsewhere. */
  moveMaster(port: number): void {
    this.#ports.set('master', port);
  }

  disk(broker: BrokerHost): SimHost['disk'] {
    return this.sim.host(broker).disk;
  }

  envOf(name: string): Env {
    const { env } = this.sim.host(name);
    return this.options.planted?.env?.(name, env, this) ?? env;
  }

  /** It has ended by itself, inside a call. */
  hasDied(name: ServerHost, how: 'kill' | 'power loss'): void {
    this.#noteEnd(name, how);
    if (how === 'power loss') this.network.turnOff(name);
  }

  #end(name: string, how: 'kill' | 'power loss'): void {
    this.#noteEnd(name, how);
    const host = this.sim.host(name);
    if (how === 'kill') host.kill();
    else host.crash();
  }

  #noteEnd(name: string, how: 'kill' | 'power loss'): void {
    this.history.happened(name, how);
    const server = this.#servers.get(name);
    if (server === undefined) return;
    server.life += 1;
    server.state = 'down';
    server.process = undefined;
  }

  async #keepStarting(name: ServerHost, server: Server, life: number): Promise<void> {
    const env = this.envOf(name);
    while (server.life === life) {
      try {
        const askedAtMs = name === 'master' && this.#canMasterAskSlave() ? this.sim.nowMs : undefined;
        const process = await this.#launch(name, env);
        if (server.life !== life) return;
        server.process = process;
        server.state = 'up';
        this.history.happened(name, 'up', this.#canMasterAskSlave() ? askedAtMs : undefined);
        return;
      } catch (error) {
        if (server.life !== life || error instanceof HostDied) return;
        this.history.note(`${name}: cannot start, ${(error as Error).message}`);
        await new Promise<void>((resolve) => void env.timers.after(START_AGAIN_MS, resolve));
      }
    }
  }

  async #launch(name: ServerHost, env: Env): Promise<Process> {
    if (name === 'ns1' || name === 'ns2') {
      const nameServer = createNamesrv(env, namesrvOptions());
      await nameServer.start();
      return nameServer;
    }
    const { options, row, nameServerAddresses: nameServers } = this;
    const place = { row, isMaster: name === 'master', address: this.sim.host(name).address, port: this.#ports.get(name) ?? 0, nameServers };
    const broker = await createBroker(env, brokerSettings(place, { ...options.config?.[name], ...options.planted?.config?.[name] }));
    try {
      await broker.start();
    } catch (error) {
      await broker.stop();
      throw error;
    }
    return broker;
  }

  /** Nothing stands between a starting master and the offsets that its slave has. */
  #canMasterAskSlave(): boolean {
    if (!this.row.hasSlave || !this.isUp('slave')) return false;
    const between = [...NAME_SERVERS, 'slave'];
    if (between.some((name) => this.network.isCut('master', name) || this.network.isCut(name, 'slave'))) return false;
    // Long enough for the slave to have found them again.
    const since = (name: string): number => this.history.happenings.findLast(({ host, what }) => host === name && what === 'up')?.atMs ?? Infinity;
    return NAME_SERVERS.every((name) => this.isUp(name) && this.sim.nowMs - since(name) > FOUND_AGAIN_MS);
  }

  #server(name: ServerHost): Server {
    const server = this.#servers.get(name);
    if (server === undefined) throw new Error(`there is no ${name} in this cluster`);
    return server;
  }
}
