/**
 * Who reads which queue. Every consumer of a group computes the whole division by itself from the same two sorted
 * lists, so a strategy must be a pure function that gives each queue to exactly one of them. Groups may mix our
 * consumers with Java's: results are Java's, element by element.
 */
import type { MessageQueue } from '@rocketmq-ts/remoting-protocol';

export interface AllocateInput {
  readonly consumerGroup: string;
  /** Client id of the consumer that asks. */
  readonly current: string;
  /** All queues of one topic, in natural order. */
  readonly queues: readonly MessageQueue[];
  /** Client ids of all consumers of the group, in Java's string order. */
  readonly cids: readonly string[];
}

export interface AllocateMessageQueueStrategy {
  /** Java's name of it; the same for all consumers of a group. */
  readonly name: string;
  allocate(input: AllocateInput): readonly MessageQueue[];
}
