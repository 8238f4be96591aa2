/**
 * How fast messages are pulled and consumed, per topic over the last minute, as brokers ask for it (307).
 *
 * Source: client/stat/ConsumerStatsManager.java (4.6.0), whose snapshots are also of the last minute
 */
import type { ConsumeStatus } from '@rocketmq-ts/remoting-protocol';
import type { Clock } from '@rocketmq-ts/kernel';

const SLOT_MS = 10_000;
const SLOTS = 6;
const HOUR_MS = 3_600_000;

interface Slot {
  startMs: number;
  pulls: number;
  pullMs: number;
  pulled: number;
  calls: number;
  callMs: number;
  ok: number;
  failed: number;
}

interface TopicStats {
  readonly slots: Slot[];
  failedThisHour: number;
  hourStartMs: number;
}

export class ConsumerStats {
  readonly #clock: Clock;
  readonly #topics = new Map<string, TopicStats>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  pulled(topic: string, tookMs: number, count: number): void {
    const nowMs = this.#clock.monotonicMs();
    const slot = slotOf(this.#statsOf(topic, nowMs), nowMs);
    slot.pulls += 1;
    slot.pullMs += tookMs;
    slot.pulled += count;
  }

  consumed(topic: string, tookMs: number, okCount: number, failedCount: number): void {
    const nowMs = this.#clock.monotonicMs();
    const stats = this.#statsOf(topic, nowMs);
    const slot = slotOf(stats, nowMs);
    slot.calls += 1;
    slot.callMs += tookMs;
    slot.ok += okCount;
    slot.failed += failedCount;
    stats.failedThisHour += failedCount;
  }

  status(topic: string): ConsumeStatus {
    const nowMs = this.#clock.monotonicMs();
    const stats = this.#statsOf(topic, nowMs);
    slotOf(stats, nowMs);
    const sum = (field: keyof Slot): number => stats.slots.reduce((total, slot) => total + slot[field], 0);
    const perSecond = (count: number): number => count / ((SLOT_MS * SLOTS) / 1000);
    return {
      pullRT: ratio(sum('pullMs'), sum('pulls')),
      pullTPS: perSecond(sum('pulled')),
      consumeRT: ratio(sum('callMs'), sum('calls')),
      consumeOKTPS: perSecond(sum('ok')),
      consumeFailedTPS: perSecond(sum('failed')),
      consumeFailedMsgs: stats.failedThisHour,
    };
  }

  #statsOf(topic: string, nowMs: number): TopicStats {
    let stats = this.#topics.get(topic);
    if (stats === undefined) this.#topics.set(topic, (stats = { slots: [], failedThisHour: 0, hourStartMs: nowMs }));
    if (nowMs - stats.hourStartMs >= HOUR_MS) {
      stats.failedThisHour = 0;
      stats.hourStartMs = nowMs;
    }
    return stats;
  }
}

/** The slot of this moment; those older than a minute go. */
function slotOf({ slots }: TopicStats, nowMs: number): Slot {
  const startMs = Math.floor(nowMs / SLOT_MS) * SLOT_MS;
  while (slots.length > 0 && slots[0]!.startMs <= startMs - SLOT_MS * SLOTS) slots.shift();
  const last = slots.at(-1);
  if (last?.startMs === startMs) return last;
  const slot: Slot = { startMs, pulls: 0, pullMs: 0, pulled: 0, calls: 0, callMs: 0, ok: 0, failed: 0 };
  slots.push(slot);
  return slot;
}

function ratio(sum: number, count: number): number {
  return count === 0 ? 0 : sum / count;
}
