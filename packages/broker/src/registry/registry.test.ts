import type { ConsumerData, SubscriptionData } from '@rocketmq-ts/remoting-protocol';
import { subscriptionDataOf } from '@rocketmq-ts/remoting-protocol';
import type { Connection } from '@rocketmq-ts/remoting';
import { expect, it } from 'vitest';

import type { ClientChannel } from './client-channel.ts';
import { Consumers } from './consumers.ts';
import { Producers } from './producers.ts';

const connection = (id: number): Connection => ({ id }) as Connection;
const channel = (on: Connection, clientId = `client-${on.id}`, lastSeenMs = 0): ClientChannel => ({ connection: on, clientId, language: 0, version: 333, lastSeenMs });

function consumer(groupName: string, ...subscriptionDataSet: SubscriptionData[]): ConsumerData {
  return { groupName, consumeType: 'CONSUME_PASSIVELY', messageModel: 'CLUSTERING', consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET', subscriptionDataSet, unitMode: false };
}

function consumersWithEvents(): { consumers: Consumers; events: string[] } {
  const events: string[] = [];
  const consumers = new Consumers((group, members) => events.push(`${group}:${[...members].map((member) => member.id).join(',')}`));
  return { consumers, events };
}

it('tells the members when one joins, leaves or is lost, and not when one is seen again', () => {
  const { consumers, events } = consumersWithEvents();
  const [a, b] = [connection(1), connection(2)];
  consumers.register(consumer('g', subscriptionDataOf('t', '*')), channel(a), true);
  consumers.register(consumer('g', subscriptionDataOf('t', '*')), channel(b), true);
  expect(consumers.register(consumer('g', subscriptionDataOf('t', '*')), channel(a), true)).toBe(false);
  consumers.removeConnection(a);
  consumers.unregister('g', b, true);
  expect(events).toEqual(['g:1', 'g:1,2', 'g:2', 'g:']);
  expect(consumers.get('g')).toBeUndefined();
});

it('keeps the newest subscription and drops topics that are no longer named', () => {
  const { consumers } = consumersWithEvents();
  const a = connection(1);
  consumers.register(consumer('g', subscriptionDataOf('t', 'old', 5), subscriptionDataOf('u', '*', 5)), channel(a), true);
  consumers.register(consumer('g', subscriptionDataOf('t', 'older', 4)), channel(a), true);
  expect(consumers.findSubscription('g', 't')?.subString).toBe('old');
  expect(consumers.findSubscription('g', 'u')).toBeUndefined();
  consumers.register(consumer('g', subscriptionDataOf('t', 'new', 6)), channel(a), true);
  expect(consumers.findSubscription('g', 't')?.subString).toBe('new');
});

it('finds members by client id and groups by topic, whatever the names', () => {
  const { consumers } = consumersWithEvents();
  const a = connection(1);
  consumers.register(consumer('constructor', subscriptionDataOf('__proto__', '*')), channel(a, 'toString'), true);
  expect(consumers.findMember('constructor', 'toString')?.connection).toBe(a);
  expect(consumers.findMember('__proto__', 'toString')).toBeUndefined();
  expect(consumers.groupsOf('__proto__')).toEqual(['constructor']);
  expect(consumers.subscriptionCount('toString')).toBe(0);
});

it('names those that were silent for more than 120 s', () => {
  const { consumers } = consumersWithEvents();
  const producers = new Producers();
  const [a, b] = [connection(1), connection(2)];
  producers.register('p', channel(a, 'a', 0));
  consumers.register(consumer('g'), channel(b, 'b', 1000), true);
  expect([...producers.expired(120_000), ...consumers.expired(120_000)]).toEqual([]);
  expect([...producers.expired(120_001)]).toEqual([a]);
  producers.register('p', channel(a, 'a', 50_000));
  expect([...producers.expired(120_001)]).toEqual([]);
  expect([...consumers.expired(121_001)]).toEqual([b]);
});

it('forgets a producer group with its last member', () => {
  const producers = new Producers();
  const a = connection(1);
  producers.register('p', channel(a));
  producers.register('__proto__', channel(a));
  producers.removeConnection(a);
  expect([...producers.groupNames()]).toEqual([]);
  expect(producers.members('__proto__')).toBeUndefined();
});
