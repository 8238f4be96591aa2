/**
 * All consume queues of a store, found by the topic's text (readers) or by its bytes in a record (deriver). Topic names
 * come from outside: they are keys of Maps, and folder names exactly as they are.
 */
import { ConsumeQueue } from './consume-queue.ts';
import { hashUtf8, topicPrefixHash } from './key-hash.ts';
import { type QueueDisk, QueueFiles } from './queue-files.ts';

export interface TopicQueues {
  readonly topic: string;
  readonly bytes: Buffer;
  /** Java's hash of `topic#`. */
  readonly prefixHash: number;
  readonly queues: Map<number, ConsumeQueue>;
}

export class QueueTable {
  readonly #shared: QueueDisk;
  readonly #topics = new Map<string, TopicQueues>();
  readonly #byHash = new Map<number, TopicQueues[]>();
  #lastFound: TopicQueues | undefined;
  #queueNumber = 0;

  constructor(shared: QueueDisk) {
    this.#shared = shared;
  }

  get(topic: string, queueId: number): ConsumeQueue | undefined {
    return this.#topics.get(topic)?.queues.get(queueId);
  }

  *all(): Generator<ConsumeQueue> {
    for (const topic of this.#topics.values()) yield* topic.queues.values();
  }

  get topics(): Iterable<TopicQueues> {
    return this.#topics.values();
  }

  /** The topic that stands in `buffer[start, end)`; made when it is new. */
  topicAt(buffer: Buffer, start: number, end: number): TopicQueues {
    const last = this.#lastFound;
    if (last !== undefined && equals(last.bytes, buffer, start, end)) return last;
    for (const known of this.#byHash.get(hashUtf8(0, buffer, start, end)) ?? []) {
      if (equals(known.bytes, buffer, start, end)) return (this.#lastFound = known);
    }
    return (this.#lastFound = this.topic(buffer.toString('utf8', start, end), Buffer.from(buffer.subarray(start, end))));
  }

  topic(topic: string, bytes: Buffer = Buffer.from(topic)): TopicQueues {
    const known = this.#topics.get(topic);
    if (known !== undefined) return known;
    const made: TopicQueues = { topic, bytes, prefixHash: topicPrefixHash(topic), queues: new Map() };
    this.#topics.set(topic, made);
    const hash = hashUtf8(0, bytes, 0, bytes.length);
    const sameHash = this.#byHash.get(hash);
    if (sameHash === undefined) this.#byHash.set(hash, [made]);
    else sameHash.push(made);
    return made;
  }

  queue(topic: TopicQueues, queueId: number): ConsumeQueue {
    const known = topic.queues.get(queueId);
    if (known !== undefined) return known;
    const files = new QueueFiles(this.#shared, { topic: topic.topic, queueId, number: ++this.#queueNumber });
    const made = new ConsumeQueue(topic.topic, topic.bytes, queueId, files);
    topic.queues.set(queueId, made);
    return made;
  }
}

function equals(bytes: Buffer, buffer: Buffer, start: number, end: number): boolean {
  const { length } = bytes;
  if (length !== end - start) return false;
  for (let index = 0; index < length; index++) {
    if (bytes[index] !== buffer[start + index]) return false;
  }
  return true;
}
