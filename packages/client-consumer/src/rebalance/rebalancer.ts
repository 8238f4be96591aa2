/**
 * Which queues are ours: recomputed every 20 s, when a broker says that the group's members changed, and when a queue
 * had to be given up. One round at a time; a wish for another one while it runs is fulfilled right after it.
 *
 *   queues of the topic (route) + members of the group (38) ─► strategy ─► drop what is no longer ours, begin what is new
 *
 * What can't be found out in a round (route, members, start offset) is left as it is until the next one.
 *
 * Source: client/impl/consumer/RebalanceImpl.java, RebalancePushImpl.java (4.6.0)
 */
import { asError, type MQClient } from '@rocketmq-ts/client-core';
import { compareMessageQueues, isRetryTopic, type MessageQueue, messageQueueKey } from '@rocketmq-ts/remoting-protocol';
import type { Assignment } from '../assignment.ts';
import { startOffset, type StartSettings } from '../consume-from-where.ts';
import type { OffsetStore } from '../offset-store/offset-store.ts';
import { ProcessQueue } from '../process-queue.ts';
import { type PullContext, Puller } from '../pull/puller.ts';
import type { AllocateMessageQueueStrategy } from './allocate/strategy.ts';

export interface RebalanceEvent {
  readonly topic: string;
  /** All queues of the topic that are ours now. */
  readonly assigned: readonly MessageQueue[];
  readonly added: readonly MessageQueue[];
  readonly removed: readonly MessageQueue[];
}

export interface RebalanceContext {
  readonly client: MQClient;
  readonly consumerGroup: string;
  /** Undefined: BROADCASTING, everybody reads everything. */
  readonly strategy: AllocateMessageQueueStrategy | undefined;
  readonly start: StartSettings;
  readonly offsets: OffsetStore;
  readonly pull: PullContext;
  topics(): Iterable<string>;
  /** The assignment changed; resolves when the brokers know the new subscription version. */
  onChanged(event: RebalanceEvent): Promise<void>;
}

/** A puller that has not pulled for so long is stuck; its queue is begun anew. */
const PULL_MAX_IDLE_MS = 120_000;

export class Rebalancer {
  readonly #context: RebalanceContext;
  readonly #pullers = new Map<string, Puller>();
  readonly #absentTopics = new Set<string>();
  #running: Promise<void> | undefined;
  #isWanted = false;
  #isStopped = false;

  constructor(context: RebalanceContext) {
    this.#context = context;
  }

