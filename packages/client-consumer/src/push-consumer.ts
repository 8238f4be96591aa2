/**
 * The consumer applications make: options and a handler in, messages out.
 *
 *   Rebalancer: which queues ─► Puller (one per queue): messages ─► ConcurrentConsumption: handler
 *        ▲ members (38, 40)          ▲ broker (11)                     │ ok: OffsetStore ─► broker (15) or file
 *        └── every 20 s              └── flow control                  └ failed: SendBack ─► broker (36) or %RETRY%group
 *
 * Source: client/impl/consumer/DefaultMQPushConsumerImpl.java (4.6.0)
 */
import {
  checkClientConfig,
  type ClientLease,
  LifeCycle,
  type LifeState,
  type MQClient,
  noRoute,
  type ResolvedConfig,
  resolveClientConfig,
  TypedEvents,
  within,
  withoutNamespace,
  wrapNamespace,
} from '@rocketmq-ts/client-core';
import type { Timer } from '@rocketmq-ts/kernel';
import { type MessageQueue, messageQueueKey } from '@rocketmq-ts/remoting-protocol';
import type { Assignment } from './assignment.ts';
import { ConsumerParts } from './consumer-parts.ts';
import { type ConsumerSettings, consumerSettings, type DefaultMQPushConsumerOptions, type SubscriptionExpression } from './options.ts';
import type { RebalanceEvent } from './rebalance/rebalancer.ts';
import { Subscriptions } from './subscriptions.ts';

export type PushConsumerEvents = {
  /** Something went wrong that the consumer goes on from. */
  error: Error;
  stateChange: LifeState;
  /** The queues of a topic that are this consumer's have changed. */
  rebalance: RebalanceEvent;
  /** A connection was lost; it is opened again. */
  disconnect: { address: string };
};

export interface ConsumerShutdownOptions {
  /** ms that handler calls under way may take to end; then their signal is aborted. Default 10 000. */
  drainTimeoutMs?: number | undefined;
}

const DRAIN_TIMEOUT_MS = 10_000;
/** After the abort signal: what handlers that listen to it need to end. */
const ABORT_GRACE_MS = 200;
const FINAL_PERSIST_MS = 6000;
const REBALANCE_INTERVAL_MS = 20_000;
const CHECK_TIMEOUT_MS = 3000;
const MINUTE_MS = 60_000;

interface Running {
  readonly lease: ClientLease;
  readonly parts: ConsumerParts;
  readonly timers: readonly Timer[];
  readonly forget: () => void;
}

export class DefaultMQPushConsumer {
  readonly #settings: ConsumerSettings;
  readonly #options: DefaultMQPushConsumerOptions;
  readonly #config: ResolvedConfig;
  readonly #events: TypedEvents<PushConsumerEvents>;
  readonly #life: LifeCycle;
  readonly #subscriptions: Subscriptions;
  /** `*` for everything, else topics and queue keys. */
  readonly #paused = new Set<string>();
  #running: Running | undefined;

