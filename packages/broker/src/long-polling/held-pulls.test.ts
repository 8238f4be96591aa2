import type { Connection } from '@rocketmq-ts/remoting';
import type { TagsFilter } from '@rocketmq-ts/store';
import { expect, it } from 'vitest';

import { type HeldPull, HeldPulls } from './held-pulls.ts';

const LIMITS = { heldPulls: 5, heldPullsPerConnection: 3 };
const connection = (id: number): Connection => ({ id, isOpen: true }) as Connection;

function pull(on: Connection, queueOffset = 0, options: { topic?: string; queueId?: number; filter?: TagsFilter; deadlineMs?: number } = {}): HeldPull {
  const { topic = 't', queueId = 0, filter, deadlineMs = 1000 } = options;
  return { connection: on, topic, queueId, queueOffset, deadlineMs, filter, resume() {} };
}

function arrived(held: HeldPulls, topic: string, queueId: number, next: number, tagsCode = 0): HeldPull[] {
  const woken: HeldPull[] = [];
  held.takeArrived(topic, queueId, next, tagsCode, woken);
  return woken;
}

it('wakes those whose offset is reached, of this queue, whose tag it is', () => {
  const held = new HeldPulls(LIMITS);
  const a = connection(1);
  const [now, later, otherQueue, otherTag] = [pull(a, 4), pull(a, 5), pull(a, 0, { queueId: 1 }), pull(connection(2), 0, { filter: (code) => code === 9 })];
  for (const each of [now, later, otherQueue, otherTag]) held.add(each);
  expect(arrived(held, 't', 0, 5, 8)).toEqual([now]);
  expect(arrived(held, 't', 0, 5, 9)).toEqual([otherTag]);
  expect(arrived(held, 'unknown', 0, 5)).toEqual([]);
  expect(held.count).toBe(2);
});

it('gives back the oldest when one connection, or all together, hold too many', () => {
  const held = new HeldPulls(LIMITS);
  const [a, b, c] = [connection(1), connection(2), connection(3)];
  const ofA = [pull(a), pull(a), pull(a), pull(a)];
  expect(ofA.map((each) => held.add(each))).toEqual([[], [], [], [ofA[0]]]);
  held.add(pull(b));
  held.add(pull(b));
  expect(held.add(pull(c))).toEqual([ofA[1]]);
  expect(held.count).toBe(5);
});

it('gives back, in time, those whose time is over and those whose queue has grown behind a filter', () => {
  const held = new HeldPulls(LIMITS);
  const a = connection(1);
  const [due, grown, waiting] = [pull(a, 3, { deadlineMs: 10 }), pull(a, 2, { queueId: 1, filter: () => false }), pull(a, 3)];
  for (const each of [due, grown, waiting]) held.add(each);
  expect(held.takeDue(10, () => 3)).toEqual([due, grown]);
  expect(held.takeAll()).toEqual([waiting]);
});

it('forgets the pulls of a closed connection', () => {
  const held = new HeldPulls(LIMITS);
  const [a, b] = [connection(1), connection(2)];
  held.add(pull(a));
  held.add(pull(a, 0, { topic: '__proto__' }));
  held.add(pull(b));
  held.dropConnection(a);
  expect(held.count).toBe(1);
  expect(arrived(held, '__proto__', 0, 1)).toEqual([]);
});
