/**
 * When each message of a steady rate is due: the n-th at `startMs + n / perSecond`, whatever became of those before it. What
 * was not taken in time stays due, and its time keeps counting; so a stall of the broker shows in all messages that it held up
 * (no coordinated omission).
 */
export class OpenSchedule {
  readonly intervalMs: number;
  readonly #startMs: number;
  #taken = 0;

  constructor(perSecond: number, startMs: number) {
    if (!(perSecond > 0)) throw new RangeError(`a rate of ${perSecond}/s is no rate`);
    this.intervalMs = 1000 / perSecond;
    this.#startMs = startMs;
  }

  /** When the first message that was not taken yet is due, ms. */
  get nextDueMs(): number {
    return this.#startMs + this.#taken * this.intervalMs;
  }

  /** How many are due at `nowMs` and not taken yet. */
  due(nowMs: number): number {
    if (nowMs < this.#startMs) return 0;
    // Counted from the start, so that rounding does not add up.
    return Math.max(0, Math.floor((nowMs - this.#startMs) / this.intervalMs) + 1 - this.#taken);
  }

  /** Takes `count` of those that are due. @returns when the first of them was due; the others follow every `intervalMs` */
  take(count: number): number {
    const first = this.nextDueMs;
    this.#taken += count;
    return first;
  }
}
