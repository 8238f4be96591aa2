import type { ArrivalListener } from '@rocketmq-ts/store';

import { isInnerTopic } from '../topics/boot-topics.ts';

/**
 * Stands between a slave's log and those who wait for messages, and notices messages of topics that the slave does not
 * know yet: the master made them since the last copy of its topics.
 */
export class NewTopicWatch implements ArrivalListener {
  readonly #next: ArrivalListener;
  #isKnown: (topic: string) => boolean = () => true;
  #onUnknown: () => void = () => {};
  #lastKnown = '';

  constructor(next: ArrivalListener) {
    this.#next = next;
  }

  /** Before this call, while the store recovers, every topic counts as known. */
  start(isKnown: (topic: string) => boolean, onUnknown: () => void): void {
    this.#isKnown = isKnown;
    this.#onUnknown = onUnknown;
  }

  messageArrived(topic: string, queueId: number, nextQueueOffset: number, tagsCode: number): void {
    if (topic !== this.#lastKnown) {
      if (this.#isKnown(topic) || isInnerTopic(topic)) this.#lastKnown = topic;
      else this.#onUnknown();
    }
    this.#next.messageArrived(topic, queueId, nextQueueOffset, tagsCode);
  }
}
