import { expect, it } from 'vitest';
import { check } from './checker.ts';
import type { Workload } from './clients.ts';
import { Cluster, type ClusterOptions } from './cluster.ts';
import type { History, SendOutcome } from './history.ts';
import type { Row } from './rows.ts';
import { finish, replayable } from './run-seed.ts';

/** Slaves have copied topics and groups, consumers have divided their queues. */
const QUIET_MS = 4_000;
const STORY_MS = 60_000;

export interface StoryOptions extends Pick<ClusterOptions, 'planted' | 'config'> {
  readonly row: Row;
  readonly seed?: number;
  readonly workload?: Partial<Workload>;
}

/** A test in which one thing happens to a cluster under load, and then everything that was promised is checked. */
export function story(name: string, { row, seed = 1, workload, ...rest }: StoryOptions, happens: (cluster: Cluster) => Promise<StoryEnd | void>): void {
  it(name, { timeout: STORY_MS }, async () => {
    const cluster = new Cluster({ seed, row, workload: { pauseMs: 150, ...workload }, ...rest });
    // What is a sign to a pattern is any character.
    const pattern = name.replace(/[^\w ]/g, '.');
    await replayable(cluster, `npx vitest run e2e/sim/stories.test.ts -t '${pattern}'`, async () => {
      await cluster.begin();
      await cluster.sim.runFor(QUIET_MS);
      const end = await happens(cluster);
      expect(check(cluster.history, await finish(cluster, end?.isMasterGone))).toEqual([]);
      await end?.afterwards?.();
    });
  });
}

export interface StoryEnd {
  readonly isMasterGone?: boolean;
  /** What else has to be true when all has been read and checked. */
  readonly afterwards?: () => void | Promise<void>;
}

/** Outcomes of what was sent since then, by status. */
export function outcomes(history: History, sinceMs: number, untilMs = Infinity): Map<SendOutcome['status'], number> {
  const counts = new Map<SendOutcome['status'], number>();
  for (const { invokedMs, outcome } of history.sends.values()) {
    if (outcome === undefined || invokedMs < sinceMs || invokedMs >= untilMs) continue;
    counts.set(outcome.status, (counts.get(outcome.status) ?? 0) + 1);
  }
  return counts;
}

/** Status by status, in the order in which they were first heard. */
export function statusesHeard(history: History, sinceMs: number, untilMs = Infinity): SendOutcome['status'][] {
  const heard = [...history.sends.values()].flatMap(({ outcome, waits }) => (outcome === undefined || !waits ? [] : [outcome]));
  heard.sort((a, b) => a.atMs - b.atMs);
  return [...new Set(heard.filter(({ atMs }) => atMs >= sinceMs && atMs < untilMs).map(({ status }) => status))];
}

/** Where a client got messages from, sorted. */
export function addressesAsked(history: History, client: string, sinceMs: number): string[] {
  const asked = history.found.filter((each) => each.client === client && each.atMs >= sinceMs).map(({ address }) => address);
  return [...new Set(asked)].sort();
}

/** Places that a group was served more than once. */
export function repeated(history: History, group: string, sinceMs = 0): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { by, queueId, queueOffset, atMs } of history.reads) {
    if (!by.startsWith(`${group} `) || atMs < sinceMs) continue;
    const place = `${queueId}/${queueOffset}`;
    if (seen.has(place)) twice.add(place);
    seen.add(place);
  }
  return [...twice];
}
