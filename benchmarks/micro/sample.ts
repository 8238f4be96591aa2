import Benchmark from 'benchmark';
import type { Contestant, WaitingContestant } from './subject.ts';

/** One sample of benchmark.js: nanoseconds of a run, the median of its cycles. */
export function sample(contestant: Contestant | WaitingContestant, seconds: number): Promise<number> {
  const options: Benchmark.Options = { maxTime: seconds, minSamples: 3 };
  const benchmark =
    'run' in contestant
      ? new Benchmark(contestant.name, keeping(contestant.run), options)
      : new Benchmark(contestant.name, { ...options, defer: true, fn: (deferred: { resolve(): void }) => contestant.runThen(() => deferred.resolve()) });
  return new Promise((resolve, reject) => {
    benchmark.on('complete', () => {
      if (benchmark.error !== undefined) reject(new Error(`${contestant.name} failed while it was timed`, { cause: benchmark.error }));
      else resolve(medianOf(benchmark.stats.sample) * 1e9);
    });
    benchmark.run({ async: false });
  });
}

let kept: unknown;

function keeping(run: () => unknown): () => void {
  return () => {
    kept = run();
  };
}

/** The last result: somebody might look at it, so it is made. */
export function lastResult(): unknown {
  return kept;
}

function medianOf(cycles: readonly number[]): number {
  const sorted = [...cycles].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
