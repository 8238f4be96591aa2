/**
 * What applications give to a push consumer: a function of messages and context.
 */
import type { ReceivedMessage } from '@rocketmq-ts/client-core';
import type { MessageQueue } from '@rocketmq-ts/remoting-protocol';

export const ConsumeConcurrentlyStatus = {
  CONSUME_SUCCESS: 'CONSUME_SUCCESS',
  RECONSUME_LATER: 'RECONSUME_LATER',
} as const;
export type ConsumeConcurrentlyStatus = (typeof ConsumeConcurrentlyStatus)[keyof typeof ConsumeConcurrentlyStatus];

export interface ConsumeConcurrentlyContext {
  readonly messageQueue: MessageQueue;
  /**
   * When failed messages come again: 0 the broker decides by how often they failed (default), 1..18 that delay level,
   * -1 never: into the dead-letter queue.
   */
  delayLevelWhenNextConsume: number;
  /** Of a batch that ends well: index of the last message that did; those behind it come again. Default: all. */
  ackIndex: number;
  /** Aborted when the consumer shuts down and its drain time is over. */
  readonly signal: AbortSignal;
}

/**
 * Resolves (or returns): consumed. Throws, rejects, or returns RECONSUME_LATER: the messages come again later.
 */
export type MessageListenerConcurrently = (
  messages: readonly ReceivedMessage[],
  context: ConsumeConcurrentlyContext,
) => void | ConsumeConcurrentlyStatus | Promise<void | ConsumeConcurrentlyStatus>;
