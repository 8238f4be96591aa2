/** A counter's total at a time. */
interface Sample {
  readonly atMs: number;
  readonly total: number;
}

/**
 * Turns a growing total into rates over the last seconds. The caller samples at a steady period; a rate over a span
 * longer than what was sampled so far is taken over what there is.
 */
export class RateWindow {
  readonly #samplesMax: number;
  readonly #samples: Sample[] = [];

  constructor(samplesMax: number) {
    this.#samplesMax = samplesMax;
  }

  sample(nowMs: number, total: number): void {
    this.#samples.push({ atMs: nowMs, total });
    if (this.#samples.length > this.#samplesMax) this.#samples.shift();
  }

  /** The window is full and the total did not move in it. */
  get isIdle(): boolean {
    return this.#samples.length === this.#samplesMax && this.#samples[0]?.total === this.#samples.at(-1)?.total;
  }

  /** Per second, over the last `spanMs` or as much of it as was sampled. 0 before the second sample. */
  perSecond(spanMs: number): number {
    const last = this.#samples.at(-1);
    if (last === undefined) return 0;
    const first = this.#samples.find(({ atMs }) => last.atMs - atMs <= spanMs) ?? last;
    const elapsedMs = last.atMs - first.atMs;
    return elapsedMs === 0 ? 0 : ((last.total - first.total) * 1000) / elapsedMs;
  }
}
