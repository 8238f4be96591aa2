import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PublishInfo } from '@rocketmq-ts/client-core';
import type { MessageQueue } from '@rocketmq-ts/remoting-protocol';
import { LatencyFaults } from './latency-faults.ts';
import { pickAvailableQueue, pickByShardingKey, pickQueue, RoundRobin } from './pick-queue.ts';

function queuesOf(brokers: readonly string[], perBroker: number): MessageQueue[] {
  return brokers.flatMap((brokerName) => Array.from({ length: perBroker }, (_, queueId) => ({ topic: 'T', brokerName, queueId })));
}

function infoOf(brokers: readonly string[], perBroker: number): PublishInfo {
  return { isOrderTopic: false, queues: queuesOf(brokers, perBroker), writeQueueNums: new Map(brokers.map((name) => [name, perBroker])) };
}

describe('round robin', () => {
  it('gives every queue its turn, also over the end of the 32-bit counter', () => {
    for (const start of [0, 5, 0x7fffffff, 0xffffffff]) {
      const counter = new RoundRobin(start);
      const queues = queuesOf(['a', 'b'], 4);
      const taken = Array.from({ length: 8 }, () => pickQueue(queues, counter, undefined));
      expect(new Set(taken.map((mq) => `${mq.brokerName}${mq.queueId}`)).size).toBe(8);
    }
  });

  it('after a failure takes another broker when there is one, and always a queue of the route', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 3 }), (brokerCount, perBroker, start, lastIndex) => {
        const brokers = ['a', 'b', 'c', 'd'].slice(0, brokerCount);
        const queues = queuesOf(brokers, perBroker);
        const last = brokers[lastIndex % brokerCount]!;
        const picked = pickQueue(queues, new RoundRobin(start), last);
        expect(queues).toContain(picked);
        if (brokerCount > 1) expect(picked.brokerName).not.toBe(last);
      }),
    );
  });
});

describe('with latency fault tolerance', () => {
  it('a broker that is held back gets nothing while another one is there', () => {
    const faults = new LatencyFaults();
    faults.update('a', 600, false, 0);
    const counter = new RoundRobin(0);
    const picked = (nowMs: number) => Array.from({ length: 8 }, () => pickAvailableQueue(infoOf(['a', 'b'], 2), counter, undefined, faults, nowMs).brokerName);
    expect(new Set(picked(29_999))).toEqual(new Set(['b']));
    expect(new Set(picked(30_000))).toEqual(new Set(['a', 'b']));
  });

  it('a retry goes to another broker than the one that failed', () => {
    const faults = new LatencyFaults();
    faults.update('a', 10, true, 0);
    expect(pickAvailableQueue(infoOf(['a', 'b'], 2), new RoundRobin(0), 'a', faults, 1).brokerName).toBe('b');
  });

  it('when all are held back the better half is used in turn, with a queue id that exists', () => {
    const faults = new LatencyFaults();
    for (const [name, latency] of [['a', 700], ['b', 800], ['c', 5000], ['d', 9000]] as const) faults.update(name, latency, false, 0);
    const counter = new RoundRobin(3);
    const picked = Array.from({ length: 6 }, () => pickAvailableQueue(infoOf(['a', 'b', 'c', 'd'], 3), counter, undefined, faults, 1));
    expect(new Set(picked.map((mq) => mq.brokerName))).toEqual(new Set(['a', 'b']));
    expect(picked.every((mq) => mq.queueId >= 0 && mq.queueId < 3)).toBe(true);
  });

  it('a held-back broker that left the topic is forgotten', () => {
    const faults = new LatencyFaults();
    faults.update('gone', 600, false, 0);
    faults.update('a', 700, false, 0);
    const info = infoOf(['a'], 2);
    expect(pickAvailableQueue(info, new RoundRobin(0), undefined, faults, 1).brokerName).toBe('a');
    expect(faults.isAvailable('gone', 1)).toBe(true);
  });
});

describe('a sharding key', () => {
  it('of any text gets a queue of the route, the same each time', () => {
    const queues = queuesOf(['a', 'b'], 3);
    fc.assert(
      fc.property(fc.string(), (key) => {
        const mq = pickByShardingKey(queues, key);
        expect(queues).toContain(mq);
        expect(pickByShardingKey(queues, key)).toBe(mq);
      }),
    );
  });

  it('goes where Java sends it: abs(hashCode) mod n', () => {
    const queues = queuesOf(['a'], 7);
    // Printed by Java 17: Math.abs(key.hashCode()) % 7
    expect(['abc', 'zzzzzz', 'order-1', '中文', 'OrderID188'].map((key) => pickByShardingKey(queues, key).queueId)).toEqual([6, 4, 6, 0, 0]);
  });

  it('with the hash code that has no absolute value in Java gets a queue all the same', () => {
    // 'polygenelubricants'.hashCode() = Integer.MIN_VALUE
    expect(pickByShardingKey(queuesOf(['a'], 7), 'polygenelubricants').queueId).toBe(2 ** 31 % 7);
  });
});
