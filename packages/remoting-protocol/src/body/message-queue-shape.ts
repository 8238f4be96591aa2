/**
 * A queue as JSON, alone or as the key of a map.
 *
 * Source: common/message/MessageQueue.java (4.6.0)
 */
import type { MessageQueue } from '../message/message-queue.ts';
import { objectOf, type Shape, text, whole } from './shape.ts';

export const messageQueueShape: Shape<MessageQueue> = objectOf<MessageQueue>('MessageQueue', {
  topic: text,
  brokerName: text,
  queueId: whole,
});
