import { AssertionError } from '../assert.ts';
import type { Death } from './disk-faults.ts';
import type { EventOwner, SimEvent } from './event-heap.ts';
import type { Scheduler } from './scheduler.ts';

/** One run of one simulated process, from its start to its death. Everything it scheduled dies with it. */
export class Life implements EventOwner {
  private readonly scheduler: Scheduler;
  private readonly onDeath = new Set<(how: Death) => void>();
  private alive = true;

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
  }

  get isAlive(): boolean {
    return this.alive;
  }

  schedule(kind: SimEvent['kind'], delayMs: number, run: () => void): SimEvent {
    return this.scheduler.schedule(kind, delayMs, run, this);
  }

  /** Returns how to take the wish back. */
  whenDead(clean: (how: Death) => void): () => void {
    this.onDeath.add(clean);
    return () => void this.onDeath.delete(clean);
  }

  end(how: Death): void {
    this.alive = false;
    for (const clean of this.onDeath) clean(how);
    this.onDeath.clear();
  }

  assertAlive(): void {
    if (!this.alive) throw new HostDied();
  }
}

/**
 * Unwinds the code of a process that died in the middle of a call. An assertion, because whoever catches
 * operating errors must let it through: a dead process does not handle errors.
 */
export class HostDied extends AssertionError {
  constructor() {
    super('this simulated process is dead');
  }
}
