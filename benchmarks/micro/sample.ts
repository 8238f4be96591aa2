import Benchmark from 'benchmark';
import { median } from '../report/statistics.ts';
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
      else resolve(median(benchmark.stats.sample) * 1e9);
    });
    benchmark.run({ async: false });
  });
}

/** Keeps the last result: somebody might look at it, so it is made. */
const kept: { result?: unknown } = {};

function keeping(run: () => unknown): () => void {
  return () => {
    kept.result = run();
  };
}

