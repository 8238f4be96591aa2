import type { Env, Timer } from '@rocketmq-ts/kernel';
import type { StoreStats } from '@rocketmq-ts/store';

import { DayTotals } from './day-totals.ts';
import { GroupRates } from './group-rates.ts';
import { PutTimes } from './put-times.ts';
import { SAMPLE_PERIOD_MS, StoreRates } from './store-rates.ts';
import { TopicTraffic } from './topic-traffic.ts';

const PUT_TIMES_SAMPLES = 6;

/** All figures of the broker that are counted over time, sampled by one timer. */
export interface BrokerStats {
  readonly bootWallMs: number;
  readonly rates: StoreRates;
  readonly groupRates: GroupRates;
  readonly putTimes: PutTimes;
  readonly days: DayTotals;
  /** Counted for metrics only. */
  readonly topicTraffic: TopicTraffic | undefined;
}

export function createBrokerStats(env: Pick<Env, 'clock'>, withTopicTraffic: boolean): BrokerStats {
  const bootWallMs = env.clock.wallMs();
  const topicTraffic = withTopicTraffic ? new TopicTraffic() : undefined;
  return { bootWallMs, rates: new StoreRates(), groupRates: new GroupRates(), putTimes: new PutTimes(), days: new DayTotals(bootWallMs), topicTraffic };
}

export interface SampledParts {
  readonly store: StoreStats;
  readonly isTopic: (topic: string) => boolean;
}

export function startSampling(env: Pick<Env, 'clock' | 'timers'>, stats: BrokerStats, { store, isTopic }: SampledParts): Timer {
  let samples = 0;
  stats.rates.sample(env.clock.monotonicMs(), store);
  return env.timers.every(SAMPLE_PERIOD_MS, () => {
    const nowMs = env.clock.monotonicMs();
    stats.rates.sample(nowMs, store);
    stats.groupRates.sample(nowMs, isTopic);
    stats.topicTraffic?.keep(isTopic);
    stats.days.sample(env.clock.wallMs(), store);
    if (++samples % PUT_TIMES_SAMPLES === 0) stats.putTimes.reset();
  });
}
