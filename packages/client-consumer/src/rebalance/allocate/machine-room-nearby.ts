/**
 * Each room's queues go to the consumers of that room, by another strategy; rooms without consumers are shared by all.
 * Source: client/consumer/rebalance/AllocateMachineRoomNearby.java (4.6.0)
 */
import type { MessageQueue } from '@rocketmq-ts/remoting-protocol';
import { MQClientError } from '@rocketmq-ts/client-core';
import type { AllocateMessageQueueStrategy } from './strategy.ts';

export interface MachineRoomResolver {
  brokerDeployIn(mq: MessageQueue): string;
  consumerDeployIn(clientId: string): string;
}

export function allocateMachineRoomNearby(inner: AllocateMessageQueueStrategy, resolver: MachineRoomResolver): AllocateMessageQueueStrategy {
  return {
    name: `MACHINE_ROOM_NEARBY-${inner.name}`,
    allocate(input) {
      const { consumerGroup, current, queues, cids } = input;
      if (!cids.includes(current)) return [];
      const queuesOf = groupByRoom(queues, (mq) => resolver.brokerDeployIn(mq));
      const cidsOf = groupByRoom(cids, (cid) => resolver.consumerDeployIn(cid));
      const own = resolver.consumerDeployIn(current);
      const result: MessageQueue[] = [];
      const near = queuesOf.get(own);
      if (near !== undefined) result.push(...inner.allocate({ consumerGroup, current, queues: near, cids: cidsOf.get(own)! }));
      for (const room of [...queuesOf.keys()].sort()) {
        if (!cidsOf.has(room)) result.push(...inner.allocate({ consumerGroup, current, queues: queuesOf.get(room)!, cids }));
      }
      return result;
    },
  };
}

function groupByRoom<T>(items: readonly T[], roomOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const room = roomOf(item);
    if (typeof room !== 'string' || room === '') throw new MQClientError('RMQ_OPTION', `Machine room is null for ${JSON.stringify(item)}`);
    const group = groups.get(room);
    if (group === undefined) groups.set(room, [item]);
    else group.push(item);
  }
  return groups;
}
