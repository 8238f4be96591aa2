/**
 * What all producers, consumers and admin clients of one client id in one process share: connections, routes, name
 * servers, heartbeats. Started by the first `retain`, stopped when the last one is released; made by the registry.
 *
 *   routes     every 30 s (asked at once for a topic's first use)
 *   heartbeat  1 s after the start, then every 30 s, and when a new broker or member appears
 *   both       soon, for brokers whose connection was lost and names without a master (`broker-watch.ts`)
 *
 * Source: client/impl/factory/MQClientInstance.java (4.6.0)
 */
import type { Env, Timer } from '@rocketmq-ts/kernel';
import { createRemotingClient, type RemotingClient, type RequestHook } from '@rocketmq-ts/remoting';
import { LanguageCode } from '@rocketmq-ts/remoting-protocol';
import { consumerIdList } from './broker-api/membership.ts';
import type { BrokerAddress } from './broker-table.ts';
import { BrokerWatch } from './broker-watch.ts';
import { MQBrokerError } from './errors.ts';
import { Heartbeats } from './heartbeats.ts';
import { Members } from './members.ts';
import { NameServerApi } from './name-server-api.ts';
import { NameServerList } from './name-server-list.ts';
import { MASTER_ID } from './names.ts';
import { clientDispatcher } from './request-handler.ts';
import { RouteCache, type TopicRoute } from './route-cache.ts';
import { UniqIdGenerator } from './uniq-id.ts';
import { addressBytes } from './host-facts.ts';

export interface ClientOptions {
  readonly clientId: string;
  /** `host:port` of each name server. */
  readonly nameServers: readonly string[];
  /** Put into message ids. */
  readonly clientIP: string;
  readonly pid: number;
  readonly pollNameServerIntervalMs?: number;
  readonly heartbeatBrokerIntervalMs?: number;
  readonly connectTimeoutMs?: number;
  /** See every request and its answer (ACL, tracing). */
  readonly hooks?: readonly RequestHook[];
}

export const POLL_NAME_SERVER_INTERVAL_MS = 30_000;
export const HEARTBEAT_BROKER_INTERVAL_MS = 30_000;
const FIRST_HEARTBEAT_MS = 1000;
const ROUTE_TIMEOUT_MS = 3000;
const CONSUMER_IDS_TIMEOUT_MS = 3000;
/** A round of the rebalance must not wait for a whole cluster that is silent. */
const BROKERS_ASKED_MAX = 3;

export class MQClient {
  readonly env: Env;
  readonly clientId: string;
  readonly members: Members;
  readonly remoting: RemotingClient;
  readonly nameServers: NameServerApi;
  readonly routes: RouteCache;
  readonly heartbeats: Heartbeats;
  readonly uniqIds: UniqIdGenerator;
  readonly #options: ClientOptions;
  readonly #watch: BrokerWatch;
  readonly #disconnectListeners = new Set<(address: string) => void>();
  #timers: Timer[] = [];

