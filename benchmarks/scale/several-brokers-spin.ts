// What a core does by itself, beside others that are busy or not: work that shares nothing with anybody. A piscina worker.
import { fixedLoop } from '../gate/fixed-loop.ts';
import { runThisThreadOn } from './processors.ts';

/** Between two looks at the clock. */
const CHUNK = 100;
/** Until it is compiled. */
const WARM_UP_MS = 150;

/** @returns loops per second */
export default function spin({ processors, ms }: { readonly processors: string; readonly ms: number }): number {
  runThisThreadOn(processors);
  loopsPerSecond(WARM_UP_MS);
  return loopsPerSecond(ms);
}

function loopsPerSecond(ms: number): number {
  let loops = 0;
  let sum = 0;
  const startedAt = performance.now();
  while (performance.now() - startedAt < ms) {
    for (let n = 0; n < CHUNK; n++) sum ^= fixedLoop();
    loops += CHUNK;
  }
  const took = performance.now() - startedAt;
  // The sum is looked at, so that nobody can leave the work out.
  return Number.isInteger(sum) ? (loops * 1000) / took : Number.NaN;
}
