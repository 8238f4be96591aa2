import { readFileSync } from 'node:fs';
import type { MessageQueue } from '@rocketmq-ts/remoting-protocol';
import { compareMessageQueues } from '@rocketmq-ts/remoting-protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateAveragely } from './averagely.ts';
import { allocateAveragelyByCircle } from './averagely-by-circle.ts';
import { allocateByConfig } from './by-config.ts';
import { allocateByMachineRoom } from './by-machine-room.ts';
import { allocateConsistentHash } from './consistent-hash.ts';
import { allocateMachineRoomNearby } from './machine-room-nearby.ts';
import type { AllocateMessageQueueStrategy } from './strategy.ts';

interface GoldenCase {
  readonly strategy: string;
  readonly extra?: string;
  readonly brokers: string;
  readonly perBroker: number;
  readonly cids: string;
  readonly current: string;
  readonly result: string;
}

const golden = (JSON.parse(readFileSync(new URL('../../../test/golden/allocate.json', import.meta.url), 'utf8')) as { cases: GoldenCase[] }).cases;
const byAt = { brokerDeployIn: (mq: MessageQueue) => mq.brokerName.split('@')[0]!, consumerDeployIn: (cid: string) => cid.split('@')[0]! };

function strategyOf({ strategy, extra }: GoldenCase): AllocateMessageQueueStrategy {
  switch (strategy) {
    case 'AVG':
      return allocateAveragely;
    case 'AVG_BY_CIRCLE':
      return allocateAveragelyByCircle;
    case 'CONSISTENT_HASH':
      return allocateConsistentHash(Number(extra));
    case 'MACHINE_ROOM':
      return allocateByMachineRoom(extra!.split(','));
    case 'MACHINE_ROOM_NEARBY-AVG':
      return allocateMachineRoomNearby(allocateAveragely, byAt);
    case 'MACHINE_ROOM_NEARBY-AVG_BY_CIRCLE':
      return allocateMachineRoomNearby(allocateAveragelyByCircle, byAt);
    default:
      throw new Error(`unknown ${strategy}`);
  }
}

function queuesOf(brokers: readonly string[], perBroker: number): MessageQueue[] {
  return brokers.flatMap((brokerName) => Array.from({ length: perBroker }, (_, queueId) => ({ topic: 'TopicTest', brokerName, queueId }))).sort(compareMessageQueues);
}

const shown = (queues: readonly MessageQueue[]): string => queues.map((mq) => `${mq.brokerName}/${mq.queueId}`).join(' ');

/** Java takes MACHINE_ROOM's even shares from the wrong list; only where the chosen queues come first is it the right one. */
function isJavaRight({ strategy, extra, brokers }: GoldenCase): boolean {
  if (strategy !== 'MACHINE_ROOM') return true;
  const chosen = brokers.split(' ').map((name) => extra!.split(',').includes(name.split('@')[0]!) && name.includes('@'));
  return !chosen.slice(chosen.indexOf(false)).includes(true);
}

describe('divides as Java does', () => {
  for (const name of new Set(golden.map((each) => each.strategy))) {
    it(`${name}`, () => {
      const cases = golden.filter((each) => each.strategy === name && isJavaRight(each));
      expect(cases.length).toBeGreaterThan(10);
      for (const each of cases) {
        const strategy = strategyOf(each);
        expect(strategy.name).toBe(each.strategy);
        const result = strategy.allocate({ consumerGroup: 'g', current: each.current, queues: queuesOf(each.brokers.split(' '), each.perBroker), cids: each.cids.split(' ') });
        expect(shown(result), JSON.stringify(each)).toBe(each.result);
      }
    });
  }
});

describe('every queue goes to exactly one consumer', () => {
  const worlds = fc.record({
    brokers: fc.uniqueArray(fc.constantFrom('roomA@b1', 'roomA@b2', 'roomB@b1', 'roomC@b9'), { minLength: 1 }),
    perBroker: fc.integer({ min: 1, max: 6 }),
    cids: fc.uniqueArray(fc.constantFrom('roomA@1', 'roomA@2', 'roomB@1', 'roomD@4', 'roomD@5'), { minLength: 1 }),
  });
  const strategies: [string, () => AllocateMessageQueueStrategy][] = [
    ['AVG', () => allocateAveragely],
    ['AVG_BY_CIRCLE', () => allocateAveragelyByCircle],
    ['CONSISTENT_HASH', () => allocateConsistentHash()],
    ['MACHINE_ROOM (of all rooms)', () => allocateByMachineRoom(['roomA', 'roomB', 'roomC'])],
    ['MACHINE_ROOM_NEARBY', () => allocateMachineRoomNearby(allocateAveragely, byAt)],
  ];
  it.each(strategies)('%s', (_, make) => {
    fc.assert(
      fc.property(worlds, ({ brokers, perBroker, cids }) => {
        const queues = queuesOf(brokers, perBroker);
        const sorted = [...cids].sort();
        const all = sorted.flatMap((current) => [...make().allocate({ consumerGroup: 'g', current, queues, cids: sorted })]);
        expect(shown(all.sort(compareMessageQueues))).toBe(shown(queues));
        expect(make().allocate({ consumerGroup: 'g', current: 'stranger', queues, cids: sorted })).toEqual([]);
      }),
    );
  });

  it('MACHINE_ROOM leaves the queues of other rooms alone', () => {
    const queues = queuesOf(['plain', 'roomA@b1', 'roomB@b1'], 4);
    const cids = ['c1', 'c2', 'c3'];
    const all = cids.flatMap((current) => [...allocateByMachineRoom(['roomA']).allocate({ consumerGroup: 'g', current, queues, cids })]);
    expect(shown(all.sort(compareMessageQueues))).toBe('roomA@b1/0 roomA@b1/1 roomA@b1/2 roomA@b1/3');
  });

  it('CONFIG gives the configured queues that exist', () => {
    const queues = queuesOf(['a'], 2);
    const strategy = allocateByConfig([{ topic: 'TopicTest', brokerName: 'a', queueId: 1 }, { topic: 'TopicTest', brokerName: 'gone', queueId: 0 }]);
    expect(strategy.name).toBe('CONFIG');
    expect(shown(strategy.allocate({ consumerGroup: 'g', current: 'x', queues, cids: ['x'] }))).toBe('a/1');
  });

  it('a consumer without a machine room is an error that says whose', () => {
    const strategy = allocateMachineRoomNearby(allocateAveragely, { ...byAt, consumerDeployIn: () => '' });
    expect(() => strategy.allocate({ consumerGroup: 'g', current: 'x', queues: queuesOf(['a'], 1), cids: ['x'] })).toThrow('Machine room is null for "x"');
  });

  it('with consistent hashing, a consumer that leaves moves only its own queues', () => {
    const queues = queuesOf(['a', 'b'], 16);
    const cids = ['c1', 'c2', 'c3', 'c4'];
    const of = (all: readonly string[], current: string): Set<string> => new Set(allocateConsistentHash().allocate({ consumerGroup: 'g', current, queues, cids: all }).map((mq) => shown([mq])));
    for (const stays of ['c1', 'c2', 'c3']) {
      const before = of(cids, stays);
      const after = of(['c1', 'c2', 'c3'], stays);
      for (const queue of before) expect(after).toContain(queue);
    }
  });
});
