// The order A-B-B-A: what drifts with time (clocks, caches, neighbours) hits everybody alike.

/** Each round is the one before backwards. @param round from 0 */
export function interleaved<T>(things: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? things : things.toReversed();
}

/** What one round has found on both sides. */
export interface Both<T> {
  readonly without: T;
  readonly withIt: T;
}

/** Measures two sides in turn and gives each round when it is complete, so that none is lost to an end before the last one. */
export async function* measureBoth<T>(rounds: number, measure: Readonly<Record<keyof Both<T>, () => Promise<T>>>, onRound: (round: number) => void): AsyncGenerator<Both<T>> {
  for (let round = 0; round < rounds; round++) {
    onRound(round);
    const found: Partial<Record<keyof Both<T>, T>> = {};
    for (const side of interleaved(['without', 'withIt'] as const, round)) found[side] = await measure[side]();
    yield found as Both<T>;
  }
}
