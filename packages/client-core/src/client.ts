/**
 * What all producers, consumers and admin clients of one client id in one process share: connections, routes, name
 * servers, heartbeats. Started by the first `retain`, stopped when the last one is released; made by the registry.
 *
 *   routes     every 30 s (asked at once for a topic's first use)
 *   heartbeat  1 s after the start, then every 30 s, and when a new broker or member appears
 *
 * Source: client/impl/factory/MQClientInstance.java (4.6.0)
 */
import type { Env, Timer } from '@rocketmq-ts/kernel';
import { createRemotingClient, type RemotingClient, type RequestHook } from '@rocketmq-ts/remoting';
import { LanguageCode } from '@rocketmq-ts/remoting-protocol';
import { consumerIdList } from './broker-api/membership.ts';
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
    });
    const salt = env.random.below(2 ** 32);
    this.uniqIds = new UniqIdGenerator(env.clock, { ip: addressBytes(options.clientIP), pid: options.pid, salt });
  }

  start(): void {
    const { timers } = this.env;
    const beat = (): void => {
      this.routes.sweepBrokers();
      void this.heartbeats.beat();
    };
    this.routes.onNewBroker(() => void this.heartbeats.beat());
    this.#timers = [
      timers.every(this.#options.pollNameServerIntervalMs ?? POLL_NAME_SERVER_INTERVAL_MS, () => void this.routes.refreshAll(this.members.topics())),
      timers.after(FIRST_HEARTBEAT_MS, beat),
      timers.every(this.#options.heartbeatBrokerIntervalMs ?? HEARTBEAT_BROKER_INTERVAL_MS, beat),
    ];
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    await this.remoting.stop();
  }

  /** Calls `listener` after every loss of a connection; the result takes it back. */
  onDisconnect(listener: (address: string) => void): () => void {
    this.#disconnectListeners.add(listener);
    return () => void this.#disconnectListeners.delete(listener);
  }

  /** Ids of the group's living consumers, asked of some broker that has the topic; undefined when none can be asked. */
  async findConsumerIds(topic: string, group: string): Promise<string[] | undefined> {
    const route = this.routes.get(topic) ?? (await this.routes.refresh(topic));
    const address = route === undefined ? undefined : this.someBrokerOf(route);
    if (address === undefined) return undefined;
    return consumerIdList(this.remoting, address, group, { timeoutMs: CONSUMER_IDS_TIMEOUT_MS });
  }

  /** The master of a random broker of the route, else one of its slaves. */
  someBrokerOf({ route }: TopicRoute): string | undefined {
    if (route.brokerDatas.length === 0) return undefined;
    const { brokerAddrs } = route.brokerDatas[this.env.random.below(route.brokerDatas.length)]!;
    const master = brokerAddrs.get(MASTER_ID);
    if (master !== undefined) return master;
    const slaves = [...brokerAddrs.values()];
    return slaves.length === 0 ? undefined : slaves[this.env.random.below(slaves.length)];
  }

  /** Address of the master of `brokerName`; asks for the topic's route once when it is not known. */
  async masterOf(brokerName: string, topic: string): Promise<string | undefined> {
    const known = this.routes.brokers.master(brokerName);
    if (known !== undefined) return known;
    await this.routes.refresh(topic);
    return this.routes.brokers.master(brokerName);
  }
}

/** A client of its own, not shared; the caller starts and stops it. */
export function createClient(env: Env, options: ClientOptions): MQClient {
  return new MQClient(env, options);
}
