/**
 * Options of DefaultMQPushConsumer with Java's names, defaults and ranges; checked when the consumer is made.
 *
 * Source: client/consumer/DefaultMQPushConsumer.java, DefaultMQPushConsumerImpl.java checkConfig (4.6.0)
 */
import {
  checkGroup,
  checkOptions,
  checkTopic,
  type ClientConfig,
  clientConfigRules,
  describeValue,
  MQClientError,
  type OptionRule,
  rules,
} from '@rocketmq-ts/client-core';
import { type MessageModel, type SubscriptionData, subscriptionDataOf, SystemGroup } from '@rocketmq-ts/remoting-protocol';
import { ConsumeFromWhere, parseConsumeTimestamp } from './consume-from-where.ts';
import type { MessageListenerConcurrently } from './consume/listener.ts';
import { allocateAveragely } from './rebalance/allocate/averagely.ts';
import type { AllocateMessageQueueStrategy } from './rebalance/allocate/strategy.ts';

/** `*`, tags separated by `||`, or an SQL92 expression (brokers need enablePropertyFilter=true). */
export type SubscriptionExpression = string | { readonly sql: string };

export interface DefaultMQPushConsumerOptions extends ClientConfig {
  consumerGroup: string;
  /** Topic to expression. */
  subscriptions: Readonly<Record<string, SubscriptionExpression>>;
  /** Called with messages; see MessageListenerConcurrently. */
  handler: MessageListenerConcurrently;
  /** CLUSTERING: each message to one consumer of the group. BROADCASTING: to every one. Default CLUSTERING. */
  model?: MessageModel | undefined;
  /** Where a group without stored offsets begins. Default CONSUME_FROM_LAST_OFFSET. */
  consumeFromWhere?: ConsumeFromWhere | undefined;
  /** For CONSUME_FROM_TIMESTAMP: `yyyyMMddHHmmss`, local time. Default half an hour ago. */
  consumeTimestamp?: string | undefined;
  allocateMessageQueueStrategy?: AllocateMessageQueueStrategy | undefined;
  /** Handler calls at a time. Default 20. */
  concurrency?: number | undefined;
  /** Messages per handler call. Default 1. */
  consumeMessageBatchMaxSize?: number | undefined;
  /** Messages per pull. Default 32. */
  pullBatchSize?: number | undefined;
  /** ms between pulls. Default 0. */
  pullInterval?: number | undefined;
  /** Flow control per queue: messages (1000), MiB (100), distance from the oldest to the newest (2000). */
  pullThresholdForQueue?: number | undefined;
  pullThresholdSizeForQueue?: number | undefined;
  consumeConcurrentlyMaxSpan?: number | undefined;
  /** Flow control per topic, divided among its queues; -1: none (default). */
  pullThresholdForTopic?: number | undefined;
  pullThresholdSizeForTopic?: number | undefined;
  /** Send the expression with each pull. Default false. */
  postSubscriptionWhenPull?: boolean | undefined;
  /** Deliveries before the dead-letter queue; -1: 16 (default). */
  maxReconsumeTimes?: number | undefined;
  /** Minutes after which a message counts as stuck and is sent back. Default 15. */
  consumeTimeout?: number | undefined;
  /** ms between commits of the offsets. Default 5000. */
  persistConsumerOffsetInterval?: number | undefined;
  /** ms to wait after a failed pull. Default 1000. */
  pullTimeDelayMillsWhenException?: number | undefined;
  /** Where BROADCASTING keeps its offsets. Default `~/.rocketmq_offsets`. */
  localOffsetStoreDir?: string | undefined;
}

const whole = rules.integer;

const consumerRules: Readonly<Record<keyof DefaultMQPushConsumerOptions, OptionRule>> = {
  ...clientConfigRules,
  consumerGroup: rules.any,
  subscriptions: rules.object,
  handler: rules.func,
  model: rules.oneOf(['CLUSTERING', 'BROADCASTING']),
  consumeFromWhere: rules.oneOf(Object.values(ConsumeFromWhere)),
  consumeTimestamp: rules.text,
  allocateMessageQueueStrategy: rules.object,
  concurrency: whole(1, 1000),
  consumeMessageBatchMaxSize: whole(1, 1024),
  pullBatchSize: whole(1, 1024),
  pullInterval: whole(0, 65_535),
  pullThresholdForQueue: whole(1, 65_535),
  pullThresholdSizeForQueue: whole(1, 1024),
  consumeConcurrentlyMaxSpan: whole(1, 65_535),
  pullThresholdForTopic: whole(-1, 6_553_500),
  pullThresholdSizeForTopic: whole(-1, 102_400),
  postSubscriptionWhenPull: rules.flag,
  maxReconsumeTimes: whole(-1, 2 ** 31 - 1),
  consumeTimeout: whole(1, 1_000_000),
  persistConsumerOffsetInterval: whole(10, 3_600_000),
  pullTimeDelayMillsWhenException: whole(10, 600_000),
  localOffsetStoreDir: rules.text,
};

