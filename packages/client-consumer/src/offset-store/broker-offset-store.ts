/**
 * Progress of a CLUSTERING group, kept by the broker of each queue: read with 14, written with 15 (oneway every 5 s,
 * awaited at the end). While the master is away, one of its slaves keeps it, which copies the master's every 10 s and
 * may know less: where a queue was begun from a slave, the master is asked for its own value before anything is written
 * to it, and until consumption has passed that value nothing smaller is.
 *
 * Source: client/consumer/store/RemoteBrokerOffsetStore.java (4.6.0)
 */
import { asError, type BrokerAddress, MASTER_ID, type MQClient, MQClientError, queryConsumerOffset, updateConsumerOffset, updateConsumerOffsetOneway } from '@rocketmq-ts/client-core';
import { type MessageQueue, messageQueueKey } from '@rocketmq-ts/remoting-protocol';
import { type OffsetStore, OffsetTable, type StoredOffset } from './offset-store.ts';

const TIMEOUT_MS = 5000;

export class BrokerOffsetStore implements OffsetStore {
  readonly table = new OffsetTable();
  readonly #client: MQClient;
  readonly #group: string;
  /** Queues whose stored offset only a slave was asked for. */
  readonly #unconfirmed = new Set<string>();
  /** What the master knew of such a queue, while consumption is behind it. */
  readonly #floors = new Map<string, number>();

  constructor(client: MQClient, group: string) {
    this.#client = client;
    this.#group = group;
  }

  load(): void {}

  async read(mq: MessageQueue): Promise<StoredOffset> {
    try {
      const broker = await this.#brokerOf(mq);
      const offset = await this.#ask(broker, mq);
      if (broker.isSlave) this.#unconfirmed.add(messageQueueKey(mq));
      if (offset === undefined) return { kind: 'none', isOfSlave: broker.isSlave };
      this.table.set(mq, offset);
      return { kind: 'offset', offset };
    } catch (error) {
      return { kind: 'error', error: asError(error) };
    }
  }

  async persist(queues: readonly MessageQueue[], isFinal: boolean): Promise<void> {
    await Promise.all(queues.map((mq) => this.#persistOne(mq, isFinal)));
  }

  committable(mq: MessageQueue): number | undefined {
    return this.#unconfirmed.has(messageQueueKey(mq)) ? undefined : this.#known(mq);
  }

  reset(mq: MessageQueue, offset: number): void {
    this.forget(mq);
    this.table.set(mq, offset);
  }

  /** Another consumer moves it on from now on; only the broker knows how far. */
  forget(mq: MessageQueue): void {
    this.table.delete(mq);
    this.#unconfirmed.delete(messageQueueKey(mq));
    this.#floors.delete(messageQueueKey(mq));
  }

  async #persistOne(mq: MessageQueue, isFinal: boolean): Promise<void> {
    if (this.table.get(mq) === undefined) return;
    try {
      const broker = await this.#brokerOf(mq);
      if (!broker.isSlave) await this.#confirm(broker, mq);
      const commitOffset = this.#known(mq);
      if (commitOffset === undefined) return;
      const commit = { consumerGroup: this.#group, mq, commitOffset };
      if (isFinal) await updateConsumerOffset(this.#client.remoting, broker.address, commit, { timeoutMs: TIMEOUT_MS });
      else await updateConsumerOffsetOneway(this.#client.remoting, broker.address, commit);
    } catch (error) {
      this.#client.env.log.warn('An offset could not be stored; it is tried again.', { ...mq, commitOffset: this.table.get(mq), error: asError(error) });
    }
  }

  /** The master is back: what it has stored is not set back by one who began from a slave. @throws as #ask */
  async #confirm(master: BrokerAddress, mq: MessageQueue): Promise<void> {
    const key = messageQueueKey(mq);
    if (!this.#unconfirmed.has(key)) return;
    const stored = await this.#ask(master, mq);
    // Meanwhile the queue may have been reset, or be somebody else's.
    if (this.#unconfirmed.delete(key) && stored !== undefined) this.#floors.set(key, stored);
  }

  #known(mq: MessageQueue): number | undefined {
    const offset = this.table.get(mq);
    const floor = this.#floors.get(messageQueueKey(mq));
    return offset === undefined || floor === undefined ? offset : Math.max(offset, floor);
  }

  #ask(broker: BrokerAddress, mq: MessageQueue): Promise<number | undefined> {
    return queryConsumerOffset(this.#client.remoting, broker.address, this.#group, mq, { timeoutMs: TIMEOUT_MS });
  }

  /** The master, or while it is away one of its slaves. */
  async #brokerOf(mq: MessageQueue): Promise<BrokerAddress> {
    const broker = await this.#client.brokerOf(mq.brokerName, MASTER_ID, mq.topic);
    if (broker === undefined) throw new MQClientError('RMQ_NO_BROKER', `The broker[${mq.brokerName}] not exist`, { retryable: true });
    return broker;
  }
}
