/**
 * A queue while it belongs to this consumer: what was pulled and not yet consumed, and the puller that fetches more.
 */
import type { MessageQueue } from '@rocketmq-ts/remoting-protocol';
import type { ProcessQueue } from './process-queue.ts';

export interface Assignment {
  readonly mq: MessageQueue;
  readonly processQueue: ProcessQueue;
}
