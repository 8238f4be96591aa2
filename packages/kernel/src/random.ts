/** Randomness that a simulation can replay. Not for secrets. */
export interface Random {
  /** An integer in [0, bound), 1 ≤ bound ≤ 2^32. */
  below(bound: number): number;
}