  assignments(): Assignment[] {
    return [...this.#pullers.values()].map((puller) => puller.assignment);
  }

  assignmentOf(mq: MessageQueue): Assignment | undefined {
    return this.#pullers.get(messageQueueKey(mq))?.assignment;
  }

  /** Resolves when a round that began after this call has ended; never rejects. */
  rebalance(): Promise<void> {
    if (this.#running === undefined) this.#running = this.#rounds();
    else this.#isWanted = true;
    return this.#running;
  }

  /** Brokers came, went, or can or can't be reached any more. */
  brokersChanged(): void {
    for (const puller of this.#pullers.values()) puller.brokersChanged();
    void this.rebalance();
  }

  /** Gives a queue up if it is still this assignment; the next round may begin it again. */
  release(assignment: Assignment): void {
    const key = messageQueueKey(assignment.mq);
    const puller = this.#pullers.get(key);
    if (puller?.assignment !== assignment) return;
    assignment.processQueue.isDropped = true;
    puller.stop();
    this.#pullers.delete(key);
    this.#context.offsets.forget(assignment.mq);
  }

  /** No further pull, no further round; assignments stay for the last commit. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const puller of this.#pullers.values()) puller.stop();
    await this.#running;
  }

  async #rounds(): Promise<void> {
    do {
      this.#isWanted = false;
      await this.#round();
    } while (this.#isWanted && !this.#isStopped);
    // In the same turn as the look at `isWanted`: no wish can fall between the two.
    this.#running = undefined;
  }

  async #round(): Promise<void> {
    const topics = new Set(this.#context.topics());
    await Promise.all(this.assignments().filter(({ mq }) => !topics.has(mq.topic)).map(({ mq }) => this.#drop(mq)));
    for (const topic of topics) {
      if (this.#isStopped) return;
      try {
        await this.#divide(topic);
      } catch (error) {
        if (!isRetryTopic(topic)) this.#context.client.env.log.warn('The queues of a topic could not be divided; it is tried again.', { topic, error: asError(error) });
      }
    }
  }

  async #divide(topic: string): Promise<void> {
    const { client, consumerGroup, strategy } = this.#context;
    const route = client.routes.get(topic);
    const known = route === undefined || route.isAssumed ? await client.routes.refresh(topic) : route;
    if (known === undefined) return this.#reportAbsent(topic);
    this.#absentTopics.delete(topic);
    if (strategy === undefined) return this.#apply(topic, known.subscribe);
    const ids = await client.findConsumerIds(topic, consumerGroup);
    if (ids === undefined) return;
    if (!ids.includes(client.clientId)) {
      // The broker does not know us (it was restarted, or we are quick): keep what we have and introduce ourselves.
      client.env.log.info('This consumer is not among the members of its group; it sends a heartbeat.', { topic, consumerGroup });
      await client.heartbeats.beat();
      return;
    }
    const cids = [...new Set(ids)].sort();
    await this.#apply(topic, strategy.allocate({ consumerGroup, current: client.clientId, queues: known.subscribe, cids }));
  }

  /** Said once; the retry topic is made by the first heartbeat, so its absence is usual. */
  #reportAbsent(topic: string): void {
    if (isRetryTopic(topic) || this.#absentTopics.has(topic)) return;
    this.#absentTopics.add(topic);
    const { client, consumerGroup } = this.#context;
    client.env.log.warn('A subscribed topic does not exist yet; it is looked for again every 20 s.', { topic, consumerGroup });
  }

  async #apply(topic: string, own: readonly MessageQueue[]): Promise<void> {
    const wanted = new Map(own.map((mq) => [messageQueueKey(mq), mq]));
    const removed = this.assignments()
      .filter(({ mq }) => mq.topic === topic)
      .filter((assignment) => !wanted.has(messageQueueKey(assignment.mq)) || this.#isStuck(assignment))
      .map(({ mq }) => mq);
    await Promise.all(removed.map((mq) => this.#drop(mq)));
    const missing = [...wanted.values()].filter((mq) => !this.#pullers.has(messageQueueKey(mq)));
    const begun = (await Promise.all(missing.map((mq) => this.#begin(mq)))).filter((puller) => puller !== undefined);
    if (begun.length === 0 && removed.length === 0) return;
    const assigned = this.assignments().map(({ mq }) => mq).filter((mq) => mq.topic === topic).sort(compareMessageQueues);
    await this.#context.onChanged({ topic, assigned, added: begun.map((puller) => puller.assignment.mq), removed });
    for (const puller of begun) if (!this.#isStopped) puller.start();
  }

  #isStuck({ mq, processQueue }: Assignment): boolean {
    const { clock, log } = this.#context.client.env;
    if (clock.monotonicMs() - processQueue.lastPullMonotonicMs <= PULL_MAX_IDLE_MS) return false;
    log.error('A queue was not pulled for two minutes; it is begun anew.', { ...mq });
    return true;
  }

  async #begin(mq: MessageQueue): Promise<Puller | undefined> {
    const { client, offsets, start } = this.#context;
    const from = await startOffset(client, mq, await offsets.read(mq), start);
    if (this.#isStopped) return undefined;
    if (from instanceof Error) {
      client.env.log.warn('It could not be found out where a queue begins; it is tried again.', { ...mq, error: from });
      return undefined;
    }
    const processQueue = new ProcessQueue();
    processQueue.touchPulled(client.env.clock);
    processQueue.lastConsumeWallMs = processQueue.lastPullWallMs;
    const puller = new Puller({ mq, processQueue }, from, this.#context.pull);
    this.#pullers.set(messageQueueKey(mq), puller);
    return puller;
  }

  /** Results of calls under way count no more from here on: the next owner gets those messages again. */
  async #drop(mq: MessageQueue): Promise<void> {
    const key = messageQueueKey(mq);
    const puller = this.#pullers.get(key);
    if (puller === undefined) return;
    puller.assignment.processQueue.isDropped = true;
    puller.stop();
    this.#pullers.delete(key);
    await this.#context.offsets.persist([mq], false);
    this.#context.offsets.forget(mq);
  }
}
