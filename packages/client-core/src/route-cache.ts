/**
 * Routes of the topics this process uses. Asked for once per topic at a time, refreshed every 30 s by the client's
 * timer; a failed or empty answer never removes what is known (a name server that has just started knows nothing yet).
 */
import type { Clock, Log } from '@rocketmq-ts/kernel';
import type { MessageQueue, TopicRouteData } from '@rocketmq-ts/remoting-protocol';
import { BrokerTable } from './broker-table.ts';
import { type PublishInfo, publishInfoOf, routeFromDefaultTopic, routeSignature, subscribeQueuesOf } from './publish-info.ts';

export interface TopicRoute {
  readonly topic: string;
  readonly route: TopicRouteData;
  readonly publish: PublishInfo;
  /** In natural order; empty while the topic is only assumed from the default topic. */
  readonly subscribe: readonly MessageQueue[];
  /** Made of the default topic's route: the topic did not exist when it was asked for. */
  readonly isAssumed: boolean;
  readonly signature: string;
}

export interface RouteSource {
  /** Undefined: no such topic. @throws Remoting*Error, MQBrokerError */
  topicRoute(topic: string): Promise<TopicRouteData | undefined>;
}

/** After a failure that a new route may explain; no use asking more often. */
const REFRESH_SOON_PAUSE_MS = 1000;

export type RouteListener = (route: TopicRoute) => void;

export class RouteCache {
  readonly brokers = new BrokerTable();
  readonly #source: RouteSource;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #askedAtMs = new Map<string, number>();
  readonly #routes = new Map<string, TopicRoute>();
  readonly #running = new Map<string, Promise<TopicRoute | undefined>>();
  readonly #routeListeners = new Set<RouteListener>();

  constructor(source: RouteSource, { log, clock }: { log: Log; clock: Clock }) {
    this.#source = source;
    this.#log = log;
    this.#clock = clock;
  }

  get(topic: string): TopicRoute | undefined {
    return this.#routes.get(topic);
  }

  onRoute(listener: RouteListener): () => void {
    this.#routeListeners.add(listener);
    return () => void this.#routeListeners.delete(listener);
  }

  /** Topics of whose own route we know that it has queues of that broker name. */
  topicsNaming(brokerName: string): string[] {
    const names = ({ route, isAssumed }: TopicRoute): boolean => !isAssumed && route.queueDatas.some((queue) => queue.brokerName === brokerName);
    return [...this.#routes.values()].filter(names).map(({ topic }) => topic);
  }

  /** The topic's own route, asked for now. Undefined: the name server knows no such topic. @throws Remoting*Error, MQBrokerError */
  refresh(topic: string): Promise<TopicRoute | undefined> {
    const running = this.#running.get(topic);
    if (running !== undefined) return running;
    const started = this.#fetch(topic).finally(() => this.#running.delete(topic));
    this.#running.set(topic, started);
    return started;
  }

  /**
   * A broker of this topic did not do what its route promised: ask again, at most once a second. Undefined: asked just
   * now. Never rejects, and need not be waited for.
   */
  refreshSoon(topic: string): Promise<void> | undefined {
    const askedAt = this.#askedAtMs.get(topic);
    if (askedAt !== undefined && this.#clock.monotonicMs() - askedAt < REFRESH_SOON_PAUSE_MS) return undefined;
    return this.#refreshQuietly(topic);
  }

  /** Assumes for an unknown topic what a broker with auto-creation would make of it. Undefined: no broker does that. */
  async assumeFrom(defaultTopic: string, topic: string, defaultTopicQueueNums: number): Promise<TopicRoute | undefined> {
    const route = await this.#source.topicRoute(defaultTopic);
    if (route === undefined) return undefined;
    const known = this.#routes.get(topic);
    if (known !== undefined && !known.isAssumed && known.publish.queues.length > 0) return known;
    return this.#put(topic, routeFromDefaultTopic(route, defaultTopicQueueNums), true);
  }

  /** Refreshes each topic; problems are logged, since the next round comes by itself. */
  async refreshAll(topics: Iterable<string>): Promise<void> {
    await Promise.all([...new Set(topics)].map((topic) => this.#refreshQuietly(topic)));
  }

  /** Forgets addresses that no route names any more. */
  sweepBrokers(): void {
    const named = new Set<string>();
    for (const { route } of this.#routes.values()) {
      for (const broker of route.brokerDatas) for (const address of broker.brokerAddrs.values()) named.add(address);
    }
    for (const gone of this.brokers.retain(named)) {
      this.#log.info('A broker address is in no route any more and is forgotten.', { ...gone });
    }
  }

  async #refreshQuietly(topic: string): Promise<void> {
    try {
      await this.refresh(topic);
    } catch (error) {
      this.#log.warn('The route of a topic could not be refreshed; the last known one stays in use.', { topic, error: error as Error });
    }
  }

  async #fetch(topic: string): Promise<TopicRoute | undefined> {
    this.#askedAtMs.set(topic, this.#clock.monotonicMs());
    const route = await this.#source.topicRoute(topic);
    return route === undefined ? undefined : this.#put(topic, route, false);
  }

  #put(topic: string, route: TopicRouteData, isAssumed: boolean): TopicRoute {
    // Also when this topic's route is as before: it may be newer than what another topic's told of these brokers.
    this.brokers.put(route.brokerDatas.map((broker) => [broker.brokerName, broker.brokerAddrs]));
    const signature = routeSignature(route);
    const known = this.#routes.get(topic);
    if (known !== undefined && known.signature === signature && known.isAssumed === isAssumed) return known;
    const entry: TopicRoute = {
      topic,
      route,
      publish: publishInfoOf(topic, route),
      subscribe: isAssumed ? [] : subscribeQueuesOf(topic, route),
      isAssumed,
      signature,
    };
    this.#routes.set(topic, entry);
    for (const listener of this.#routeListeners) listener(entry);
    return entry;
  }
}
