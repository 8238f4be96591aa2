/**
 * How often values fell into which range. Recording is a comparison or two and an addition; nothing is allocated.
 */
export class Histogram {
  /** Inclusive upper bounds, rising, as Prometheus counts (`le`). */
  readonly bounds: readonly number[];
  /** One for each bound, and one for what is above them all; not cumulated. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  /** @param times how many had this value */
  record(value: number, times = 1): void {
    let at = 0;
    while (at < this.bounds.length && value > (this.bounds[at] as number)) at++;
    this.counts[at] = (this.counts[at] as number) + times;
    this.sum += value * times;
  }
}
