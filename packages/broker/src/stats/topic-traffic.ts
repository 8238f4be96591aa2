import { Histogram } from '@rocketmq-ts/store';

/** As 5.x counts them; the number is what a send carries along. */
export const MESSAGE_TYPES = ['normal', 'fifo', 'delay', 'transaction'] as const;
export const MessageType = { NORMAL: 0, FIFO: 1, DELAY: 2, TRANSACTION: 3 } as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** Bytes of a record. Source: broker/metrics/BrokerMetricsManager.java registerMetricsView (5.3.3) */
const SIZE_BOUNDS = [1024, 4096, 524_288, 1_048_576, 2_097_152, 4_194_304] as const;

/** A row: bytes, and messages by size; one for each bound and one for what is above them all. Eight numbers, a line of the cache. */
const ROW = SIZE_BOUNDS.length + 2;
const ROWS_FIRST = 64;

/** What was stored in one topic, of one type of message, since the start. */
export class StoredTraffic {
  readonly topic: string;
  readonly messageType: (typeof MESSAGE_TYPES)[number];
  readonly row: number;
  readonly #table: TrafficTable;

  constructor(topic: string, type: MessageType, table: TrafficTable) {
    this.topic = topic;
    this.messageType = MESSAGE_TYPES[type];
    this.#table = table;
    this.row = table.take();
  }

  get messages(): number {
    return this.sizes.counts.reduce((sum, count) => sum + count, 0);
  }

  /** Of whole records. */
  get bytes(): number {
    return this.#table.numbers[this.row * ROW] as number;
  }

  get sizes(): Histogram {
    const sizes = new Histogram(SIZE_BOUNDS);
    const at = this.row * ROW + 1;
    for (let index = 0; index < sizes.counts.length; index++) sizes.counts[index] = this.#table.numbers[at + index] as number;
    sizes.sum = this.bytes;
    return sizes;
  }
}

/** The numbers of all, side by side: an object for each, and for each number in it, is what sends to thousands of topics would wait for. */
class TrafficTable {
  numbers = new Float64Array(ROWS_FIRST * ROW);
  #count = 0;
  readonly #free: number[] = [];

  /** A row of zeros. */
  take(): number {
    const row = this.#free.pop() ?? this.#count++;
    if (this.numbers.length < this.#count * ROW) {
      const larger = new Float64Array(this.numbers.length * 2);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers.fill(0, row * ROW, (row + 1) * ROW);
    return row;
  }

  giveBack(row: number): void {
    this.#free.push(row);
  }

  add(row: number, messages: number, bytes: number): void {
    const { numbers } = this;
    const size = bytes / messages;
    let bound = 0;
    while (bound < SIZE_BOUNDS.length && size > (SIZE_BOUNDS[bound] as number)) bound++;
    const at = row * ROW;
    numbers[at] = (numbers[at] as number) + bytes;
    numbers[at + 1 + bound] = (numbers[at + 1 + bound] as number) + messages;
  }
}

/** What clients have stored, by topic and type of message. Counting is a look-up and two additions. */
export class TopicTraffic {
  readonly #table = new TrafficTable();
  /** By type. */
  readonly #topics = MESSAGE_TYPES.map(() => new Map<string, StoredTraffic>());

  stored(topic: string, type: MessageType, messages: number, bytes: number): void {
    const topics = this.#topics[type] as Map<string, StoredTraffic>;
    let traffic = topics.get(topic);
    if (traffic === undefined) topics.set(topic, (traffic = new StoredTraffic(topic, type, this.#table)));
    this.#table.add(traffic.row, messages, bytes);
  }

  *all(): Generator<StoredTraffic> {
    for (const topics of this.#topics) yield* topics.values();
  }

  /** Topics for which this is false have been deleted. */
  keep(isTopic: (topic: string) => boolean): void {
    for (const topics of this.#topics) {
      for (const [topic, { row }] of topics) {
        if (isTopic(topic)) continue;
        topics.delete(topic);
        this.#table.giveBack(row);
      }
    }
  }
}
