// Whether a figure is worse than the baseline allows. Pure.

/** By subject: its time in times of the fixed loop, the median of many samples. */
export type Ratios = Readonly<Record<string, number>>;

export interface Baseline {
  /** A subject fails when it takes more than so many times what it took. */
  readonly limit: number;
  readonly ratios: Ratios;
}

export interface GateLine {
  readonly id: string;
  readonly ratio: number;
  /** Undefined: the baseline does not know this subject. */
  readonly timesBaseline: number | undefined;
  readonly isTooSlow: boolean;
}

export function compareWithBaseline(ratios: Ratios, { limit, ratios: known }: Baseline): GateLine[] {
  return Object.entries(ratios).map(([id, ratio]) => {
    const before = known[id];
    const timesBaseline = before === undefined ? undefined : ratio / before;
    return { id, ratio, timesBaseline, isTooSlow: timesBaseline !== undefined && timesBaseline > limit };
  });
}

/** The lesser of two runs, subject by subject: noise only ever adds. */
export function leastOf(one: Ratios, other: Ratios): Ratios {
  return Object.fromEntries(Object.entries(one).map(([id, ratio]) => [id, Math.min(ratio, other[id] ?? ratio)]));
}
