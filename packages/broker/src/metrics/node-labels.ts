import { DLQ_TOPIC_PREFIX, RETRY_TOPIC_PREFIX, SystemTopic } from '@rocketmq-ts/remoting-protocol';

import type { BrokerSettings } from '../settings.ts';
import type { Labels } from './metric-family.ts';

/** What every metric of this broker is labelled with. Source: broker/metrics/BrokerMetricsManager.java init (5.3.3) */
export function nodeLabels({ identity, metrics }: Pick<BrokerSettings, 'identity' | 'metrics'>): Labels {
  return { ...metrics?.labels, cluster: identity.clusterName, node_type: 'broker', node_id: identity.brokerName };
}

const SYSTEM_TOPICS: ReadonlySet<string> = new Set(Object.values(SystemTopic));

/** Source: common/topic/TopicValidator.java isSystemTopic (5.3.3); clusters and brokers are topics of their own. */
export function isSystemTopic(topic: string, { identity }: Pick<BrokerSettings, 'identity'>): boolean {
  return SYSTEM_TOPICS.has(topic) || topic.startsWith('rmq_sys_') || topic === identity.clusterName || topic === identity.brokerName;
}

/** Source: broker/metrics/BrokerMetricsManager.java isSystemGroup (5.3.3) */
export function isSystemGroup(group: string): boolean {
  return group.toLowerCase().startsWith('cid_rmq_sys_');
}

export function isRetryOrDlqTopic(topic: string): boolean {
  return topic.startsWith(RETRY_TOPIC_PREFIX) || topic.startsWith(DLQ_TOPIC_PREFIX);
}
