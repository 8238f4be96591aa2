import type { BrokerSettings } from '../settings.ts';
import type { BrokerStats } from '../stats/broker-stats.ts';
import type { ReadTraffic } from '../stats/group-rates.ts';
import type { StoredTraffic } from '../stats/topic-traffic.ts';
import { type LabelText, labelText, MetricFamily, type MetricGroup } from './metric-family.ts';
import { isRetryOrDlqTopic, isSystemGroup, isSystemTopic, nodeLabels } from './node-labels.ts';

export interface MessageMetricsParts {
  readonly settings: BrokerSettings;
  readonly stats: Pick<BrokerStats, 'topicTraffic' | 'groupRates'>;
}

/** What came in and went out. Source: broker/metrics/BrokerMetricsManager.java initRequestMetrics (5.3.3) */
export function messageMetrics({ settings, stats }: MessageMetricsParts): MetricGroup {
  const node = nodeLabels(settings);
  const messagesIn = new MetricFamily('counter', 'rocketmq_messages_in_total', 'Total number of incoming messages');
  const throughputIn = new MetricFamily('counter', 'rocketmq_throughput_in_total', 'Total traffic of incoming messages, bytes of their records');
  const messageSize = new MetricFamily('histogram', 'rocketmq_message_size', 'Incoming messages size, bytes of their records');
  const messagesOut = new MetricFamily('counter', 'rocketmq_messages_out_total', 'Total number of outgoing messages');
  const throughputOut = new MetricFamily('counter', 'rocketmq_throughput_out_total', 'Total traffic of outgoing messages, bytes of their records');
  const storedLabels = new WeakMap<StoredTraffic, LabelText>();
  const readLabels = new WeakMap<ReadTraffic, LabelText>();

  return {
    families: [messagesIn, throughputIn, messageSize, messagesOut, throughputOut],
    *collect() {
      for (const traffic of stats.topicTraffic?.all() ?? []) {
        const { topic, messageType, messages, bytes, sizes } = traffic;
        const labels = kept(storedLabels, traffic, () => labelText({ ...node, topic, message_type: messageType, is_system: String(isSystemTopic(topic, settings)) }));
        messagesIn.set(labels, messages);
        throughputIn.set(labels, bytes);
        messageSize.setHistogram(labels, sizes);
        yield;
      }
      for (const traffic of stats.groupRates.all()) {
        const { topic, group, messages, bytes } = traffic;
        const isSystem = (): boolean => isSystemTopic(topic, settings) || isSystemGroup(group);
        const labels = kept(readLabels, traffic, () => labelText({ ...node, topic, consumer_group: group, is_retry: String(isRetryOrDlqTopic(topic)), is_system: String(isSystem()) }));
        messagesOut.set(labels, messages);
        throughputOut.set(labels, bytes);
        yield;
      }
    },
  };
}

function kept<K extends object>(known: WeakMap<K, LabelText>, key: K, make: () => LabelText): LabelText {
  let labels = known.get(key);
  if (labels === undefined) known.set(key, (labels = make()));
  return labels;
}
