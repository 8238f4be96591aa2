import type { StoreStats } from '@rocketmq-ts/store';

import { RateWindow } from './rate-window.ts';

/** Java samples each second and keeps ten minutes; ten seconds apart gives the same three figures. */
export const SAMPLE_PERIOD_MS = 10_000;
const SAMPLES_MAX = 61;
const SPANS_MS = [10_000, 60_000, 600_000] as const;

/** Rates of the whole store for the runtime info. Source: store/StoreStatsService.java (4.6.0) */
export class StoreRates {
  readonly #put = new RateWindow(SAMPLES_MAX);
  readonly #found = new RateWindow(SAMPLES_MAX);
  readonly #miss = new RateWindow(SAMPLES_MAX);
  readonly #transferred = new RateWindow(SAMPLES_MAX);

  sample(nowMs: number, stats: StoreStats): void {
    this.#put.sample(nowMs, stats.putTimesTotal);
    this.#found.sample(nowMs, stats.getFoundTimes);
    this.#miss.sample(nowMs, stats.getMissTimes);
    this.#transferred.sample(nowMs, stats.getTransferredMessages);
  }

  /** Each text is three numbers: over 10 s, 60 s and 600 s. */
  texts(): { putTps: string; getFoundTps: string; getMissTps: string; getTotalTps: string; getTransferedTps: string } {
    return {
      putTps: ratesText((spanMs) => this.#put.perSecond(spanMs)),
      getFoundTps: ratesText((spanMs) => this.#found.perSecond(spanMs)),
      getMissTps: ratesText((spanMs) => this.#miss.perSecond(spanMs)),
      getTotalTps: ratesText((spanMs) => this.#found.perSecond(spanMs) + this.#miss.perSecond(spanMs)),
      getTransferedTps: ratesText((spanMs) => this.#transferred.perSecond(spanMs)),
    };
  }
}

function ratesText(rateOver: (spanMs: number) => number): string {
  return SPANS_MS.map((spanMs) => doubleText(rateOver(spanMs))).join(' ');
}

/** As Java prints a double of ordinary size. */
function doubleText(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
