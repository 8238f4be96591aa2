import type { StoreStats } from '@rocketmq-ts/store';

interface Totals {
  readonly put: number;
  readonly get: number;
}

/**
 * Totals at the last two midnights of local time, as operators compare them. Source: store/stats/BrokerStats.java (4.6.0)
 */
export class DayTotals {
  yesterdayMorning: Totals = { put: 0, get: 0 };
  todayMorning: Totals = { put: 0, get: 0 };
  #day: string;

  constructor(nowWallMs: number) {
    this.#day = dayOf(nowWallMs);
  }

  /** Called every few seconds; acts when the day is another one. */
  sample(nowWallMs: number, stats: StoreStats): void {
    const day = dayOf(nowWallMs);
    if (day === this.#day) return;
    this.#day = day;
    this.yesterdayMorning = this.todayMorning;
    this.todayMorning = { put: stats.putTimesTotal, get: stats.getTransferredMessages };
  }
}

function dayOf(wallMs: number): string {
  return new Date(wallMs).toDateString();
}
