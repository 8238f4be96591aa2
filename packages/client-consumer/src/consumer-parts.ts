/**
 * Puts a running consumer together: offset store, rebalancer, pullers, consumption, send-back, statistics, each with
 * the few verbs of the others that it needs; and answers what brokers ask of it.
 */
import { type ConsumerMember, type MQClient, type ResolvedConfig, withoutNamespace, wrapNamespace } from '@rocketmq-ts/client-core';
import type { Timer } from '@rocketmq-ts/kernel';
import { type ConsumeMessageDirectlyResult, type ConsumerData, type MessageExt, type MessageQueue, messageQueueKey } from '@rocketmq-ts/remoting-protocol';
import type { Assignment } from './assignment.ts';
import { ConcurrentConsumption } from './consume/concurrently.ts';
import { ConsumeConcurrentlyStatus, type MessageListenerConcurrently } from './consume/listener.ts';
import { SendBack } from './consume/send-back.ts';
import { BrokerOffsetStore } from './offset-store/broker-offset-store.ts';
import { LocalOffsetStore } from './offset-store/local-offset-store.ts';
import type { OffsetStore } from './offset-store/offset-store.ts';
import { type ConsumerSettings, defaultTimestampMs } from './options.ts';
import { type FlowLimits, thresholdPerQueue } from './pull/flow-control.ts';
import type { PullContext } from './pull/puller.ts';
import { type RebalanceEvent, Rebalancer } from './rebalance/rebalancer.ts';
import { runningInfo } from './running-info.ts';
import { ConsumerStats } from './stats.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface ConsumerPartsOptions {
  readonly client: MQClient;
  readonly settings: ConsumerSettings;
  readonly config: ResolvedConfig;
  /** With the namespace. */
  readonly group: string;
  readonly handler: MessageListenerConcurrently;
  readonly subscriptions: Subscriptions;
  isPaused(assignment: Assignment): boolean;
  pauseAll(isPaused: boolean): void;
  onRebalance(event: RebalanceEvent): void;
  onError(error: Error): void;
}

/** Handler calls of a queue whose offsets are reset get this long to end. */
const RESET_WAIT_MS = 10_000;

export class ConsumerParts {
  readonly offsets: OffsetStore;
  readonly consumption: ConcurrentConsumption;
  readonly rebalancer: Rebalancer;
  readonly #options: ConsumerPartsOptions;
  readonly #stats: ConsumerStats;
  readonly #startedWallMs: number;
  #resetTimer: Timer | undefined;

  constructor(options: ConsumerPartsOptions) {
    this.#options = options;
    this.#startedWallMs = options.client.env.clock.wallMs();
    this.#stats = new ConsumerStats(options.client.env.clock);
    this.offsets = this.#makeOffsetStore();
    this.consumption = this.#makeConsumption();
    this.rebalancer = this.#makeRebalancer();
  }

  /** Nothing begins any more; resolves when the last round of the rebalance has ended. */
  stop(): Promise<void> {
    this.#resetTimer?.cancel();
    this.consumption.close();
    return this.rebalancer.stop();
  }

  persistOffsets(): Promise<void> {
    return this.offsets.persist(this.rebalancer.assignments().map(({ mq }) => mq), false);
  }

  member(): ConsumerMember {
    const { group, client, settings, subscriptions } = this.#options;
    return {
      group,
      topics: () => subscriptions.topics(),
      heartbeat: () => this.#heartbeat(),
      rebalanceSoon: () => void this.rebalancer.rebalance(),
      resetOffsets: (topic, offsets) => void this.#resetOffsets(topic, offsets),
      status: (topic) => this.offsets.table.entries().filter(({ mq }) => mq.topic === topic).map(({ mq, offset }) => [mq, offset]),
      runningInfo: () =>
        runningInfo({
          settings,
          nameServers: client.nameServers.list.addresses,
          startedWallMs: this.#startedWallMs,
          subscriptions: subscriptions.all(),
          assignments: this.rebalancer.assignments(),
          offsets: this.offsets,
          stats: this.#stats,
        }),
      consumeDirectly: (message, brokerName) => this.#consumeDirectly(message, brokerName),
    };
  }

