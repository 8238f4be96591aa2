import { Histogram } from '@rocketmq-ts/store';

/** As 5.x counts them; the number is what a send carries along. */
export const MESSAGE_TYPES = ['normal', 'fifo', 'delay', 'transaction'] as const;
export const MessageType = { NORMAL: 0, FIFO: 1, DELAY: 2, TRANSACTION: 3 } as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** Bytes of a record. Source: broker/metrics/BrokerMetricsManager.java registerMetricsView (5.3.3) */
const SIZE_BOUNDS = [1024, 4096, 524_288, 1_048_576, 2_097_152, 4_194_304] as const;

/** What was stored in one topic, of one type of message, since the start. */
export interface StoredTraffic {
  readonly topic: string;
  readonly messageType: (typeof MESSAGE_TYPES)[number];
  messages: number;
  /** Of whole records. */
  bytes: number;
  readonly sizes: Histogram;
}

/** What clients have stored, by topic and type of message. Counting is a look-up and three additions. */
export class TopicTraffic {
  readonly #topics = new Map<string, (StoredTraffic | undefined)[]>();

  stored(topic: string, type: MessageType, messages: number, bytes: number): void {
    const traffic = this.#topics.get(topic)?.[type] ?? this.#add(topic, type);
    traffic.messages += messages;
    traffic.bytes += bytes;
    traffic.sizes.record(bytes / messages, messages);
  }

  *all(): Generator<StoredTraffic> {
    for (const types of this.#topics.values()) for (const traffic of types) if (traffic !== undefined) yield traffic;
  }

  /** Topics for which this is false have been deleted. */
  keep(isTopic: (topic: string) => boolean): void {
    for (const topic of this.#topics.keys()) if (!isTopic(topic)) this.#topics.delete(topic);
  }

  #add(topic: string, type: MessageType): StoredTraffic {
    const traffic: StoredTraffic = { topic, messageType: MESSAGE_TYPES[type], messages: 0, bytes: 0, sizes: new Histogram(SIZE_BOUNDS) };
    const types = this.#topics.get(topic) ?? [];
    types[type] = traffic;
    this.#topics.set(topic, types);
    return traffic;
  }
}
