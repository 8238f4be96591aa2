/**
 * Progress of a CLUSTERING group, kept by the broker of each queue: read with 14, written with 15 (oneway every 5 s,
 * awaited at the end).
 *
 * Source: client/consumer/store/RemoteBrokerOffsetStore.java (4.6.0)
 */
import { asError, type MQClient, MQClientError, queryConsumerOffset, updateConsumerOffset, updateConsumerOffsetOneway } from '@rocketmq-ts/client-core';
import type { MessageQueue } from '@rocketmq-ts/remoting-protocol';
import { type OffsetStore, OffsetTable, type StoredOffset } from './offset-store.ts';

const TIMEOUT_MS = 5000;

export class BrokerOffsetStore implements OffsetStore {
  readonly table = new OffsetTable();
  readonly #client: MQClient;
  readonly #group: string;

  constructor(client: MQClient, group: string) {
    this.#client = client;
    this.#group = group;
  }

  load(): void {}

  async read(mq: MessageQueue): Promise<StoredOffset> {
    try {
      const offset = await queryConsumerOffset(this.#client.remoting, await this.#addressOf(mq), this.#group, mq, { timeoutMs: TIMEOUT_MS });
      if (offset === undefined) return { kind: 'none' };
      this.table.set(mq, offset);
      return { kind: 'offset', offset };
    } catch (error) {
      return { kind: 'error', error: asError(error) };
    }
  }

  async persist(queues: readonly MessageQueue[], isFinal: boolean): Promise<void> {
    await Promise.all(queues.map((mq) => this.#persistOne(mq, isFinal)));
  }

  /** Another consumer moves it on from now on; only the broker knows how far. */
  forget(mq: MessageQueue): void {
    this.table.delete(mq);
  }

  async #persistOne(mq: MessageQueue, isFinal: boolean): Promise<void> {
    const commitOffset = this.table.get(mq);
    if (commitOffset === undefined) return;
    const commit = { consumerGroup: this.#group, mq, commitOffset };
    try {
      const address = await this.#addressOf(mq);
      if (isFinal) await updateConsumerOffset(this.#client.remoting, address, commit, { timeoutMs: TIMEOUT_MS });
      else await updateConsumerOffsetOneway(this.#client.remoting, address, commit);
    } catch (error) {
      this.#client.env.log.warn('An offset could not be stored; it is tried again.', { ...mq, commitOffset, error: asError(error) });
    }
  }

  /** The master, or while it is away one of its slaves. */
  async #addressOf(mq: MessageQueue): Promise<string> {
    const { routes } = this.#client;
    if (routes.brokers.preferring(mq.brokerName, 0) === undefined) await routes.refresh(mq.topic);
    const broker = routes.brokers.preferring(mq.brokerName, 0);
    if (broker === undefined) throw new MQClientError('RMQ_NO_BROKER', `The broker[${mq.brokerName}] not exist`, { retryable: true });
    return broker.address;
  }
}
