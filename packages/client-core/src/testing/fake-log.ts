/**
 * The messages of a scripted broker: queues in memory that give out real records.
 */
import { encodeProperties, type HostAddress, recordSizeOf, writeRecord } from '@rocketmq-ts/remoting-protocol';

export interface FakeMessage {
  readonly topic: string;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly body: Buffer;
  readonly flag: number;
  readonly sysFlag: number;
  readonly properties: Map<string, string>;
  readonly reconsumeTimes: number;
  readonly record: Buffer;
  readonly physicalOffset: number;
}

export interface FakePut {
  readonly topic: string;
  readonly queueId: number;
  readonly body: Buffer;
  readonly flag?: number;
  readonly sysFlag?: number;
  readonly properties?: Map<string, string>;
  readonly reconsumeTimes?: number;
}

const BORN_HOST: HostAddress = { ip: '10.9.9.9', port: 5000 };

export class FakeLog {
  readonly #storeHost: HostAddress;
  readonly #queues = new Map<string, FakeMessage[]>();
  /** First offset that is still there, by queue; 0 unless set. */
  readonly minOffsets = new Map<string, number>();
  #physicalOffset = 0;

  constructor(storeHost: HostAddress) {
    this.#storeHost = storeHost;
  }

  queue(topic: string, queueId: number): FakeMessage[] {
    const key = `${topic}@${queueId}`;
    let queue = this.#queues.get(key);
    if (queue === undefined) this.#queues.set(key, (queue = []));
    return queue;
  }

  /** All messages of a topic, queue by queue. */
  topic(topic: string): FakeMessage[] {
    return [...this.#queues.values()].flat().filter((message) => message.topic === topic);
  }

  minOffset(topic: string, queueId: number): number {
    return this.minOffsets.get(`${topic}@${queueId}`) ?? 0;
  }

  put(put: FakePut, nowWallMs: number): FakeMessage {
    const queue = this.queue(put.topic, put.queueId);
    const properties = put.properties ?? new Map<string, string>();
    const fields = {
      topic: put.topic,
      queueId: put.queueId,
      flag: put.flag ?? 0,
      sysFlag: put.sysFlag ?? 0,
      queueOffset: queue.length,
      physicalOffset: this.#physicalOffset,
      bornTimestamp: nowWallMs,
      bornHost: BORN_HOST,
      storeTimestamp: nowWallMs,
      storeHost: this.#storeHost,
      reconsumeTimes: put.reconsumeTimes ?? 0,
      preparedTransactionOffset: 0,
      body: put.body,
      properties: encodeProperties(properties),
    };
    const record = Buffer.alloc(recordSizeOf(fields));
    writeRecord(record, 0, fields);
    this.#physicalOffset += record.length;
    const message: FakeMessage = { ...fields, body: Buffer.from(put.body), properties, record };
    queue.push(message);
    return message;
  }

  copyFrom(master: FakeLog): void {
    for (const [key, messages] of master.#queues) {
      const own = this.#queues.get(key) ?? [];
      this.#queues.set(key, [...own, ...messages.slice(own.length)]);
    }
  }

  at(physicalOffset: number): FakeMessage | undefined {
    return [...this.#queues.values()].flat().find((message) => message.physicalOffset === physicalOffset);
  }
}
