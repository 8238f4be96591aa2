/**
 * The producer applications make: options in, promises out.
 *
 *   send ─► check, name, compress (outgoing) ─► wait for a slot ─► Sender: queue, broker, answer, next attempt
 */
import {
  asError,
  checkTopic,
  type ClientLease,
  type ClientRegistry,
  findPublishInfo,
  LifeCycle,
  type LifeState,
  MQClientError,
  type MessageInput,
  type ResolvedConfig,
  resolveClientConfig,
  TypedEvents,
  withoutNamespace,
  within,
  wrapNamespace,
} from '@rocketmq-ts/client-core';
import type { MessageQueue } from '@rocketmq-ts/remoting-protocol';
import { type DefaultMQProducerOptions, producerSettings, type ProducerSettings } from './options.ts';
import { InFlightLimit } from './send/in-flight-limit.ts';
import { outgoing, type OutgoingContext } from './send/outgoing.ts';
import { Sender, type SendOptions } from './send/sender.ts';
import type { SendResult } from './send-result.ts';

export type ProducerEvents = {
  error: Error;
  /** The producer's own state. */
  stateChange: LifeState;
  /** A connection was lost; the next send dials again. */
  disconnect: { address: string };
};

export interface ShutdownOptions {
  /** ms that sends under way may take to end. Default 5000. */
  drainTimeoutMs?: number | undefined;
}

const DRAIN_TIMEOUT_MS = 5000;

interface Running {
  readonly lease: ClientLease;
  readonly sender: Sender;
  readonly context: OutgoingContext;
  readonly forget: () => void;
}

export class DefaultMQProducer {
  readonly #settings: ProducerSettings;
  readonly #config: ResolvedConfig;
  readonly #events: TypedEvents<ProducerEvents>;
  readonly #life: LifeCycle;
  readonly #inFlight: InFlightLimit;
  #running: Running | undefined;

  /** @throws MQClientError RMQ_OPTION, RMQ_NO_NAME_SERVER */
  constructor(options: DefaultMQProducerOptions) {
    this.#settings = producerSettings(options);
    this.#config = resolveClientConfig(options);
    this.#events = new TypedEvents(this.#config.env.log);
    this.#life = new LifeCycle('producer', (state) => this.#events.emit('stateChange', state));
    this.#inFlight = new InFlightLimit(this.#settings.maxInFlight);
  }

  /** The group as the application named it. */
  get producerGroup(): string {
    return this.#settings.producerGroup;
  }

  get clientId(): string {
    return this.#config.client.clientId;
  }

  get state(): LifeState {
    return this.#life.state;
  }

  on<K extends keyof ProducerEvents>(name: K, listener: (event: ProducerEvents[K]) => void): this {
    this.#events.on(name, listener);
    return this;
  }

  off<K extends keyof ProducerEvents>(name: K, listener: (event: ProducerEvents[K]) => void): this {
    this.#events.off(name, listener);
    return this;
  }

  /** Asks nobody yet: routes are looked up by the first send to a topic. @throws MQClientError RMQ_GROUP_DUPLICATE, RMQ_STATE */
  async start(): Promise<this> {
    await this.#life.start(() => this.#start());
    return this;
  }

  /**
   * Sends a message, or several of one topic as a batch, and resolves with the broker's answer.
   * @throws MQClientError (RMQ_MESSAGE_ILLEGAL, RMQ_NO_ROUTE, RMQ_SEND_FAILED …), MQBrokerError, MQAbortError
   */
  async send(message: MessageInput | readonly MessageInput[], options: SendOptions = {}): Promise<SendResult> {
    const { sender, context } = this.#runningParts();
    checkSendOptions(options);
    const made = outgoing(message, context);
    const out = made instanceof Promise ? await made : made;
    const turn = this.#inFlight.acquire(options.signal);
    if (turn !== undefined) await turn;
    try {
      return await sender.send(out, options);
    } finally {
      this.#inFlight.release();
    }
  }