const HALF_HOUR_MS = 30 * 60_000;
const DEFAULT_MAX_RECONSUME_TIMES = 16;

export type ConsumerSettings = ReturnType<typeof consumerSettings>;

/** @throws MQClientError RMQ_OPTION, RMQ_MESSAGE_ILLEGAL for a bad topic */
export function consumerSettings(options: DefaultMQPushConsumerOptions) {
  checkOptions('DefaultMQPushConsumer', options, consumerRules);
  checkGroup(options.consumerGroup, 'consumerGroup', SystemGroup.DEFAULT_CONSUMER);
  if (typeof options.handler !== 'function') throw new MQClientError('RMQ_OPTION', 'DefaultMQPushConsumer: handler: a function is needed');
  if (options.subscriptions === undefined) throw new MQClientError('RMQ_OPTION', "DefaultMQPushConsumer: subscriptions: an object such as { TopicTest: '*' } is needed");
  for (const name of ['pullThresholdForTopic', 'pullThresholdSizeForTopic'] as const) {
    if (options[name] === 0) throw new MQClientError('RMQ_OPTION', `DefaultMQPushConsumer: ${name}: 0 would stop every pull; -1 is no limit`);
  }
  return {
    consumerGroup: options.consumerGroup,
    model: options.model ?? 'CLUSTERING',
    consumeFromWhere: options.consumeFromWhere ?? ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET,
    consumeTimestampMs: timestampOf(options.consumeTimestamp),
    strategy: options.allocateMessageQueueStrategy ?? allocateAveragely,
    concurrency: options.concurrency ?? 20,
    consumeMessageBatchMaxSize: options.consumeMessageBatchMaxSize ?? 1,
    pullBatchSize: options.pullBatchSize ?? 32,
    pullInterval: options.pullInterval ?? 0,
    pullThresholdForQueue: options.pullThresholdForQueue ?? 1000,
    pullThresholdSizeForQueue: options.pullThresholdSizeForQueue ?? 100,
    consumeConcurrentlyMaxSpan: options.consumeConcurrentlyMaxSpan ?? 2000,
    pullThresholdForTopic: options.pullThresholdForTopic ?? -1,
    pullThresholdSizeForTopic: options.pullThresholdSizeForTopic ?? -1,
    postSubscriptionWhenPull: options.postSubscriptionWhenPull ?? false,
    maxReconsumeTimes: (options.maxReconsumeTimes ?? -1) === -1 ? DEFAULT_MAX_RECONSUME_TIMES : options.maxReconsumeTimes!,
    consumeTimeout: options.consumeTimeout ?? 15,
    persistConsumerOffsetInterval: options.persistConsumerOffsetInterval ?? 5000,
    pullTimeDelayWhenException: options.pullTimeDelayMillsWhenException ?? 1000,
    localOffsetStoreDir: options.localOffsetStoreDir,
  };
}

/** Undefined: half an hour before the start. */
function timestampOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const timestampMs = parseConsumeTimestamp(text);
  if (timestampMs === undefined) {
    throw new MQClientError('RMQ_OPTION', `consumeTimestamp is invalid, the valid format is yyyyMMddHHmmss,but received ${text}`);
  }
  return timestampMs;
}

export function defaultTimestampMs(nowWallMs: number): number {
  return nowWallMs - HALF_HOUR_MS;
}

/** @throws MQClientError RMQ_MESSAGE_ILLEGAL (topic), RMQ_OPTION (expression) */
export function subscriptionOf(topic: string, expression: unknown, subVersion: number): SubscriptionData {
  checkTopic(topic);
  if (typeof expression === 'string') {
    const data = subscriptionDataOf(topic, expression, subVersion);
    if (data.subString !== '*' && data.tagsSet.size === 0) throw new MQClientError('RMQ_OPTION', `subscriptions: ${topic}: no tag in ${describeValue(expression)}; '*' is all`);
    return data;
  }
  const sql = (expression as { sql?: unknown } | null | undefined)?.sql;
  if (typeof sql !== 'string' || sql.trim() === '') {
    throw new MQClientError('RMQ_OPTION', `subscriptions: ${topic}: '*', 'TagA || TagB' or { sql: '…' } is needed, not ${describeValue(expression)}`);
  }
  return { classFilterMode: false, topic, subString: sql, tagsSet: new Set(), codeSet: new Set(), subVersion, expressionType: 'SQL92' };
}
