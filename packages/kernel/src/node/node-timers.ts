import type { Log } from '../log.ts';
import type { Timer, Timers } from '../timers.ts';
import { reportOrCrash } from './callback-guard.ts';

/** Node turns a longer delay into 1 ms. */
const NODE_DELAY_MS_MAX = 0x7fffffff;

/**
 * Node may run a timer a fraction of a millisecond early and forgets long delays; both are put right here by
 * looking at the monotonic clock. `after(0)` is an immediate: it lets sockets have their turn, and waits no longer.
 */
export function createNodeTimers(log: Log): Timers {
  return {
    after: (delayMs, callback) => new NodeTimer(log, callback, delayMs, undefined),
    every: (periodMs, callback) => new NodeTimer(log, callback, periodMs, Math.max(1, periodMs)),
  };
}

class NodeTimer implements Timer {
  private readonly log: Log;
  private readonly callback: () => void;
  private readonly periodMs: number | undefined;
  private dueMs = 0;
  private timeout: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private readonly tick = (): void => this.fire();

  constructor(log: Log, callback: () => void, delayMs: number, periodMs: number | undefined) {
    this.log = log;
    this.callback = callback;
    this.periodMs = periodMs;
    if (delayMs <= 0 && periodMs === undefined) this.immediate = setImmediate(this.tick);
    else this.arm(performance.now() + Math.max(1, delayMs));
  }

  cancel(): void {
    if (this.timeout !== undefined) clearTimeout(this.timeout);
    if (this.immediate !== undefined) clearImmediate(this.immediate);
    this.timeout = undefined;
    this.immediate = undefined;
    this.dueMs = Infinity;
  }

  private arm(dueMs: number): void {
    this.dueMs = dueMs;
    const delayMs = Math.min(NODE_DELAY_MS_MAX, Math.ceil(dueMs - performance.now()));
    this.timeout = setTimeout(this.tick, delayMs);
  }

  private fire(): void {
    if (performance.now() < this.dueMs) {
      this.arm(this.dueMs);
      return;
    }
    // Armed before the call, so that the callback can cancel and an exception does not end the series.
    if (this.periodMs === undefined) this.timeout = undefined;
    else this.arm(performance.now() + this.periodMs);
    try {
      this.callback();
    } catch (error) {
      reportOrCrash(this.log, 'timer', error);
    }
  }
}