  /** @throws MQClientError RMQ_OPTION, RMQ_NO_NAME_SERVER */
  constructor(options: DefaultMQPushConsumerOptions) {
    this.#settings = consumerSettings(options);
    this.#options = options;
    this.#config = resolveClientConfig(options, this.#settings.model === 'BROADCASTING');
    this.#events = new TypedEvents(this.#config.env.log);
    this.#life = new LifeCycle('consumer', (state) => this.#events.emit('stateChange', state));
    this.#subscriptions = new Subscriptions(this.#config.namespace);
    const nowWallMs = this.#config.env.clock.wallMs();
    for (const [topic, expression] of Object.entries(options.subscriptions)) this.#subscriptions.set(topic, expression, nowWallMs);
    if (this.#settings.model === 'CLUSTERING') this.#subscriptions.addRetryTopic(this.#group, nowWallMs);
  }

  /** The group as the application named it. */
  get consumerGroup(): string {
    return this.#settings.consumerGroup;
  }

  get clientId(): string {
    return this.#config.client.clientId;
  }

  get state(): LifeState {
    return this.#life.state;
  }

  on<K extends keyof PushConsumerEvents>(name: K, listener: (event: PushConsumerEvents[K]) => void): this {
    this.#events.on(name, listener);
    return this;
  }

  off<K extends keyof PushConsumerEvents>(name: K, listener: (event: PushConsumerEvents[K]) => void): this {
    this.#events.off(name, listener);
    return this;
  }

  /**
   * Resolves when the brokers know this consumer and the first division of the queues is done.
   * @throws MQClientError RMQ_NO_ROUTE when no name server answers (start may be called again), RMQ_GROUP_DUPLICATE, RMQ_OFFSET_FILE
   */
  async start(): Promise<this> {
    await this.#life.start(() => this.#start());
    return this;
  }

  /** Adds a topic, or changes its expression. Takes effect at once when running. @throws MQClientError */
  async subscribe(topic: string, expression: SubscriptionExpression): Promise<void> {
    const wrapped = this.#subscriptions.set(topic, expression, this.#config.env.clock.wallMs());
    if (this.#running === undefined) return;
    await this.#running.lease.client.routes.refreshAll([wrapped]);
    await this.#running.lease.client.heartbeats.beat();
    await this.#running.parts.rebalancer.rebalance();
  }

  /** Its queues are given up at once. */
  async unsubscribe(topic: string): Promise<void> {
    if (!this.#subscriptions.delete(topic) || this.#running === undefined) return;
    await this.#running.lease.client.heartbeats.beat();
    await this.#running.parts.rebalancer.rebalance();
  }

  /** Stops fetching: of everything, a topic, or a queue. What was fetched already is still handed over. */
  pause(target?: string | MessageQueue): void {
    this.#paused.add(this.#pauseKey(target));
  }

  resume(target?: string | MessageQueue): void {
    if (target === undefined) this.#paused.clear();
    else this.#paused.delete(this.#pauseKey(target));
  }

  /** The queues that are this consumer's at the moment. */
  assignment(): MessageQueue[] {
    return this.#running?.parts.rebalancer.assignments().map(({ mq }) => this.#shown(mq)) ?? [];
  }

  /**
   * Stops fetching, lets handler calls end, stores the offsets, tells the brokers, and gives back connections and
   * timers. Always resolves, reachable servers or not. Idempotent.
   */
  shutdown(options: ConsumerShutdownOptions = {}): Promise<void> {
    return this.#life.stop(() => this.#stop(options.drainTimeoutMs ?? DRAIN_TIMEOUT_MS));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  get #group(): string {
    return wrapNamespace(this.#config.namespace, this.#settings.consumerGroup);
  }

  async #start(): Promise<void> {
    const lease = this.#config.registry.acquire(this.#config.client);
    const parts = this.#makeParts(lease.client);
    try {
      parts.offsets.load();
      lease.client.members.addConsumer(parts.member());
    } catch (error) {
      await lease.release();
      throw error;
    }
    try {
      await this.#introduce(lease.client);
    } catch (error) {
      lease.client.members.consumers.delete(this.#group);
      await lease.release();
      throw error;
    }
    const forgetDisconnect = lease.client.onDisconnect((address) => this.#events.emit('disconnect', { address }));
    const forgetBrokers = lease.client.routes.brokers.onChange(() => parts.rebalancer.brokersChanged());
    const forget = (): void => {
      forgetDisconnect();
      forgetBrokers();
    };
    this.#running = { lease, parts, timers: this.#startTimers(parts), forget };
    await parts.rebalancer.rebalance();
  }

  /** Routes first, since they name the brokers that a heartbeat has to reach before the first pull. */
  async #introduce(client: MQClient): Promise<void> {
    for (const topic of this.#subscriptions.topics()) {
      try {
        await client.routes.refresh(topic);
      } catch (error) {
        throw noRoute(client, topic, 'name-server-unreachable', error);
      }
    }
    for (const subscriptionData of this.#subscriptions.all()) {
      const route = client.routes.get(subscriptionData.topic);
      const address = route === undefined ? undefined : client.someBrokerOf(route);
      if (subscriptionData.expressionType === 'TAG' || address === undefined) continue;
      await checkClientConfig(client.remoting, address, { clientId: client.clientId, group: this.#group, subscriptionData }, { timeoutMs: CHECK_TIMEOUT_MS });
    }
    await client.heartbeats.beat();
  }

  async #stop(drainTimeoutMs: number): Promise<void> {
    const { lease, parts, timers, forget } = this.#running!;
    const { client } = lease;
    const { env } = this.#config;
    for (const timer of timers) timer.cancel();
    await within(env.timers, drainTimeoutMs, parts.stop());
    if (!(await within(env.timers, drainTimeoutMs, parts.consumption.whenIdle()))) {
      env.log.warn('The consumer is shut down while handler calls are under way; their messages come again.', { group: this.#group, calls: parts.consumption.runningCount });
      parts.consumption.abort();
      await within(env.timers, ABORT_GRACE_MS, parts.consumption.whenIdle());
    }
    const assignments = parts.rebalancer.assignments();
    await within(env.timers, FINAL_PERSIST_MS, parts.offsets.persist(assignments.filter(isOurs).map(({ mq }) => mq), true));
    for (const { processQueue } of assignments) processQueue.isDropped = true;
    client.members.consumers.delete(this.#group);
    forget();
    this.#running = undefined;
    await client.heartbeats.unregister({ consumerGroup: this.#group });
    await lease.release();
  }

  #makeParts(client: MQClient): ConsumerParts {
    return new ConsumerParts({
      client,
      settings: this.#settings,
      config: this.#config,
      group: this.#group,
      handler: this.#options.handler,
      subscriptions: this.#subscriptions,
      isPaused: (assignment) => this.#isPaused(assignment),
      pauseAll: (isPaused) => (isPaused ? this.pause() : this.#paused.delete('*')),
      onRebalance: (event) => this.#events.emit('rebalance', this.#shownEvent(event)),
      onError: (error) => this.#events.emit('error', error),
    });
  }

  #startTimers(parts: ConsumerParts): Timer[] {
    const { timers } = this.#config.env;
    return [
      timers.every(REBALANCE_INTERVAL_MS, () => void parts.rebalancer.rebalance()),
      timers.every(this.#settings.persistConsumerOffsetInterval, () => void parts.persistOffsets()),
      timers.every(this.#settings.consumeTimeout * MINUTE_MS, () => void parts.consumption.sweepExpired(parts.rebalancer.assignments())),
    ];
  }

  #isPaused({ mq }: Assignment): boolean {
    return this.#paused.size > 0 && (this.#paused.has('*') || this.#paused.has(mq.topic) || this.#paused.has(messageQueueKey(mq)));
  }

  #pauseKey(target: string | MessageQueue | undefined): string {
    if (target === undefined) return '*';
    if (typeof target === 'string') return wrapNamespace(this.#config.namespace, target);
    return messageQueueKey({ ...target, topic: wrapNamespace(this.#config.namespace, target.topic) });
  }

  #shown(mq: MessageQueue): MessageQueue {
    return { ...mq, topic: withoutNamespace(this.#config.namespace, mq.topic) };
  }

  #shownEvent(event: RebalanceEvent): RebalanceEvent {
    const shown = (queues: readonly MessageQueue[]): MessageQueue[] => queues.map((mq) => this.#shown(mq));
    return {
      topic: withoutNamespace(this.#config.namespace, event.topic),
      assigned: shown(event.assigned),
      added: shown(event.added),
      removed: shown(event.removed),
    };
  }
}

function isOurs({ processQueue }: Assignment): boolean {
  return !processQueue.isDropped;
}
