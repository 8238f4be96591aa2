import type { Random } from '@rocketmq-ts/kernel';
import { peekRecord } from '@rocketmq-ts/remoting-protocol';
import type { SeamStore } from '../store-pair.ts';
import { QUEUE_IDS, TOPICS } from './check-store.ts';
import { placeOf } from './history.ts';

const BLANK_MAGIC = 0xcbd43194 | 0;

/** The log of a living master, as bytes that a replica is sent. */
export class MasterStream {
  readonly #master: SeamStore;
  readonly #random: Random;
  /** As a master of Java's has it: behind a blank stands whatever was in its buffer. */
  readonly #hasGarbage: boolean;
  /** Where the replica begins: at a file. */
  start = 0;
  #bytes = Buffer.alloc(0);
  /** The next record that has not been looked at. */
  #head = 0;
  /** Where records end, by queue, in order. */
  readonly #ends = new Map<string, number[]>();
  readonly #allEnds: number[] = [];

  constructor(master: SeamStore, random: Random, hasGarbage: boolean) {
    this.#master = master;
    this.#random = random;
    this.#hasGarbage = hasGarbage;
  }

  get end(): number {
    return this.#bytes.length;
  }

  slice(from: number, to: number): Buffer {
    return this.#bytes.subarray(from, to);
  }

  /** The next queue offset of a replica that has everything from `start` to `end`; 0 when it has none of this queue. */
  nextQueueOffset(topic: string, queueId: number, end: number): number {
    const ends = this.#ends.get(placeOf(topic, queueId, 0)) ?? [];
    const before = ends.filter((one) => one <= end);
    return before.some((one) => one > this.start) ? before.length : 0;
  }

  /** Whether a record, or a file, ends exactly here. */
  isWholeAt(end: number): boolean {
    return end % this.#master.options.mappedFileSizeCommitLog === 0 || this.#allEnds.includes(end);
  }

  /** Some more messages. */
  async grow(): Promise<void> {
    const random = this.#random;
    for (let count = random.below(6); count > 0; count--) {
      const topic = TOPICS[random.below(TOPICS.length)] as string;
      const queueId = QUEUE_IDS[random.below(QUEUE_IDS.length)] as number;
      const size = random.below(5) === 0 ? 1000 + random.below(5000) : random.below(300);
      this.#master.send({ topic, queueId, body: Buffer.alloc(size, `${this.end} ${count}`), key: `k${this.#allEnds.length}` }, false);
    }
    await this.#master.simulation.runFor(1);
    const { source } = this.#master;
    for (let at = this.end; at < source.end; at = this.end) this.#bytes = Buffer.concat([this.#bytes, source.read(at, source.end - at) as Buffer]);
    this.#walk();
  }

  #walk(): void {
    const fileSize = this.#master.options.mappedFileSizeCommitLog;
    while (this.#head < this.end) {
      const at = this.#head;
      const size = this.#bytes.readInt32BE(at);
      this.#head += size;
      if (this.#bytes.readInt32BE(at + 4) === BLANK_MAGIC) {
        if (this.#hasGarbage) for (let place = at + 8; place < at + size; place++) this.#bytes[place] = (place % 251) + 1;
        if (this.#head % fileSize !== 0) throw new Error(`the master's file does not end at ${this.#head}`);
        continue;
      }
      const queue = placeOf(peekRecord.topic(this.#bytes, at), peekRecord.queueId(this.#bytes, at), 0);
      const ends = this.#ends.get(queue) ?? [];
      ends.push(this.#head);
      this.#ends.set(queue, ends);
      this.#allEnds.push(this.#head);
    }
  }
}
