import type { Ending } from './checker.ts';
import { SOLO } from './clients.ts';
import type { Committed, Happening, History } from './history.ts';
import { lossesOf } from './losses.ts';
import { OFFSET_FLUSH_MS } from './settings.ts';

/** From a commit to the file that holds it: the period, the write, and the watcher's own delay. */
const KEPT_AFTER_MS = OFFSET_FLUSH_MS + 1_500;
/** A slave copies the master's table every 10 s. */
const COPIED_WITHIN_MS = 12_000;

/**
 * C8, for the group whose offsets move by one hand. A broker that ends without a word may forget the commits that were
 * not in its file yet. A slave may fall to what its master has, never below.
 */
export function checkCommitted(history: History, ending: Ending): string[] {
  if (lossesOf(history, ending).mayLogsDiffer) return [];
  const problems: string[] = [];
  const byQueue = new Map<string, Committed[]>();
  for (const sample of history.committed) {
    if (sample.group !== SOLO) continue;
    const key = `${sample.broker} ${sample.queueId}`;
    const samples = byQueue.get(key);
    if (samples === undefined) byQueue.set(key, [sample]);
    else samples.push(sample);
  }
  for (const samples of byQueue.values()) problems.push(...fallsOf(samples, history));
  return problems;
}

/** Goes from process to process of one broker: in each of them offsets rise, and each begins with what was in the file. */
function* fallsOf(samples: readonly Committed[], history: History): Iterable<string> {
  const ends = history.happenings.filter(({ host, what }) => host === samples[0]!.broker && what !== 'up');
  let floor = 0;
  let inThisLife: Committed[] = [];
  let endsPassed = 0;
  for (const now of samples) {
    for (; endsPassed < ends.length && ends[endsPassed]!.atMs < now.atMs; endsPassed++) {
      floor = Math.max(floor, keptOf(inThisLife, ends[endsPassed]!));
      inThisLife = [];
    }
    const before = inThisLife.at(-1);
    const due = before?.offset ?? floor;
    if (now.offset < due && !isCopyOfMaster(now, history)) {
      yield `C8: on the ${now.broker}, ${now.group} had committed ${now.queueId}/${due}${before === undefined ? ' for good' : ''}, and ${now.offset} at ${now.atMs} ms`;
    }
    inThisLife.push(now);
  }
}

function keptOf(samples: readonly Committed[], end: Happening): number {
  const kept = end.what === 'stop' ? samples : samples.filter(({ atMs }) => atMs <= end.atMs - KEPT_AFTER_MS);
  return Math.max(0, ...kept.map(({ offset }) => offset));
}

function isCopyOfMaster(now: Committed, history: History): boolean {
  if (now.broker !== 'slave') return false;
  return history.committed.some(
    ({ broker, group, queueId, offset, atMs }) =>
      broker === 'master' && group === now.group && queueId === now.queueId && offset <= now.offset && atMs <= now.atMs + 1_000 && atMs >= now.atMs - COPIED_WITHIN_MS,
  );
}
