import type { TopicRouteData } from '@rocketmq-ts/remoting-protocol';
import { describe, expect, it } from 'vitest';
import { publishInfoOf, routeFromDefaultTopic, routeSignature, subscribeQueuesOf } from './publish-info.ts';

const queue = (brokerName: string, nums: number, perm = 6) => ({ brokerName, readQueueNums: nums, writeQueueNums: nums, perm, topicSynFlag: 0 });
const broker = (brokerName: string, ids: readonly number[] = [0]) => ({ cluster: 'c', brokerName, brokerAddrs: new Map(ids.map((id) => [id, `${brokerName}:${id}`])) });
const route = (parts: Partial<TopicRouteData>): TopicRouteData => ({ orderTopicConf: undefined, queueDatas: [], brokerDatas: [], filterServerTable: new Map(), ...parts });
const ids = (queues: readonly { brokerName: string; queueId: number }[]): string => queues.map((mq) => `${mq.brokerName}/${mq.queueId}`).join(' ');

describe('queues to send to', () => {
  it('are those of every writable broker with a master, by broker name', () => {
    const info = publishInfoOf('T', route({ queueDatas: [queue('b', 2), queue('a', 1), queue('readonly', 4, 4), queue('slaves', 4), queue('gone', 4)], brokerDatas: [broker('a'), broker('b', [0, 1]), broker('readonly'), broker('slaves', [1])] }));
    expect(ids(info.queues)).toBe('a/0 b/0 b/1');
    expect([...info.writeQueueNums]).toEqual([['a', 1], ['b', 2]]);
    expect(info.isOrderTopic).toBe(false);
  });

  it('are the listed ones of an order topic, in their order, whatever the permissions', () => {
    const info = publishInfoOf('T', route({ orderTopicConf: 'b:2;a:1;nonsense', queueDatas: [queue('a', 8)], brokerDatas: [broker('a')] }));
    expect(ids(info.queues)).toBe('b/0 b/1 a/0');
    expect(info.isOrderTopic).toBe(true);
  });
});

describe('queues to read', () => {
  it('are those of every readable broker, in natural order, masters or not', () => {
    expect(ids(subscribeQueuesOf('T', route({ queueDatas: [queue('b', 2), queue('a', 1, 4), queue('w', 3, 2)], brokerDatas: [] })))).toBe('a/0 b/0 b/1');
  });
});

it('an unknown topic is assumed to get no more queues than the default topic has', () => {
  const assumed = routeFromDefaultTopic(route({ queueDatas: [queue('a', 8), queue('b', 2)] }), 4);
  expect(assumed.queueDatas.map(({ readQueueNums, writeQueueNums }) => [readQueueNums, writeQueueNums])).toEqual([[4, 4], [2, 2]]);
});

describe('a route', () => {
  const base = route({ queueDatas: [queue('a', 4), queue('b', 4)], brokerDatas: [broker('a', [0, 1]), broker('b')] });

  it('is the same in another order', () => {
    expect(routeSignature(route({ queueDatas: [...base.queueDatas].reverse(), brokerDatas: [broker('b'), broker('a', [1, 0])] }))).toBe(routeSignature(base));
  });

  it.each([
    ['another queue count', route({ ...base, queueDatas: [queue('a', 5), queue('b', 4)] })],
    ['another permission', route({ ...base, queueDatas: [queue('a', 4, 4), queue('b', 4)] })],
    ['a slave less', route({ ...base, brokerDatas: [broker('a'), broker('b')] })],
    ['an order configuration', route({ ...base, orderTopicConf: 'a:1' })],
  ])('differs by %s', (_, other) => {
    expect(routeSignature(other)).not.toBe(routeSignature(base));
  });
});
