/** A running timer; `cancel` is idempotent and after it the callback does not run. */
export interface Timer {
  cancel(): void;
}

/**
 * Deferred work. A table of deadlines uses one `every` sweep; a timer per request or per message
 * is a defect (see docs/decisions).
 */
export interface Timers {
  /** Runs `callback` once, no earlier than `delayMs` of monotonic time from now. */
  after(delayMs: number, callback: () => void): Timer;
  /** Runs `callback` again and again, `periodMs` apart; a late run is not made up for. */
  every(periodMs: number, callback: () => void): Timer;
}