  /** Hands a message to a connection and asks for no answer: the fastest way, and the only one that may lose messages. */
  async sendOneway(message: MessageInput | readonly MessageInput[], options: SendOptions = {}): Promise<void> {
    const { sender, context } = this.#runningParts();
    checkSendOptions(options);
    const made = outgoing(message, context);
    const out = made instanceof Promise ? await made : made;
    const turn = this.#inFlight.acquire(options.signal);
    if (turn !== undefined) await turn;
    try {
      await sender.sendOneway(out, options);
    } finally {
      this.#inFlight.release();
    }
  }

  /** The queues that messages of this topic may go to. @throws MQClientError RMQ_NO_ROUTE */
  async fetchPublishMessageQueues(topic: string): Promise<readonly MessageQueue[]> {
    const { lease } = this.#runningParts();
    checkTopic(topic);
    const { queues } = await findPublishInfo(lease.client, wrapNamespace(this.#config.namespace, topic), this.#settings);
    return queues.map((mq) => ({ ...mq, topic: withoutNamespace(this.#config.namespace, mq.topic) }));
  }

  /**
   * Lets sends under way end, tells the brokers, and gives back connections and timers. Always resolves, within
   * `drainTimeoutMs` and some seconds for the farewell, reachable servers or not. Idempotent.
   */
  shutdown(options: ShutdownOptions = {}): Promise<void> {
    return this.#life.stop(() => this.#stop(options.drainTimeoutMs ?? DRAIN_TIMEOUT_MS));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  async #start(): Promise<void> {
    const registry: ClientRegistry = this.#config.registry;
    const lease = registry.acquire(this.#config.client);
    const { client } = lease;
    const { namespace, unitMode } = this.#config;
    const producerGroup = wrapNamespace(namespace, this.#settings.producerGroup);
    const settings = { ...this.#settings, producerGroup };
    const sender = new Sender({ client, settings, namespace, unitMode, assertOpen: () => this.#assertOpen() });
    try {
      client.members.addProducer({ group: producerGroup, topics: () => sender.topics() });
    } catch (error) {
      await lease.release();
      throw error;
    }
    const forget = client.onDisconnect((address) => this.#events.emit('disconnect', { address }));
    this.#running = { lease, sender, context: { settings, namespace, uniqIds: client.uniqIds }, forget };
    void client.heartbeats.beat();
  }

  async #stop(drainTimeoutMs: number): Promise<void> {
    const { lease, forget } = this.#running!;
    const { client } = lease;
    const group = wrapNamespace(this.#config.namespace, this.#settings.producerGroup);
    const isDrained = await within(this.#config.env.timers, drainTimeoutMs, this.#inFlight.whenIdle());
    if (!isDrained) {
      this.#config.env.log.warn('The producer is shut down while sends are under way.', { group, inFlight: this.#inFlight.count });
    }
    this.#inFlight.close();
    client.members.producers.delete(group);
    forget();
    this.#running = undefined;
    await client.heartbeats.unregister({ producerGroup: group });
    await lease.release().catch((error: unknown) => this.#events.emit('error', asError(error)));
  }

  #runningParts(): Running {
    this.#life.assertRunning();
    return this.#running!;
  }

  #assertOpen(): void {
    if (this.#running === undefined) throw new MQClientError('RMQ_SHUTDOWN', 'The producer was shut down before this message could be sent again.');
  }
}

function checkSendOptions(options: SendOptions): void {
  const { timeout, queue, shardingKey } = options;
  if (timeout !== undefined && !(Number.isFinite(timeout) && timeout > 0)) {
    throw new MQClientError('RMQ_OPTION', `timeout: a positive number of milliseconds is needed, not ${String(timeout)}`);
  }
  if (queue !== undefined && shardingKey !== undefined) throw new MQClientError('RMQ_OPTION', 'queue and shardingKey exclude each other');
  if (shardingKey !== undefined && typeof shardingKey !== 'string') throw new MQClientError('RMQ_OPTION', 'shardingKey: a string is needed');
}