  constructor(env: Env, options: ClientOptions) {
    this.env = env;
    this.#options = options;
    this.clientId = options.clientId;
    this.members = new Members(options.clientId);
    this.remoting = createRemotingClient({
      env,
      dispatcher: clientDispatcher(this.members, env.log),
      // 4.6.0 knows no name for Node; OTHER is what its broker accepts and shows.
      language: LanguageCode.OTHER,
      connectTimeoutMs: options.connectTimeoutMs,
      hooks: options.hooks,
    });
    this.remoting.onDisconnect((address) => {
      this.heartbeats.forget(address);
      this.#watch.suspect(address);
      for (const listener of this.#disconnectListeners) listener(address);
    });
    this.nameServers = new NameServerApi(new NameServerList(options.nameServers, env.random), this.remoting);
    this.routes = new RouteCache({ topicRoute: (topic) => this.nameServers.topicRoute(topic, { timeoutMs: ROUTE_TIMEOUT_MS }) }, env);
    this.heartbeats = new Heartbeats({
      clientId: options.clientId,
      members: this.members,
      brokers: this.routes.brokers,
      invoker: this.remoting,
      log: env.log,
      clock: env.clock,
    });
    this.#watch = new BrokerWatch({ routes: this.routes, heartbeats: this.heartbeats, timers: env.timers, log: env.log });
    const salt = env.random.below(2 ** 32);
    this.uniqIds = new UniqIdGenerator(env.clock, { ip: addressBytes(options.clientIP), pid: options.pid, salt });
  }

  start(): void {
    const { timers } = this.env;
    const beat = (): void => {
      this.routes.sweepBrokers();
      void this.heartbeats.beat();
    };
    this.routes.brokers.onChange((hasNew) => {
      if (hasNew) void this.heartbeats.beat();
    });
    this.#watch.start();
    this.#timers = [
      timers.every(this.#options.pollNameServerIntervalMs ?? POLL_NAME_SERVER_INTERVAL_MS, () => void this.routes.refreshAll(this.members.topics())),
      timers.after(FIRST_HEARTBEAT_MS, beat),
      timers.every(this.#options.heartbeatBrokerIntervalMs ?? HEARTBEAT_BROKER_INTERVAL_MS, beat),
    ];
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    this.#watch.stop();
    await this.remoting.stop();
  }

  /** Calls `listener` after every loss of a connection; the result takes it back. */
  onDisconnect(listener: (address: string) => void): () => void {
    this.#disconnectListeners.add(listener);
    return () => void this.#disconnectListeners.delete(listener);
  }

  /** A request to this address failed on the way: it is looked at soon. */
  suspect(address: string): void {
    this.#watch.suspect(address);
  }

  /**
   * Ids of the group's living consumers, asked of a broker that has the topic, the next one when it can't tell; undefined
   * when there is none to ask. Brokers that have just come know some of the members only and are asked last.
   * @throws what the last one answered
   */
  async findConsumerIds(topic: string, group: string): Promise<string[] | undefined> {
    const route = this.routes.get(topic) ?? (await this.routes.refresh(topic));
    const addresses = route === undefined ? [] : this.#toAskFor(route);
    let failure: unknown;
    for (const address of addresses.slice(0, BROKERS_ASKED_MAX)) {
      try {
        return await consumerIdList(this.remoting, address, group, { timeoutMs: CONSUMER_IDS_TIMEOUT_MS });
      } catch (error) {
        if (!(error instanceof MQBrokerError)) this.suspect(address);
        failure = error;
      }
    }
    if (failure !== undefined) throw failure;
    return undefined;
  }

  /** The master of a random broker of the route, else one of its slaves; one that can be reached, if there is any. */
  someBrokerOf(route: TopicRoute): string | undefined {
    return this.#toAskFor(route)[0];
  }

  /** The broker of that name and id, or another one of the name; asks for the topic's route once when none is known. */
  async brokerOf(brokerName: string, brokerId: number, topic: string): Promise<BrokerAddress | undefined> {
    const { brokers } = this.routes;
    const known = brokers.preferring(brokerName, brokerId);
    if (known !== undefined) return known;
    await this.routes.refresh(topic);
    return brokers.preferring(brokerName, brokerId);
  }

  /** Address of the master of `brokerName`; asks for the topic's route once when it is not known. */
  async masterOf(brokerName: string, topic: string): Promise<string | undefined> {
    const known = this.routes.brokers.master(brokerName);
    if (known !== undefined) return known;
    await this.routes.refresh(topic);
    return this.routes.brokers.master(brokerName);
  }

  /** All brokers of a route, the best to ask first, in random order where they are equally good. */
  #toAskFor({ route }: TopicRoute): string[] {
    const { brokers } = this.routes;
    const ranked = route.brokerDatas
      .flatMap(({ brokerName }) => brokers.of(brokerName))
      .map(({ brokerId, address }) => ({
        address,
        rank: (brokers.isReachable(address) ? 0 : 4) + (this.heartbeats.isSettled(address) ? 0 : 2) + (brokerId === MASTER_ID ? 0 : 1),
        lot: this.env.random.below(2 ** 31),
      }));
    return ranked.sort((a, b) => a.rank - b.rank || a.lot - b.lot).map(({ address }) => address);
  }
}

/** A client of its own, not shared; the caller starts and stops it. */
export function createClient(env: Env, options: ClientOptions): MQClient {
  return new MQClient(env, options);
}
