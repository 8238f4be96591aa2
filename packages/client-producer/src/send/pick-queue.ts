/**
 * Which queue comes next. Pure: round robin from a counter; after a failure a queue of another broker, if there is one.
 *
 * Source: client/impl/producer/TopicPublishInfo.java, client/latency/MQFaultStrategy.java (4.6.0)
 */
import type { PublishInfo } from '@rocketmq-ts/client-core';
import { assert } from '@rocketmq-ts/kernel';
import { javaHash, type MessageQueue } from '@rocketmq-ts/remoting-protocol';
import type { LatencyFaults } from './latency-faults.ts';

/** A counter that wraps like Java's int but never turns negative. */
export class RoundRobin {
  #next: number;

  constructor(start: number) {
    this.#next = start >>> 0;
  }

  take(): number {
    const index = this.#next;
    this.#next = (index + 1) >>> 0;
    return index;
  }
}

export function pickQueue(queues: readonly MessageQueue[], counter: RoundRobin, lastBrokerName: string | undefined): MessageQueue {
  assert(queues.length > 0, 'a route without queues is no route');
  const start = counter.take();
  if (lastBrokerName !== undefined) {
    for (let i = 0; i < queues.length; i += 1) {
      const mq = queues[(start + i) % queues.length]!;
      if (mq.brokerName !== lastBrokerName) return mq;
    }
  }
  return queues[start % queues.length]!;
}

/**
 * With latency fault tolerance: a queue of a broker that is not held back, another one than that which has just failed.
 * If all are held back, one of the better half of them.
 * Java differs: after a failure it looks for the *same* broker first, and so may send twice to the one that is down.
 */
export function pickAvailableQueue(
  info: PublishInfo,
  counter: RoundRobin,
  lastBrokerName: string | undefined,
  faults: LatencyFaults,
  nowMs: number,
): MessageQueue {
  const { queues } = info;
  const start = counter.take();
  for (let i = 0; i < queues.length; i += 1) {
    const mq = queues[(start + i) % queues.length]!;
    if (mq.brokerName !== lastBrokerName && faults.isAvailable(mq.brokerName, nowMs)) return mq;
  }
  const best = faults.pickOneAtLeast(nowMs, lastBrokerName);
  const writeQueueNums = best === undefined ? 0 : (info.writeQueueNums.get(best) ?? 0);
  if (best !== undefined && writeQueueNums > 0) return { topic: queues[0]!.topic, brokerName: best, queueId: counter.take() % writeQueueNums };
  if (best !== undefined) faults.remove(best);
  return pickQueue(queues, counter, lastBrokerName);
}

/**
 * The queue of a sharding key, the same that Java's SelectMessageQueueByHash chooses: abs(hashCode) mod n. For the one
 * hash code that has no absolute value in Java, where it throws, 2^31 mod n.
 */
export function pickByShardingKey(queues: readonly MessageQueue[], shardingKey: string): MessageQueue {
  assert(queues.length > 0, 'a route without queues is no route');
  return queues[Math.abs(javaHash(shardingKey)) % queues.length]!;
}
