/**
 * Neighbouring queues, as many for each as possible; the first ones get one more.
 * Source: client/consumer/rebalance/AllocateMessageQueueAveragely.java (4.6.0)
 */
import type { AllocateMessageQueueStrategy } from './strategy.ts';

export const allocateAveragely: AllocateMessageQueueStrategy = {
  name: 'AVG',
  allocate({ current, queues, cids }) {
    const index = cids.indexOf(current);
    if (index < 0) return [];
    const rest = queues.length % cids.length;
    const hasOneMore = rest > 0 && index < rest;
    const size = queues.length <= cids.length ? 1 : Math.floor(queues.length / cids.length) + (hasOneMore ? 1 : 0);
    const start = hasOneMore ? index * size : index * size + rest;
    return queues.slice(start, start + size);
  },
};
