/**
 * Tells brokers every 30 s which groups live here: producers alone to masters, consumers to every broker. One round at
 * a time; a wish for another one while it runs is fulfilled right after it.
 *
 * Source: client/impl/factory/MQClientInstance.java sendHeartbeatToAllBroker (4.6.0)
 */
import type { Log } from '@rocketmq-ts/kernel';
import type { HeartbeatData } from '@rocketmq-ts/remoting-protocol';
import { sendHeartbeat, unregisterClient } from './broker-api/membership.ts';
import type { BrokerTable, KnownBroker } from './broker-table.ts';
import { asError } from './events.ts';
import type { Invoker } from './invoker.ts';
import type { Members } from './members.ts';
import { MASTER_ID } from './names.ts';

const TIMEOUT_MS = 3000;

export interface HeartbeatsOptions {
  readonly clientId: string;
  readonly members: Members;
  readonly brokers: BrokerTable;
  readonly invoker: Invoker;
  readonly log: Log;
}

export class Heartbeats {
  /** What brokers answered as their version, by address. */
  readonly brokerVersions = new Map<string, number>();
  readonly #options: HeartbeatsOptions;
  #running: Promise<void> | undefined;
  #isWanted = false;

  constructor(options: HeartbeatsOptions) {
    this.#options = options;
  }

  /** Resolves when a round that began after this call has ended; never rejects. */
  beat(): Promise<void> {
    if (this.#running === undefined) this.#running = this.#rounds();
    else this.#isWanted = true;
    return this.#running;
  }

  /** Says good-bye to every known broker at once; never rejects. */
  async unregister(who: { producerGroup?: string; consumerGroup?: string }): Promise<void> {
    const { clientId, brokers, invoker, log } = this.#options;
    const each = async ({ brokerName, address }: KnownBroker): Promise<void> => {
      try {
        await unregisterClient(invoker, address, { clientID: clientId, ...who }, { timeoutMs: TIMEOUT_MS });
      } catch (error) {
        log.info('A broker could not be told that a group left; it notices by itself.', { brokerName, address, error: asError(error) });
      }
    };
    await Promise.all([...brokers.all()].map(each));
  }

  async #rounds(): Promise<void> {
    do {
      this.#isWanted = false;
      await this.#round();
    } while (this.#isWanted);
    // In the same turn as the look at `isWanted`: no wish can fall between the two.
    this.#running = undefined;
  }

  async #round(): Promise<void> {
    const { clientId, members, brokers } = this.#options;
    const data: HeartbeatData = {
      clientID: clientId,
      producerDataSet: [...members.producers.keys()].map((groupName) => ({ groupName })),
      consumerDataSet: [...members.consumers.values()].map((member) => member.heartbeat()),
    };
    if (data.producerDataSet.length === 0 && data.consumerDataSet.length === 0) return;
    const isProducersOnly = data.consumerDataSet.length === 0;
    const targets = [...brokers.all()].filter((broker) => !isProducersOnly || broker.brokerId === MASTER_ID);
    await Promise.all(targets.map((broker) => this.#tell(broker, data)));
  }

  async #tell({ brokerName, address }: KnownBroker, data: HeartbeatData): Promise<void> {
    try {
      this.brokerVersions.set(address, await sendHeartbeat(this.#options.invoker, address, data, { timeoutMs: TIMEOUT_MS }));
    } catch (error) {
      this.#options.log.info('A heartbeat was not answered.', { brokerName, address, error: asError(error) });
    }
  }
}
