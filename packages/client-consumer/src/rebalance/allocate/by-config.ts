/**
 * A fixed list, whoever else is there. Queues that are not in the topic's route are left out.
 * Java differs: it takes the list as it is and pulls from queues that do not exist.
 * Source: client/consumer/rebalance/AllocateMessageQueueByConfig.java (4.6.0)
 */
import { type MessageQueue, messageQueueKey } from '@rocketmq-ts/remoting-protocol';
import type { AllocateMessageQueueStrategy } from './strategy.ts';

export function allocateByConfig(own: readonly MessageQueue[]): AllocateMessageQueueStrategy {
  const keys = new Set(own.map(messageQueueKey));
  return { name: 'CONFIG', allocate: ({ queues }) => queues.filter((mq) => keys.has(messageQueueKey(mq))) };
}
