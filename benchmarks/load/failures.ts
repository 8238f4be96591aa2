// A load whose messages are refused ends like any other, for it is the broker that is measured. What benchmarks make of that.
import type { LoadFigures } from './load-runner.ts';

/** @throws Error when a send has failed: what was left undone cost nothing */
export function withoutFailure(figures: LoadFigures): LoadFigures {
  if (figures.failed > 0) throw new Error(`${figures.failed} sends failed: ${figures.firstFailure}`);
  return figures;
}

/** @throws Error when every send has failed: a full disk, a wrong topic */
export function withSuccess(figures: LoadFigures): LoadFigures {
  if (figures.sendsPerSecond === 0) throw new Error(`all ${figures.failed} sends failed: ${figures.firstFailure}`);
  return figures;
}
