import { assert } from '../assert.ts';
import { drainMicrotasks } from '../node/drain-microtasks.ts';
import type { Random } from '../random.ts';
import type { EventOwner, SimEvent } from './event-heap.ts';
import { EventHeap } from './event-heap.ts';

/** 2024-01-01 00:00:00 UTC; any date will do as long as it is always the same. */
const WALL_START_MS = 1_704_067_200_000;

/**
 * The event loop of the simulated world. One event happens at a time; before the next one every promise that can
 * go on has gone on. Time passes only between events, so a minute of waiting costs nothing.
 */
export class Scheduler {
  readonly random: Random;
  nowMs = 0;
  private readonly heap = new EventHeap();
  private readonly failures: unknown[] = [];
  private orderNext = 0;
  private isRunning = false;

  constructor(random: Random) {
    this.random = random;
  }

  /** True time; each host's clock may be wrong by its own amount. */
  get wallMs(): number {
    return WALL_START_MS + this.nowMs;
  }

  schedule(kind: SimEvent['kind'], delayMs: number, run: () => void, owner: EventOwner | undefined): SimEvent {
    assert(delayMs >= 0, 'nothing is scheduled in the past');
    const event: SimEvent = { dueMs: this.nowMs + delayMs, order: this.orderNext++, kind, run, isCancelled: false, owner };
    this.heap.push(event);
    return event;
  }

  /** A duration in [minMs, maxMs), in steps of a microsecond. */
  between(minMs: number, maxMs: number): number {
    const steps = Math.floor((maxMs - minMs) * 1000);
    return minMs + (steps < 1 ? 0 : this.random.below(steps) / 1000);
  }

  /** Makes the run in progress, or the next, end with this error. */
  fail(error: unknown): void {
    this.failures.push(error);
  }

  /** Until nothing is under way any more; timers that merely wait do not count. */
  async runUntilIdle(): Promise<void> {
    await this.run(Infinity, () => !this.heap.has('work'));
  }

  async runFor(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    await this.run(endMs, () => false);
    this.nowMs = endMs;
  }

  /** Whether the condition came true before the limit, or before nothing was left to happen. */
  async runUntil(condition: () => boolean, limitMs: number): Promise<boolean> {
    return this.run(this.nowMs + limitMs, condition);
  }

  private async run(endMs: number, isDone: () => boolean): Promise<boolean> {
    assert(!this.isRunning, 'the simulation is run from one place at a time');
    this.isRunning = true;
    try {
      await drainMicrotasks();
      for (;;) {
        this.throwFailure();
        if (isDone()) return true;
        const event = this.heap.peek();
        if (event === undefined || event.dueMs > endMs) return false;
        this.heap.pop();
        this.nowMs = event.dueMs;
        this.happen(event);
        await drainMicrotasks();
      }
    } finally {
      this.isRunning = false;
    }
  }

  private happen(event: SimEvent): void {
    try {
      event.run();
    } catch (error) {
      // What a process throws while it dies is no longer anybody's business.
      if (event.owner?.isAlive !== false) this.fail(error);
    }
  }

  private throwFailure(): void {
    if (this.failures.length > 0) throw this.failures.shift();
  }
}
