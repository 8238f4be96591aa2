import { DiskError, type Env } from '@rocketmq-ts/kernel';
import type { MessageStore } from '@rocketmq-ts/store';

import type { SubscriptionGroups } from '../groups/subscription-groups.ts';
import type { BrokerSettings, LiveSettings } from '../settings.ts';
import type { TopicTable } from '../topics/topic-table.ts';
import { labelText, MetricFamily, type MetricGroup } from './metric-family.ts';
import { nodeLabels } from './node-labels.ts';

export interface StoreMetricsParts {
  readonly env: Pick<Env, 'clock' | 'disk'>;
  readonly settings: BrokerSettings;
  readonly live: LiveSettings;
  readonly topics: TopicTable;
  readonly groups: SubscriptionGroups;
  readonly store: Pick<MessageStore, 'admin'>;
}

/** The store, and what is counted of the whole broker. Source: store/metrics/DefaultStoreMetricsManager.java (5.3.3) */
export function storeMetrics({ env, settings, live, topics, groups, store: { admin } }: StoreMetricsParts): MetricGroup {
  const labels = nodeLabels(settings);
  const node = labelText(labels);
  const storage = labelText({ ...labels, storage_type: 'local', storage_medium: 'disk' });
  const permission = new MetricFamily('gauge', 'rocketmq_broker_permission', 'Broker permission: 4 read, 2 write');
  const topicNumber = new MetricFamily('gauge', 'rocketmq_topic_number', 'Active topic number');
  const groupNumber = new MetricFamily('gauge', 'rocketmq_consumer_group_number', 'Active subscription group number');
  const storageSize = new MetricFamily('gauge', 'rocketmq_storage_size_bytes', 'Used space of the file system of storePathRootDir');
  const flushBehind = new MetricFamily('gauge', 'rocketmq_storage_flush_behind_bytes', 'Bytes of the log that are not flushed');
  const dispatchBehind = new MetricFamily('gauge', 'rocketmq_storage_dispatch_behind_bytes', 'Bytes of the log that are not in the consume queues');
  const reserveTime = new MetricFamily('gauge', 'rocketmq_storage_message_reserve_time_milliseconds', 'Age of the oldest message');
  const logStart = new MetricFamily('gauge', 'rocketmq_storage_log_start_bytes', 'Physical offset at which the log begins');
  const logEnd = new MetricFamily('gauge', 'rocketmq_storage_log_end_bytes', 'Physical offset at which the log ends');
  const failed = new MetricFamily('counter', 'rocketmq_put_failed_total', 'Messages that the store has refused');
  const syncWait = new MetricFamily('histogram', 'rocketmq_sync_wait_milliseconds', 'How long answers to senders waited for the flush or a slave');
  const waitsForFlush = settings.store.flushDiskType === 'SYNC_FLUSH';
  const waitsForReplica = settings.store.brokerRole === 'SYNC_MASTER';
  const waits = labelText({ ...labels, flush: String(waitsForFlush), slave: String(waitsForReplica) });

  return {
    families: [permission, topicNumber, groupNumber, storageSize, flushBehind, dispatchBehind, reserveTime, logStart, logEnd, failed, syncWait],
    *collect() {
      permission.set(node, live.brokerPermission);
      topicNumber.set(node, topics.size);
      groupNumber.set(node, groups.size);
      const used = usedBytes(env, settings.store.storePathRootDir);
      if (used !== undefined) storageSize.set(storage, used);
      flushBehind.set(storage, admin.maxPhysicalOffset - admin.flushedOffset);
      dispatchBehind.set(storage, admin.maxPhysicalOffset - admin.derivedOffset);
      const earliest = admin.earliestStoreTimestamp;
      if (earliest > 0) reserveTime.set(storage, Math.max(0, env.clock.wallMs() - earliest));
      logStart.set(storage, admin.minPhysicalOffset);
      logEnd.set(storage, admin.maxPhysicalOffset);
      failed.set(node, admin.stats.putFailedTimes);
      if (waitsForFlush || waitsForReplica) syncWait.setHistogram(waits, admin.stats.syncWaitMs);
      yield;
    },
  };
}

function usedBytes({ disk }: Pick<Env, 'disk'>, path: string): number | undefined {
  try {
    const { totalBytes, freeBytes } = disk.usage(path);
    return totalBytes - freeBytes;
  } catch (error) {
    if (error instanceof DiskError) return undefined;
    throw error;
  }
}
