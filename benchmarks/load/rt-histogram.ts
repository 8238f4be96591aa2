import type { RoundTripTimes } from '../sync-replication/results.ts';

/** What crosses threads. */
export interface HistogramData {
  readonly counts: Uint32Array;
  readonly total: number;
  readonly sumUs: number;
  readonly maxUs: number;
}

const PER_US = 10;
const EXACT_BITS = 10;
const LARGEST = 0xffff_ffff;
const BUCKETS = ((32 - EXACT_BITS) << EXACT_BITS) + (1 << EXACT_BITS);

/**
 * Times in microseconds, in buckets of 0.1 µs or 0.1 % of the time, whichever is wider; up to 429 s. The greatest and the
 * mean are exact. Recording is an index and an addition (perf_hooks' histogram takes a native call), and merging is addition.
 */
export class RtHistogram {
  readonly #counts: Uint32Array = new Uint32Array(BUCKETS);
  #total = 0;
  #sumUs = 0;
  #maxUs = 0;

  static merged(parts: readonly HistogramData[]): RtHistogram {
    const all = new RtHistogram();
    for (const part of parts) all.add(part);
    return all;
  }

  get total(): number {
    return this.#total;
  }

  record(us: number): void {
    const at = bucketOf(us);
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.#total++;
    this.#sumUs += us;
    if (us > this.#maxUs) this.#maxUs = us;
  }

  add({ counts, total, sumUs, maxUs }: HistogramData): void {
    for (let at = 0; at < BUCKETS; at++) this.#counts[at] = (this.#counts[at] as number) + (counts[at] as number);
    this.#total += total;
    this.#sumUs += sumUs;
    this.#maxUs = Math.max(this.#maxUs, maxUs);
  }

  /** The smallest time that `share` percent do not exceed, to the resolution; NaN when nothing was recorded. */
  percentile(share: number): number {
    if (this.#total === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil((share / 100) * this.#total));
    let seen = 0;
    let at = -1;
    while (seen < rank) seen += this.#counts[++at] as number;
    return Math.min(upperEndOf(at), this.#maxUs);
  }

  times(): RoundTripTimes {
    const empty = this.#total === 0;
    return {
      mean: empty ? Number.NaN : this.#sumUs / this.#total,
      p50: this.percentile(50),
      p90: this.percentile(90),
      p99: this.percentile(99),
      p999: this.percentile(99.9),
      p9999: this.percentile(99.99),
      max: empty ? Number.NaN : this.#maxUs,
    };
  }

  data(): HistogramData {
    return { counts: this.#counts, total: this.#total, sumUs: this.#sumUs, maxUs: this.#maxUs };
  }
}

/** Below 2^11 tenths each has its own bucket; above, 2^10 buckets for each power of two. */
function bucketOf(us: number): number {
  const tenths = Math.min(Math.max(0, Math.round(us * PER_US)), LARGEST) >>> 0;
  const shift = Math.max(0, 31 - EXACT_BITS - Math.clz32(tenths));
  return (shift << EXACT_BITS) + (tenths >>> shift);
}

function upperEndOf(bucket: number): number {
  const shift = Math.max(0, (bucket >>> EXACT_BITS) - 1);
  const head = bucket - (shift << EXACT_BITS);
  return ((head + 1) * 2 ** shift - 1) / PER_US;
}
