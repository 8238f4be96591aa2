/**
 * Only brokers named `room@broker` of the given rooms, averagely.
 * Java differs: it takes the even shares from the list of *all* queues by the index among the chosen ones, so with
 * other rooms present some queues go to nobody and others to the wrong room. Here both come from the chosen list;
 * the results agree whenever the chosen queues come first (one room in natural order), which the golden cases show.
 * Source: client/consumer/rebalance/AllocateMessageQueueByMachineRoom.java (4.6.0)
 */
import type { AllocateMessageQueueStrategy } from './strategy.ts';

export function allocateByMachineRoom(rooms: Iterable<string>): AllocateMessageQueueStrategy {
  const wanted = new Set(rooms);
  return {
    name: 'MACHINE_ROOM',
    allocate({ current, queues, cids }) {
      const index = cids.indexOf(current);
      if (index < 0) return [];
      const chosen = queues.filter((mq) => {
        const parts = mq.brokerName.split('@');
        return parts.length === 2 && wanted.has(parts[0]!);
      });
      const share = Math.floor(chosen.length / cids.length);
      const rest = chosen.length % cids.length;
      const own = chosen.slice(share * index, share * (index + 1));
      if (index < rest) own.push(chosen[index + share * cids.length]!);
      return own;
    },
  };
}
