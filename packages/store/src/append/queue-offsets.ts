/** Where the next record of each queue of a topic goes. */
export class TopicQueues {
  /** Length of the topic in a record. */
  readonly topicSizeBytes: number;
  readonly #topic: string;
  readonly #seed: QueueOffsetSeed;
  readonly #next = new Map<number, number>();

  constructor(topic: string, seed: QueueOffsetSeed) {
    this.#topic = topic;
    this.#seed = seed;
    this.topicSizeBytes = Buffer.byteLength(topic, 'utf8');
  }

  next(queueId: number): number {
    const known = this.#next.get(queueId);
    if (known !== undefined) return known;
    const seeded = this.#seed(this.#topic, queueId);
    this.#next.set(queueId, seeded);
    return seeded;
  }

  advance(queueId: number, to: number): void {
    this.#next.set(queueId, to);
  }

  /** A record was taken back: its place is free again. */
  fallBack(queueId: number, to: number): void {
    const known = this.#next.get(queueId);
    if (known !== undefined && to < known) this.#next.set(queueId, to);
  }
}

/** The first free queue offset as the consume queues know it; asked once per queue, when they have caught up. */
export type QueueOffsetSeed = (topic: string, queueId: number) => number;

/**
 * The appender's counters: Java's topicQueueTable. They run ahead of the consume queues, which are derived later,
 * so a queue is seeded from there only before its first record since the start.
 */
export class QueueOffsets {
  readonly #seed: QueueOffsetSeed;
  readonly #topics = new Map<string, TopicQueues>();

  constructor(seed: QueueOffsetSeed) {
    this.#seed = seed;
  }

  of(topic: string): TopicQueues {
    let queues = this.#topics.get(topic);
    if (queues === undefined) {
      queues = new TopicQueues(topic, this.#seed);
      this.#topics.set(topic, queues);
    }
    return queues;
  }

  /** The queues of these topics are gone; a topic of that name begins again at 0. */
  forget(keep: (topic: string) => boolean): void {
    for (const topic of this.#topics.keys()) {
      if (!keep(topic)) this.#topics.delete(topic);
    }
  }
}
