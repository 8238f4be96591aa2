import type { Env } from '@rocketmq-ts/kernel';
import type { Metric, Registry } from 'prom-client';

import { clientMetrics, type ClientMetricsParts } from './client-metrics.ts';
import { lagMetrics, type LagMetricsParts } from './lag-metrics.ts';
import { messageMetrics, type MessageMetricsParts } from './message-metrics.ts';
import { replicationMetrics, type ReplicationMetricsParts } from './replication-metrics.ts';
import type { MetricFamily, MetricGroup } from './metric-family.ts';
import { nodeLabels } from './node-labels.ts';
import { storeMetrics, type StoreMetricsParts } from './store-metrics.ts';

export type BrokerMetricsParts = ClientMetricsParts & LagMetricsParts & MessageMetricsParts & ReplicationMetricsParts & StoreMetricsParts & { readonly env: Pick<Env, 'clock' | 'disk' | 'timers'> };

/** Time after which the making of the text lets the event loop do something else. */
const SLICE_MS = 1;
const EVENT_LOOP_PRECISION_MS = 10;
/** These walk over all that the process has open, at every scrape. */
const COSTLY = ['nodejs_active_handles', 'nodejs_active_handles_total', 'nodejs_active_requests', 'nodejs_active_requests_total', 'nodejs_active_resources', 'nodejs_active_resources_total'];

/**
 * All metrics of a broker as Prometheus' text. Names, types and labels are those of 5.3.3 where it has the same, read
 * off its own endpoint. Nothing is done for them per message besides additions to plain fields; what costs is making the
 * text, which grows with the number of topics and groups and is done in slices.
 */
export class BrokerMetrics {
  readonly #env: Pick<Env, 'clock' | 'timers'>;
  readonly #registry: Registry;
  readonly #groups: readonly MetricGroup[];
  readonly #processMetrics: readonly string[];

  private constructor(env: Pick<Env, 'clock' | 'timers'>, registry: Registry, groups: readonly MetricGroup[]) {
    this.#env = env;
    this.#registry = registry;
    this.#processMetrics = registry.getMetricsAsArray().map(({ name }) => name);
    this.#groups = groups;
    for (const { families } of groups) for (const family of families) registry.registerMetric(asMetric(family));
  }

  /** @param withProcess also the process' memory, garbage collection, processor time and event-loop delay; one per process */
  static async create(parts: BrokerMetricsParts, withProcess: boolean): Promise<BrokerMetrics> {
    // Loaded by those who have metrics on; the start of all others would pay for it.
    const { collectDefaultMetrics, Registry: PromRegistry } = await import('prom-client');
    const register = new PromRegistry();
    if (withProcess) {
      collectDefaultMetrics({ register, labels: nodeLabels(parts.settings), eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
      for (const name of COSTLY) register.removeSingleMetric(name);
    }
    return new BrokerMetrics(parts.env, register, [storeMetrics(parts), replicationMetrics(parts), clientMetrics(parts), messageMetrics(parts), lagMetrics(parts)]);
  }

  /** Each family as it is at its moment. One call at a time. */
  async text(): Promise<string> {
    const texts: string[] = [];
    let sliceEndMs = this.#env.clock.monotonicMs() + SLICE_MS;
    const add = async (name: string): Promise<void> => {
      texts.push(await this.#registry.getSingleMetricAsString(name));
      if (this.#env.clock.monotonicMs() < sliceEndMs) return;
      await new Promise<void>((resolve) => this.#env.timers.after(0, resolve));
      sliceEndMs = this.#env.clock.monotonicMs() + SLICE_MS;
    };
    for (const group of this.#groups) {
      group.collect();
      for (const { name } of group.families) await add(name);
    }
    for (const name of this.#processMetrics) await add(name);
    return `${texts.join('\n\n')}\n`;
  }
}

/** The registry asks a metric for no more than `name` and `get`; its type says more, for those who are given one. */
function asMetric(family: MetricFamily): Metric {
  return family as unknown as Metric;
}
