import type { DurabilityWaiter } from './ports.ts';

const CAPACITY_MIN = 64;

/**
 * Waiters in order of the log offset they wait for, in parallel arrays used as a ring: joining and leaving allocates
 * nothing. Who joins with a smaller offset than the one before waits for that one too.
 */
export class WaiterRing {
  #ends = new Float64Array(CAPACITY_MIN);
  #deadlines = new Float64Array(CAPACITY_MIN);
  #waiters: (DurabilityWaiter | undefined)[] = new Array<undefined>(CAPACITY_MIN).fill(undefined);
  #head = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** End offset the oldest waiter waits for; Infinity when there is none. */
  get headEnd(): number {
    return this.#count === 0 ? Infinity : (this.#ends[this.#head] as number);
  }

  /** Monotonic ms at which the oldest waiter gives up; Infinity when there is none. */
  get headDeadline(): number {
    return this.#count === 0 ? Infinity : (this.#deadlines[this.#head] as number);
  }

  get tailEnd(): number {
    return this.#count === 0 ? -Infinity : (this.#ends[this.#slot(this.#count - 1)] as number);
  }

  push(endOffset: number, deadlineMs: number, waiter: DurabilityWaiter): void {
    if (this.#count === this.#waiters.length) this.#grow();
    const slot = this.#slot(this.#count);
    this.#ends[slot] = Math.max(endOffset, this.tailEnd);
    this.#deadlines[slot] = deadlineMs;
    this.#waiters[slot] = waiter;
    this.#count += 1;
  }

  /** The oldest waiter leaves. Not on an empty ring. */
  shift(): DurabilityWaiter {
    const waiter = this.#waiters[this.#head] as DurabilityWaiter;
    this.#waiters[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#waiters.length - 1);
    this.#count -= 1;
    return waiter;
  }

  /** All that wait for more than `endOffset` leave; oldest first. */
  takeBeyond(endOffset: number): DurabilityWaiter[] {
    const taken: DurabilityWaiter[] = [];
    while (this.tailEnd > endOffset) {
      const slot = this.#slot(this.#count - 1);
      taken.push(this.#waiters[slot] as DurabilityWaiter);
      this.#waiters[slot] = undefined;
      this.#count -= 1;
    }
    return taken.reverse();
  }

  #slot(index: number): number {
    return (this.#head + index) & (this.#waiters.length - 1);
  }

  #grow(): void {
    const capacity = this.#waiters.length * 2;
    const ends = new Float64Array(capacity);
    const deadlines = new Float64Array(capacity);
    const waiters = new Array<DurabilityWaiter | undefined>(capacity).fill(undefined);
    for (let index = 0; index < this.#count; index++) {
      const slot = this.#slot(index);
      ends[index] = this.#ends[slot] as number;
      deadlines[index] = this.#deadlines[slot] as number;
      waiters[index] = this.#waiters[slot];
    }
    this.#ends = ends;
    this.#deadlines = deadlines;
    this.#waiters = waiters;
    this.#head = 0;
  }
}
