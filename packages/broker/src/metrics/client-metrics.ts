import { languageName, MQ_VERSION_NAMES } from '@rocketmq-ts/remoting-protocol';

import type { ClientChannel } from '../registry/client-channel.ts';
import type { Consumers } from '../registry/consumers.ts';
import type { Producers } from '../registry/producers.ts';
import type { BrokerSettings } from '../settings.ts';
import { type Labels, labelText, MetricFamily, type MetricGroup } from './metric-family.ts';
import { isSystemGroup, nodeLabels } from './node-labels.ts';

export interface ClientMetricsParts {
  readonly settings: BrokerSettings;
  readonly producers: Producers;
  readonly consumers: Consumers;
  /** Open connections of clients, also of those that have sent no heartbeat. */
  readonly connectionCount: () => number;
  readonly heldPulls: () => number;
}

/** Who is connected. Source: broker/metrics/BrokerMetricsManager.java initConnectionMetrics (5.3.3) */
export function clientMetrics({ settings, producers, consumers, connectionCount, heldPulls }: ClientMetricsParts): MetricGroup {
  const node = nodeLabels(settings);
  const producerConnections = new MetricFamily('gauge', 'rocketmq_producer_connections', 'Producer connections');
  const consumerConnections = new MetricFamily('gauge', 'rocketmq_consumer_connections', 'Consumer connections');
  const connections = new MetricFamily('gauge', 'rocketmq_connections', 'Open connections at the ports for clients');
  const held = new MetricFamily('gauge', 'rocketmq_held_pulls', 'Pulls that wait for a message');
  return {
    families: [producerConnections, consumerConnections, connections, held],
    *collect() {
      const ofProducers = new Map<string, { readonly labels: Labels; count: number }>();
      for (const group of producers.groupNames()) countClients(ofProducers, producers.members(group)?.values() ?? [], node);
      for (const { labels, count } of ofProducers.values()) producerConnections.set(labelText(labels), count);
      for (const { groupName, members, consumeType } of consumers.all()) {
        const ofGroup = new Map<string, { readonly labels: Labels; count: number }>();
        const labels = { ...node, consumer_group: groupName, consume_mode: consumeType === 'CONSUME_ACTIVELY' ? 'pull' : 'push', is_system: String(isSystemGroup(groupName)) };
        countClients(ofGroup, members.values(), labels);
        for (const each of ofGroup.values()) consumerConnections.set(labelText(each.labels), each.count);
        yield;
      }
      connections.set(labelText(node), connectionCount());
      held.set(labelText(node), heldPulls());
    },
  };
}

function countClients(counts: Map<string, { readonly labels: Labels; count: number }>, clients: Iterable<ClientChannel>, others: Labels): void {
  for (const { language, version } of clients) {
    const key = `${language} ${version}`;
    const known = counts.get(key);
    if (known !== undefined) known.count++;
    else counts.set(key, { labels: { ...others, language: languageName(language)?.toLowerCase() ?? 'other', version: versionText(version), protocol_type: 'remoting' }, count: 1 });
  }
}

/** As Java names it: v4_6_0. */
function versionText(version: number): string {
  return (MQ_VERSION_NAMES[version] ?? 'HIGHER_VERSION').toLowerCase();
}
