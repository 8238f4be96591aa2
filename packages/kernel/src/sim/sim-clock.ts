import type { Clock } from '../clock.ts';
import type { Scheduler } from './scheduler.ts';

/** A host's own clock. The wall clock may be set; the monotonic one cannot. */
export class SimClock implements Clock {
  private readonly scheduler: Scheduler;
  private wallErrorMs = 0;

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
  }

  wallMs(): number {
    return Math.floor(this.scheduler.wallMs + this.wallErrorMs);
  }

  monotonicMs(): number {
    return this.scheduler.nowMs;
  }

  /** Somebody sets the clock, forward or back. */
  moveWall(byMs: number): void {
    this.wallErrorMs += byMs;
  }

  setWall(wallMs: number): void {
    this.wallErrorMs = wallMs - this.scheduler.wallMs;
  }
}
