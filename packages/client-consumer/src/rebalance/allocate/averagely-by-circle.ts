/**
 * Dealt out like cards.
 * Source: client/consumer/rebalance/AllocateMessageQueueAveragelyByCircle.java (4.6.0)
 */
import type { AllocateMessageQueueStrategy } from './strategy.ts';

export const allocateAveragelyByCircle: AllocateMessageQueueStrategy = {
  name: 'AVG_BY_CIRCLE',
  allocate({ current, queues, cids }) {
    const index = cids.indexOf(current);
    return index < 0 ? [] : queues.filter((_, i) => i % cids.length === index);
  },
};
