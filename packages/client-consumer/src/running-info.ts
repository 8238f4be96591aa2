/**
 * What a consumer tells about itself when a broker or mqadmin asks (307).
 *
 * Source: client/impl/consumer/DefaultMQPushConsumerImpl.java consumerRunningInfo, common/protocol/body/ConsumerRunningInfo.java (4.6.0)
 */
import type { ConsumerRunningInfo, ProcessQueueInfo, SubscriptionData } from '@rocketmq-ts/remoting-protocol';
import type { Assignment } from './assignment.ts';
import type { OffsetStore } from './offset-store/offset-store.ts';
import type { ConsumerSettings } from './options.ts';
import type { ConsumerStats } from './stats.ts';

const MIB = 1024 * 1024;
const CLIENT_VERSION = 'V4_6_0';

export interface RunningInfoParts {
  readonly settings: ConsumerSettings;
  readonly nameServers: readonly string[];
  readonly startedWallMs: number;
  readonly subscriptions: readonly SubscriptionData[];
  readonly assignments: readonly Assignment[];
  readonly offsets: OffsetStore;
  readonly stats: ConsumerStats;
}

export function runningInfo(parts: RunningInfoParts): ConsumerRunningInfo {
  const { settings, subscriptions, assignments, offsets, stats } = parts;
  const properties = new Map<string, string>();
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value !== 'object' && value !== undefined) properties.set(name, String(value));
  }
  properties.set('messageModel', settings.model);
  properties.set('PROP_NAMESERVER_ADDR', parts.nameServers.map((address) => `${address};`).join(''));
  properties.set('PROP_CONSUME_TYPE', 'CONSUME_PASSIVELY');
  properties.set('PROP_CLIENT_VERSION', CLIENT_VERSION);
  properties.set('PROP_CONSUMEORDERLY', 'false');
  properties.set('PROP_THREADPOOL_CORE_SIZE', String(settings.concurrency));
  properties.set('PROP_CONSUMER_START_TIMESTAMP', String(parts.startedWallMs));
  return {
    properties,
    subscriptionSet: [...subscriptions],
    mqTable: assignments.map((assignment) => [assignment.mq, queueInfo(assignment, offsets)]),
    statusTable: new Map(subscriptions.map(({ topic }) => [topic, stats.status(topic)])),
    jstack: undefined,
  };
}

function queueInfo({ mq, processQueue }: Assignment, offsets: OffsetStore): ProcessQueueInfo {
  return {
    commitOffset: offsets.table.get(mq) ?? -1,
    cachedMsgMinOffset: processQueue.minOffset ?? 0,
    cachedMsgMaxOffset: processQueue.maxOffset ?? 0,
    cachedMsgCount: processQueue.count,
    cachedMsgSizeInMiB: Math.floor(processQueue.sizeBytes / MIB),
    transactionMsgMinOffset: 0,
    transactionMsgMaxOffset: 0,
    transactionMsgCount: 0,
    locked: false,
    tryUnlockTimes: 0,
    lastLockTimestamp: 0,
    droped: processQueue.isDropped,
    lastPullTimestamp: processQueue.lastPullWallMs,
    lastConsumeTimestamp: processQueue.lastConsumeWallMs,
  };
}