  #makeOffsetStore(): OffsetStore {
    const { client, settings, config, group } = this.#options;
    if (settings.model === 'CLUSTERING') return new BrokerOffsetStore(client, group);
    const folder = settings.localOffsetStoreDir ?? `${config.host.homeFolder}/.rocketmq_offsets`;
    return new LocalOffsetStore({ disk: client.env.disk, log: client.env.log, folder, clientId: client.clientId, group });
  }

  #makeConsumption(): ConcurrentConsumption {
    const { client, settings, config, group, handler, onError } = this.#options;
    const { namespace, unitMode } = config;
    const sendBack = new SendBack(client, { consumerGroup: group, namespace, maxReconsumeTimes: settings.maxReconsumeTimes, unitMode });
    return new ConcurrentConsumption({
      env: client.env,
      listener: handler,
      settings: {
        consumerGroup: group,
        namespace,
        concurrency: settings.concurrency,
        consumeMessageBatchMaxSize: settings.consumeMessageBatchMaxSize,
        consumeTimeout: settings.consumeTimeout,
        sendsBack: settings.model === 'CLUSTERING',
      },
      sendBack: (message, delayLevel, brokerName) => sendBack.send(message, delayLevel, brokerName),
      onProgress: ({ mq }, offset) => this.offsets.table.advance(mq, offset),
      onConsumed: (topic, tookMs, okCount, failedCount) => this.#stats.consumed(topic, tookMs, okCount, failedCount),
      onError,
    });
  }

  #makeRebalancer(): Rebalancer {
    const { client, settings, group, subscriptions, onRebalance } = this.#options;
    const timestampMs = settings.consumeTimestampMs ?? defaultTimestampMs(this.#startedWallMs);
    return new Rebalancer({
      client,
      consumerGroup: group,
      strategy: settings.model === 'CLUSTERING' ? settings.strategy : undefined,
      start: { where: settings.consumeFromWhere, timestampMs },
      offsets: this.offsets,
      pull: this.#pullContext(),
      topics: () => subscriptions.topics(),
      onChanged: async (event) => {
        subscriptions.bump(event.topic, client.env.clock.wallMs());
        onRebalance(event);
        await client.heartbeats.beat();
      },
    });
  }

  #pullContext(): PullContext {
    const { client, settings, group, subscriptions, isPaused, onError } = this.#options;
    return {
      client,
      settings: {
        consumerGroup: group,
        pullBatchSize: settings.pullBatchSize,
        pullInterval: settings.pullInterval,
        pullTimeDelayWhenException: settings.pullTimeDelayWhenException,
        postSubscriptionWhenPull: settings.postSubscriptionWhenPull,
        commitsWithPull: settings.model === 'CLUSTERING',
      },
      offsets: this.offsets,
      flowLimits: () => this.#flowLimits(),
      subscription: (topic) => subscriptions.get(topic),
      isPaused,
      submit: (messages, assignment, isBacklog) => this.consumption.submit(messages, assignment, isBacklog),
      release: (assignment) => {
        this.rebalancer.release(assignment);
        void this.rebalancer.rebalance();
      },
      onPulled: (topic, tookMs, count) => this.#stats.pulled(topic, tookMs, count),
      onError,
    };
  }

  #flowLimits(): FlowLimits {
    const { settings } = this.#options;
    if (settings.pullThresholdForTopic === -1 && settings.pullThresholdSizeForTopic === -1) return settings;
    const queueCount = this.rebalancer.assignments().length;
    return {
      pullThresholdForQueue: thresholdPerQueue(settings.pullThresholdForTopic, queueCount, settings.pullThresholdForQueue),
      pullThresholdSizeForQueue: thresholdPerQueue(settings.pullThresholdSizeForTopic, queueCount, settings.pullThresholdSizeForQueue),
      consumeConcurrentlyMaxSpan: settings.consumeConcurrentlyMaxSpan,
    };
  }

  #heartbeat(): ConsumerData {
    const { group, settings, subscriptions, config } = this.#options;
    return {
      groupName: group,
      consumeType: 'CONSUME_PASSIVELY',
      messageModel: settings.model,
      consumeFromWhere: settings.consumeFromWhere,
      subscriptionDataSet: subscriptions.all(),
      unitMode: config.unitMode,
    };
  }

  async #consumeDirectly(message: MessageExt, brokerName: string): Promise<ConsumeMessageDirectlyResult> {
    const { clock } = this.#options.client.env;
    const startedMs = clock.monotonicMs();
    const { status, error } = await this.consumption.consumeDirectly(message, brokerName);
    const ended = status === ConsumeConcurrentlyStatus.CONSUME_SUCCESS ? 'CR_SUCCESS' : 'CR_LATER';
    return {
      order: false,
      autoCommit: true,
      consumeResult: error === undefined ? ended : 'CR_THROW_EXCEPTION',
      remark: error?.message,
      spentTimeMills: Math.round(clock.monotonicMs() - startedMs),
    };
  }

  /** An operator moves the group (220): stop, let calls end, store the new offsets, begin again from there. */
  async #resetOffsets(topic: string, offsets: readonly (readonly [MessageQueue, number])[]): Promise<void> {
    const { client, pauseAll, config } = this.#options;
    const wanted = wrapNamespace(config.namespace, withoutNamespace(config.namespace, topic));
    const byKey = new Map(offsets.map(([mq, offset]) => [messageQueueKey(mq), offset]));
    const affected = this.rebalancer.assignments().filter(({ mq }) => mq.topic === wanted && byKey.has(messageQueueKey(mq)));
    client.env.log.warn('The offsets of this group are reset by an operator.', { topic, queues: affected.length });
    pauseAll(true);
    for (const { processQueue } of affected) {
      processQueue.isDropped = true;
      processQueue.clear();
    }
    await new Promise<void>((resolve) => (this.#resetTimer = client.env.timers.after(RESET_WAIT_MS, resolve)));
    for (const assignment of affected) {
      if (this.rebalancer.assignmentOf(assignment.mq) !== assignment) continue;
      this.offsets.reset(assignment.mq, byKey.get(messageQueueKey(assignment.mq))!);
      await this.offsets.persist([assignment.mq], false);
      this.rebalancer.release(assignment);
    }
    pauseAll(false);
    await this.rebalancer.rebalance();
  }
}
