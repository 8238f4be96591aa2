import type { Env } from '@rocketmq-ts/kernel';
import { isReadable, isRetryTopic, isWriteable, type TopicConfig } from '@rocketmq-ts/remoting-protocol';
import type { QueueReader } from '@rocketmq-ts/store';

import type { ConsumerOffsets } from '../offsets/consumer-offsets.ts';
import type { Consumers } from '../registry/consumers.ts';
import type { BrokerSettings, LiveSettings } from '../settings.ts';
import type { TopicTable } from '../topics/topic-table.ts';
import { type LabelText, labelText, MetricFamily, type MetricGroup } from './metric-family.ts';
import { isSystemGroup, isSystemTopic, nodeLabels } from './node-labels.ts';

export interface LagMetricsParts {
  readonly env: Pick<Env, 'clock'>;
  readonly settings: BrokerSettings;
  readonly live: LiveSettings;
  readonly topics: TopicTable;
  readonly consumers: Consumers;
  readonly offsets: ConsumerOffsets;
  /** How far each group has asked. */
  readonly pullOffsets: ConsumerOffsets;
  readonly queues: QueueReader;
}

/** What is kept of a group's place in a topic from one scrape to the next. */
interface Place {
  readonly labels: LabelText;
  /** By queue: where the group stood at the last scrape, and when that message was stored. Who stands still is not read again. */
  readonly offsets: number[];
  readonly storedMs: number[];
}

/**
 * How far each group is behind.
 *
 * Java differs: a group without a member has no lag there; here it goes on having the lag of what it has committed.
 * Source: broker/metrics/ConsumerLagCalculator.java (5.3.3)
 */
export function lagMetrics(parts: LagMetricsParts): MetricGroup {
  const node = nodeLabels(parts.settings);
  const lagMessages = new MetricFamily('gauge', 'rocketmq_consumer_lag_messages', 'Consumer lag messages');
  const lagLatency = new MetricFamily('gauge', 'rocketmq_consumer_lag_latency_milliseconds', 'Consumer lag time: age of the oldest message that is not consumed');
  const inflight = new MetricFamily('gauge', 'rocketmq_consumer_inflight_messages', 'Consumer inflight messages: given out and not consumed');
  const ready = new MetricFamily('gauge', 'rocketmq_consumer_ready_messages', 'Consumer ready messages: not given out yet');
  let places = new Map<string, Place>();

  const placeOf = (group: string, topic: string, key: string): Place => {
    const isSystem = isSystemTopic(topic, parts.settings) || isSystemGroup(group);
    return places.get(key) ?? { labels: labelText({ ...node, consumer_group: group, topic, is_retry: 'false', is_system: String(isSystem) }), offsets: [], storedMs: [] };
  };

  return {
    families: [lagMessages, lagLatency, inflight, ready],
    *collect() {
      const present = new Map<string, Place>();
      const nowMs = parts.env.clock.wallMs();
      for (const [group, config] of followed(parts)) {
        const key = `${config.topicName}@${group}`;
        if (present.has(key)) continue;
        const place = placeOf(group, config.topicName, key);
        present.set(key, place);
        const lag = lagOf(parts, group, config, place);
        lagMessages.set(place.labels, lag.messages);
        lagLatency.set(place.labels, lag.oldestMs === undefined ? 0 : Math.max(0, nowMs - lag.oldestMs));
        inflight.set(place.labels, lag.inflight);
        ready.set(place.labels, lag.ready);
        yield;
      }
      places = present;
    },
  };
}

/** What online members subscribe to, and what groups without a member have committed offsets of. */
function* followed({ topics, consumers, offsets, live }: LagMetricsParts): Generator<[string, TopicConfig]> {
  for (const [group, topic] of subscribed(consumers, offsets)) {
    if (isRetryTopic(topic)) continue;
    const config = topics.get(topic);
    if (config === undefined) continue;
    const perm = config.perm & live.brokerPermission;
    if (isReadable(perm) || isWriteable(perm)) yield [group, config];
  }
}

function* subscribed(consumers: Consumers, offsets: ConsumerOffsets): Generator<[string, string]> {
  for (const group of consumers.all()) for (const topic of group.subscriptions.keys()) yield [group.groupName, topic];
  for (const [topic, group] of offsets.pairs()) if (consumers.get(group) === undefined) yield [group, topic];
}

interface Lag {
  readonly messages: number;
  readonly inflight: number;
  readonly ready: number;
  /** Store time of the oldest message that is not consumed, wall ms. */
  readonly oldestMs: number | undefined;
}

function lagOf({ queues, offsets, pullOffsets }: LagMetricsParts, group: string, { topicName, writeQueueNums }: TopicConfig, place: Place): Lag {
  let [messages, inflight, ready] = [0, 0, 0];
  let oldestMs = Infinity;
  for (let queueId = 0; queueId < writeQueueNums; queueId++) {
    const end = queues.maxQueueOffset(topicName, queueId);
    const asked = pullOffsets.query(group, topicName, queueId);
    if (end === 0) continue;
    const committed = offsets.query(group, topicName, queueId);
    const consumed = committed < 0 ? end : committed;
    messages += Math.max(0, end - consumed);
    if (asked >= 0) {
      ready += Math.max(0, end - asked);
      if (committed >= 0) inflight += Math.max(0, asked - committed);
    }
    if (consumed >= end) continue;
    if (place.offsets[queueId] !== consumed) {
      place.offsets[queueId] = consumed;
      place.storedMs[queueId] = queues.storeTimestampOf(topicName, queueId, consumed);
    }
    const storedMs = place.storedMs[queueId] ?? -1;
    if (storedMs > 0) oldestMs = Math.min(oldestMs, storedMs);
  }
  return { messages, inflight, ready, oldestMs: oldestMs === Infinity ? undefined : oldestMs };
}
