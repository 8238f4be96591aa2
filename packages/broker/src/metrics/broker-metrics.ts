import type { Env } from '@rocketmq-ts/kernel';
import type { Registry } from 'prom-client';

import type { BrokerSettings } from '../settings.ts';
import { clientMetrics, type ClientMetricsParts } from './client-metrics.ts';
import { lagMetrics, type LagMetricsParts } from './lag-metrics.ts';
import { messageMetrics, type MessageMetricsParts } from './message-metrics.ts';
import { replicationMetrics, type ReplicationMetricsParts } from './replication-metrics.ts';
import type { MetricGroup } from './metric-family.ts';
import { nodeLabels } from './node-labels.ts';
import { storeMetrics, type StoreMetricsParts } from './store-metrics.ts';

export type BrokerMetricsParts = ClientMetricsParts & LagMetricsParts & MessageMetricsParts & ReplicationMetricsParts & StoreMetricsParts & { readonly env: Pick<Env, 'clock' | 'disk' | 'timers'> };

/** Time after which the making of the text lets the event loop do something else. */
const SLICE_MS = 1;
const EVENT_LOOP_PRECISION_MS = 10;
/** These walk over all that the process has open, at every scrape. */
const COSTLY = ['nodejs_active_handles', 'nodejs_active_handles_total', 'nodejs_active_requests', 'nodejs_active_requests_total', 'nodejs_active_resources', 'nodejs_active_resources_total'];

/**
 * All metrics of a broker as Prometheus' text: those of the process are prom-client's. Names, types and labels are those
 * of 5.3.3 where it has the same, read off its own endpoint. Nothing is done for them per message besides additions to
 * plain fields; what costs is making the text, which grows with the number of topics and groups and is done in slices.
 */
export class BrokerMetrics {
  readonly #env: Pick<Env, 'clock' | 'timers'>;
  readonly #process: Registry | undefined;
  readonly #groups: readonly MetricGroup[];
  #sliceEndMs = 0;

  private constructor(env: Pick<Env, 'clock' | 'timers'>, ofProcess: Registry | undefined, groups: readonly MetricGroup[]) {
    this.#env = env;
    this.#process = ofProcess;
    this.#groups = groups;
  }

  /** @param withProcess also the process' memory, garbage collection, processor time and event-loop delay; one per process */
  static async create(parts: BrokerMetricsParts, withProcess: boolean): Promise<BrokerMetrics> {
    const groups = [storeMetrics(parts), replicationMetrics(parts), clientMetrics(parts), messageMetrics(parts), lagMetrics(parts)];
    return new BrokerMetrics(parts.env, withProcess ? await processRegistry(parts.settings) : undefined, groups);
  }

  /** Each series as it is at its moment. One call at a time. */
  async text(): Promise<string> {
    let text = '';
    this.#startSlice();
    for (const group of this.#groups) {
      for (const _ of group.collect()) if (this.#env.clock.monotonicMs() >= this.#sliceEndMs) await this.#breathe();
      for (const family of group.families) text += family.take();
    }
    return this.#process === undefined ? text : text + (await this.#process.metrics());
  }

  async #breathe(): Promise<void> {
    await new Promise<void>((resolve) => this.#env.timers.after(0, resolve));
    this.#startSlice();
  }

  #startSlice(): void {
    this.#sliceEndMs = this.#env.clock.monotonicMs() + SLICE_MS;
  }
}

async function processRegistry(settings: BrokerSettings): Promise<Registry> {
  // Loaded by those who have metrics on; the start of all others would pay for it.
  const { collectDefaultMetrics, Registry: PromRegistry } = await import('prom-client');
  const register = new PromRegistry();
  collectDefaultMetrics({ register, labels: nodeLabels(settings), eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
  for (const name of COSTLY) register.removeSingleMetric(name);
  return register;
}
