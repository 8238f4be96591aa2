export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** `median (min … max)`. */
export function spread(numbers: readonly number[], unit: (n: number) => string): string {
  return `${unit(median(numbers))} (${unit(Math.min(...numbers))} … ${unit(Math.max(...numbers))})`;
}

/** The smallest of the numbers that `share` percent of them do not exceed. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((share / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** Between which two of the numbers their middle half lies; of three numbers these are the least and the greatest. */
export function middleHalf(numbers: readonly number[]): readonly [number, number] {
  return [percentile(numbers, 25), percentile(numbers, 75)];
}
