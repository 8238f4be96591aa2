import type { Tally } from './tally.ts';

/** The sends of one connection that are under way, each with a small number by which its answer finds it. */
export class Slots {
  readonly #tally: Tally;
  readonly #since: Float64Array;
  readonly #freeSlots: Int32Array;
  #free: number;

  constructor(count: number, tally: Tally) {
    this.#tally = tally;
    this.#since = new Float64Array(count).fill(Number.NaN);
    this.#freeSlots = Int32Array.from({ length: count }, (_, slot) => slot);
    this.#free = count;
  }

  get free(): number {
    return this.#free;
  }

  get underWay(): number {
    return this.#since.length - this.#free;
  }

  /** @param since when the time of this send begins. @returns its slot; there must be a free one */
  take(since: number): number {
    const slot = this.#freeSlots[--this.#free] as number;
    this.#since[slot] = since;
    return slot;
  }

  /** @returns since when this send was waiting; NaN when it was not, as with a second answer to the same */
  release(slot: number): number {
    const since = this.#since[slot] ?? Number.NaN;
    if (Number.isNaN(since)) return since;
    this.#since[slot] = Number.NaN;
    this.#freeSlots[this.#free++] = slot;
    return since;
  }

  /** Counts those under way as waiting. @returns how many of the measured time there are */
  giveUp(now: number): number {
    let waiting = 0;
    for (const since of this.#since) {
      if (!this.#tally.isMeasured(since)) continue;
      this.#tally.waiting(since, now);
      waiting++;
    }
    return waiting;
  }
}
