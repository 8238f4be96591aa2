import type { Ending } from './checker.ts';
import type { Happening, History, Read, Send } from './history.ts';
import { FLUSH_INTERVAL_MS } from './settings.ts';

/** What a datasync may take on top of the interval, on a disk that is not slow. */
const DATASYNC_MS = 150;
/** The same where a script may have made the disk slow. */
const SLOW_DATASYNC_MS = 1_500;
/** While the slave is down or out of reach, and around an answer that says so, no replica was there to be waited for, and what is seen is what the master alone has. */
const ALONE_BEFORE_MS = 2_000;
const ALONE_AFTER_MS = 1_500;

/** What a row's contract lets go, and nothing else. */
export interface Losses {
  /**
   * The master lost power, and this message was not flushed yet: under ASYNC_FLUSH with ASYNC_MASTER any, under
   * SYNC_FLUSH one that did not wait for it.
   */
  mayBeLost(send: Send): boolean;
  /** SYNC_MASTER, and the master's machine is lost: seen while the slave was not there to be waited for. */
  maySeeAndLose(read: Read): boolean;
  /** Offsets given before and after are those of two logs. */
  isBetween(fromMs: number, toMs: number): boolean;
  /** The slave may have what the master lost; it then refuses to follow. */
  readonly mayLogsDiffer: boolean;
}

export function lossesOf(history: History, { row, served, isMasterGone }: Pick<Ending, 'row' | 'served' | 'isMasterGone'>): Losses {
  const isLossy = row.flush === 'ASYNC_FLUSH' && row.master === 'ASYNC_MASTER';
  const allPowerLosses = history.happenings.filter(({ host, what }) => host === 'master' && what === 'power loss').map(({ atMs }) => atMs);
  const powerLosses = isLossy ? allPowerLosses : [];
  const kept = new Set(served.get('master')?.flatMap(({ reads }) => reads.map(({ id }) => id)));
  const aloneMs: number[] = [];
  for (const { outcome } of history.sends.values()) if (outcome?.status === 'SLAVE_NOT_AVAILABLE') aloneMs.push(outcome.atMs);
  const ofSlave = history.happenings.filter(({ host }) => host === 'slave');
  const isSlaveUp = (atMs: number): boolean => ofSlave.findLast((each) => each.atMs < atMs && !each.what.startsWith('line'))?.what === 'up';
  const isApart = (atMs: number): boolean => ofSlave.some((each, index) => each.what === 'line cut' && each.atMs < atMs && atMs < healedAfter(ofSlave.slice(index)) + ALONE_AFTER_MS);
  const isAlone = (atMs: number): boolean =>
    !isSlaveUp(atMs) || isApart(atMs) || aloneMs.some((each) => atMs > each - ALONE_BEFORE_MS && atMs < each + ALONE_AFTER_MS);
  return {
    mayBeLost(send) {
      if (kept.has(send.id)) return false;
      const settledMs = send.outcome?.atMs ?? Infinity;
      const isIn = (windowMs: number) => (atMs: number) => send.invokedMs <= atMs && settledMs > atMs - windowMs;
      return powerLosses.some(isIn(FLUSH_INTERVAL_MS + DATASYNC_MS)) || (!send.waits && allPowerLosses.some(isIn(SLOW_DATASYNC_MS)));
    },
    maySeeAndLose(read) {
      if (!isMasterGone) return false;
      const outcome = history.sends.get(read.id)?.outcome;
      return outcome?.status === 'SLAVE_NOT_AVAILABLE' || isAlone(read.atMs);
    },
    isBetween: (fromMs, toMs) => powerLosses.some((atMs) => atMs >= fromMs && atMs <= toMs),
    mayLogsDiffer: powerLosses.length > 0,
  };
}

function healedAfter(happenings: readonly Happening[]): number {
  return happenings.find(({ what }) => what === 'line healed')?.atMs ?? Infinity;
}
