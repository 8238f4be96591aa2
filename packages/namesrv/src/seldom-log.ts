/**
 * Warnings that would come with every request of the same peer: said once a minute for each offender. Offenders are named
 * from outside, so only so many are remembered.
 */
import type { Clock, Log, LogFields } from '@rocketmq-ts/kernel';

const PAUSE_MS = 60_000;
const OFFENDERS_MAX = 1000;

export class SeldomLog {
  readonly #log: Log;
  readonly #clock: Clock;
  /** Offender → when it was named last, the longest ago first. */
  readonly #saidAtMs = new Map<string, number>();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  warn(offender: string, message: string, fields: LogFields): void {
    const nowMs = this.#clock.monotonicMs();
    const saidAtMs = this.#saidAtMs.get(offender);
    if (saidAtMs !== undefined && nowMs - saidAtMs < PAUSE_MS) return;
    this.#saidAtMs.delete(offender);
    this.#saidAtMs.set(offender, nowMs);
    for (const oldest of this.#saidAtMs.keys()) {
      if (this.#saidAtMs.size <= OFFENDERS_MAX) break;
      this.#saidAtMs.delete(oldest);
    }
    this.#log.warn(message, fields);
  }
}
