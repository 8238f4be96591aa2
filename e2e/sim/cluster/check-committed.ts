import type { Ending } from './checker.ts';
import { SOLO } from './clients.ts';
import type { Committed, Happening, History } from './history.ts';
import { lossesOf } from './losses.ts';
import { OFFSET_FLUSH_MS } from './settings.ts';

/** From a commit to the file that holds it: the period, the write, and the watcher's own delay. */
const KEPT_AFTER_MS = OFFSET_FLUSH_MS + 1_500;
/** From a commit to the watcher's look at it. */
const COMMITTED_BEFORE_MS = 700;
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
  for (const samples of byQueue.values()) problems.push(...fallsOf(samples, history, ending));
  return problems;
}

/** Goes from process to process of one broker: in each of them offsets rise, and each begins with what was kept. */
function* fallsOf(samples: readonly Committed[], history: History, ending: Ending): Iterable<string> {
  const { broker, queueId, group } = samples[0]!;
  const happenings = history.happenings.filter(({ host, what }) => host === broker && !what.startsWith('line'));
  let floor = 0;
  let asked: { readonly offset: number; readonly atMs: number } = { offset: 0, atMs: 0 };
  let inThisLife: Committed[] = [];
  let passed = 0;
  for (const now of samples) {
    for (; passed < happenings.length && happenings[passed]!.atMs < now.atMs; passed++) {
      const happening = happenings[passed]!;
      if (happening.what === 'up') asked = { offset: askedOfSlave(happening, now, history), atMs: happening.atMs };
      else floor = Math.max(floor, keptOf(inThisLife, happening), happening.atMs - asked.atMs > KEPT_AFTER_MS ? asked.offset : 0);
      inThisLife = [];
    }
    const before = inThisLife.at(-1);
    const due = before?.offset ?? Math.max(floor, asked.offset);
    if (now.offset < due && !isCopyOfMaster(before, now, history) && !ending.wasMovedBack(now)) {
      yield `C8: on the ${broker}, ${group} had committed ${queueId}/${due}${before === undefined ? ' for good' : ''}, and ${now.offset} at ${now.atMs} ms`;
    }
    inThisLife.push(now);
  }
}

function keptOf(samples: readonly Committed[], end: Happening): number {
  const kept = end.what === 'stop' ? samples : samples.filter(({ atMs }) => atMs <= end.atMs - KEPT_AFTER_MS);
  return Math.max(0, ...kept.map(({ offset }) => offset));
}

/** A master that has come up has what its slave had, when it could ask. */
function askedOfSlave(up: Happening, { group, queueId }: Committed, history: History): number {
  const { askedAtMs } = up;
  if (askedAtMs === undefined) return 0;
  const atSlave = history.committed.findLast((each) => each.broker === 'slave' && each.group === group && each.queueId === queueId && each.atMs < askedAtMs);
  return atSlave?.offset ?? 0;
}

/** A slave takes what its master has, but never in place of what was committed to itself while the master was away. */
function isCopyOfMaster(before: Committed | undefined, now: Committed, history: History): boolean {
  if (now.broker !== 'slave') return false;
  if (before !== undefined && wasMasterAway(before.atMs - COMMITTED_BEFORE_MS, before.atMs, history)) return false;
  return history.committed.some(
    ({ broker, group, queueId, offset, atMs }) =>
      broker === 'master' && group === now.group && queueId === now.queueId && offset <= now.offset && atMs <= now.atMs + 1_000 && atMs >= now.atMs - COPIED_WITHIN_MS,
  );
}

function wasMasterAway(fromMs: number, toMs: number, history: History): boolean {
  const last = history.happenings.findLast(({ host, atMs }) => host === 'master' && atMs <= toMs);
  return last !== undefined && last.what !== 'up' && last.atMs < fromMs;
}
