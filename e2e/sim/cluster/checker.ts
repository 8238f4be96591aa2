/**
 * Holds a history against the promises. C1 … are the checks of the reliability goals:
 *
 *   C1  acknowledged ⇒ served afterwards       C6  the place in the answer is the place of the message
 *   C2  served ⇒ sent, with the same body      C7  a message is there as often as it was sent, at most
 *   C3  a place holds one message, for ever    C8  what a group has committed does not fall
 *   C4  no gaps                                C11 the slave's log is a prefix of the master's, byte by byte
 *   C5  one sender, one queue: rising offsets  (C13, service comes back, is what `finish` waits for)
 */
import { checkCommitted } from './check-committed.ts';
import type { BrokerHost } from './cluster.ts';
import type { Answered, Committed, History, Read, Send } from './history.ts';
import { type LogFiles, whyNotPrefix } from './log-files.ts';
import { lossesOf } from './losses.ts';
import type { Row } from './rows.ts';
import type { ServedQueue } from './watcher.ts';

export interface Ending {
  readonly row: Row;
  /** What each living broker serves, read from its first to its last offset. */
  readonly served: ReadonlyMap<BrokerHost, readonly ServedQueue[]>;
  readonly logs: ReadonlyMap<BrokerHost, LogFiles>;
  /** Its machine is lost. */
  readonly isMasterGone: boolean;
  /** The slave has what the master lost, and says so: it serves a log of its own until an operator decides. */
  readonly isSlaveRefused: boolean;
  /**
   * The consumer itself has committed no more than this, later than what it had committed before: a commit that a cut
   * line held back. The broker has said so in its log; the last commit counts, as in Java.
   */
  wasMovedBack(now: Committed): boolean;
}

/** Those that have to have everything that was promised. */
function* copies({ served, isSlaveRefused }: Ending): Iterable<[BrokerHost, readonly ServedQueue[]]> {
  for (const [broker, queues] of served) if (broker === 'master' || !isSlaveRefused) yield [broker, queues];
}

/** Enough to see what it is. */
const SAME_KIND_MAX = 5;

/** What was promised and not kept, one sentence each; empty when all is well. */
export function check(history: History, ending: Ending): string[] {
  const found: string[] = [];
  const groups = [checkServed, checkAcknowledged, checkReads, checkAnswers, checkLogs];
  for (const each of groups) found.push(...each(history, ending).slice(0, SAME_KIND_MAX));
  found.push(...checkCommitted(history, ending).slice(0, SAME_KIND_MAX));
  return found;
}

function placeOf({ queueId, queueOffset }: { readonly queueId: number; readonly queueOffset: number }): string {
  return `${queueId}/${queueOffset}`;
}

