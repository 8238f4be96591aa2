// How long a plan still takes, learnt from what its steps took. Pure.

export interface Expected {
  /** Steps of one kind are wrong in the same way. */
  readonly kind: string;
  readonly seconds: number;
}

interface Learnt {
  expected: number;
  took: number;
}

export class RemainingTime {
  readonly #steps: readonly Expected[];
  readonly #learnt = new Map<string, Learnt>();
  readonly #all: Learnt = { expected: 0, took: 0 };
  #next = 0;

  constructor(steps: readonly Expected[]) {
    this.#steps = steps;
  }

  get done(): number {
    return this.#next;
  }

  get total(): number {
    return this.#steps.length;
  }

  /** The next step is over. @param took undefined when it was left out: nothing is learnt from it */
  finish(took: number | undefined): void {
    const step = this.#steps[this.#next++];
    if (step === undefined || took === undefined) return;
    const own = this.#learnt.get(step.kind) ?? { expected: 0, took: 0 };
    this.#learnt.set(step.kind, own);
    for (const learnt of [own, this.#all]) {
      learnt.expected += step.seconds;
      learnt.took += took;
    }
  }

  /** Seconds, of the steps that are not over; what the present one has taken already is the caller's to take off. */
  get seconds(): number {
    return this.#steps.slice(this.#next).reduce((sum, { kind, seconds }) => sum + seconds * this.#factorOf(kind), 0);
  }

  #factorOf(kind: string): number {
    const { expected, took } = this.#learnt.get(kind) ?? this.#all;
    return expected > 0 ? took / expected : 1;
  }
}

/** `40 s`, `12 min`, `1 h 05 min`. */
export function spoken(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