/** C4 and C7 for each broker. */
function* servedProblems(history: History, { served }: Ending): Iterable<string> {
  for (const [broker, queues] of served) {
    const counts = new Map<string, number>();
    for (const { queueId, minOffset, maxOffset, reads } of queues) {
      let next = minOffset;
      for (const { queueOffset, id } of reads) {
        if (queueOffset !== next) yield `C4: ${broker} serves ${queueId}/${queueOffset} where ${next} is due`;
        next = queueOffset + 1;
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      if (next < maxOffset) yield `C4: ${broker} says ${queueId} goes up to ${maxOffset}, and serves up to ${next}`;
    }
    for (const [id, count] of counts) {
      const sent = history.sends.get(id)?.attemptsMax ?? 0;
      if (sent > 0 && count > sent) yield `C7: ${id} was sent ${sent} times and is there ${count} times on the ${broker}`;
    }
  }
}

function checkServed(history: History, ending: Ending): string[] {
  return [...servedProblems(history, ending)];
}

/** C1. Whoever is left must have it: the master, or when its machine is lost the slave that was waited for. */
function checkAcknowledged(history: History, ending: Ending): string[] {
  const problems: string[] = [];
  const losses = lossesOf(history, ending);
  for (const [broker, queues] of copies(ending)) {
    const ids = new Set(queues.flatMap(({ reads }) => reads.map(({ id }) => id)));
    for (const send of history.sends.values()) {
      if (send.outcome?.status !== 'SEND_OK' || ids.has(send.id) || losses.mayBeLost(send)) continue;
      if (ending.isMasterGone && !send.waits) continue;
      const { queueId, queueOffset, physicalOffset, atMs } = send.outcome;
      problems.push(`C1: ${send.id}, acknowledged at ${atMs} as ${queueId}/${queueOffset} at ${physicalOffset}, is not on the ${broker}`);
    }
  }
  return problems;
}

/** C2 and C3, and that nobody saw what is gone. */
function checkReads(history: History, ending: Ending): string[] {
  const problems: string[] = [];
  const losses = lossesOf(history, ending);
  const places = new Map<string, Read>();
  for (const read of history.reads) {
    const { id, body, by } = read;
    const send = history.sends.get(id);
    if (send === undefined) problems.push(`C2: ${by} was served '${id}', which nobody sent`);
    else if (!send.body.equals(body)) problems.push(`C2: ${by} was served ${id} with another body`);
    if (send !== undefined && losses.mayBeLost(send)) continue;
    const known = places.get(placeOf(read));
    if (known === undefined) places.set(placeOf(read), read);
    else if (known.id !== id || known.physicalOffset !== read.physicalOffset) {
      problems.push(`C3: ${placeOf(read)} is ${known.id} at ${known.physicalOffset} for ${known.by}, and ${id} at ${read.physicalOffset} for ${by}`);
    }
  }
  for (const [broker, queues] of copies(ending)) {
    const served = new Set(queues.flatMap(({ reads }) => reads.map(placeOf)));
    for (const read of places.values()) {
      if (served.has(placeOf(read)) || losses.maySeeAndLose(read)) continue;
      problems.push(`C3: ${read.by} saw ${read.id} as ${placeOf(read)} at ${read.atMs} ms, and it is not on the ${broker}`);
    }
  }
  return problems;
}

/** C5 and C6. */
function checkAnswers(history: History, ending: Ending): string[] {
  const problems: string[] = [];
  const losses = lossesOf(history, ending);
  const last = new Map<string, { readonly send: Send; readonly answer: Answered }>();
  for (const send of history.sends.values()) {
    const answer = send.outcome;
    if (answer === undefined || answer.status === 'FAILED' || losses.mayBeLost(send)) continue;
    const key = `${send.id.slice(0, send.id.lastIndexOf('-'))} ${answer.queueId}`;
    const before = last.get(key);
    if (before !== undefined && before.answer.queueOffset >= answer.queueOffset && !losses.isBetween(before.answer.atMs, answer.atMs)) {
      problems.push(`C5: ${before.send.id} is ${placeOf(before.answer)}, and ${send.id}, sent after it, ${placeOf(answer)}`);
    }
    last.set(key, { send, answer });
  }
  for (const [broker, queues] of copies(ending)) {
    const reads = new Map(queues.flatMap((queue) => queue.reads.map((read) => [placeOf(read), read])));
    for (const send of history.sends.values()) {
      const answer = send.outcome;
      if (answer === undefined || answer.status === 'FAILED' || losses.mayBeLost(send)) continue;
      const there = reads.get(placeOf(answer));
      if (there === undefined || (there.id === send.id && there.physicalOffset === answer.physicalOffset)) continue;
      problems.push(`C6: ${send.id} was told ${placeOf(answer)} at ${answer.physicalOffset}; there the ${broker} has ${there.id} at ${there.physicalOffset}`);
    }
  }
  return problems;
}

/** C11. */
function checkLogs(_history: History, ending: Ending): string[] {
  const master = ending.logs.get('master');
  const slave = ending.logs.get('slave');
  if (master === undefined || slave === undefined || ending.isSlaveRefused) return [];
  const why = whyNotPrefix(slave, master);
  return why === undefined ? [] : [`C11: ${why}`];
}
