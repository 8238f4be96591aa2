/**
 * Tells brokers every 30 s which groups live here: producers alone to masters, consumers to every broker. One round at
 * a time; a wish for another one while it runs is fulfilled right after it. The answers, and their absence, say which
 * brokers can be reached.
 *
 * Source: client/impl/factory/MQClientInstance.java sendHeartbeatToAllBroker (4.6.0)
 */
import type { Clock, Log } from '@rocketmq-ts/kernel';
import type { HeartbeatData } from '@rocketmq-ts/remoting-protocol';
import { sendHeartbeat, unregisterClient } from './broker-api/membership.ts';
import type { BrokerTable, KnownBroker } from './broker-table.ts';
import { MQBrokerError } from './errors.ts';
import { asError } from './events.ts';
import type { Invoker } from './invoker.ts';
import type { Members } from './members.ts';
import { MASTER_ID } from './names.ts';

const TIMEOUT_MS = 3000;
/** Others find a new broker within 30 s and send heartbeats every 30 s: after that it knows everybody. */
const SETTLED_MS = 65_000;
/** Brokers that we met together with our first one were there before us. */
const FIRST_MET_MS = 2000;

export interface HeartbeatsOptions {
  readonly clientId: string;
  readonly members: Members;
  readonly brokers: BrokerTable;
  readonly invoker: Invoker;
  readonly log: Log;
  readonly clock: Clock;
}

export class Heartbeats {
  /** What brokers answered as their version, by address. */
  readonly brokerVersions = new Map<string, number>();
  readonly #options: HeartbeatsOptions;
  /** Since when a broker hears from us without a break, by address. */
  readonly #heardSinceMs = new Map<string, number>();
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

  /** One broker is asked whether it is there, by telling it who is here; never rejects. */
  async probe(broker: KnownBroker): Promise<void> {
    const data = this.#data();
    if (data !== undefined && this.#concerns(broker, data)) await this.#tell(broker, data);
  }

  /** The connection to a broker was lost: it has forgotten who is here. */
  forget(address: string): void {
    this.#heardSinceMs.delete(address);
  }

  /** Its list of a group's members can be believed: others have had the time to tell it, as far as can be seen from here. */
  isSettled(address: string): boolean {
    const sinceMs = this.#heardSinceMs.get(address);
    if (sinceMs === undefined) return false;
    const firstMs = Math.min(...this.#heardSinceMs.values());
    return sinceMs - firstMs <= FIRST_MET_MS || this.#options.clock.monotonicMs() - sinceMs >= SETTLED_MS;
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
    const data = this.#data();
    if (data === undefined) return;
    const targets = [...this.#options.brokers.all()].filter((broker) => this.#concerns(broker, data));
    await Promise.all(targets.map((broker) => this.#tell(broker, data)));
  }

  /** Undefined: nobody lives here. */
  #data(): HeartbeatData | undefined {
    const { clientId, members } = this.#options;
    if (members.producers.size === 0 && members.consumers.size === 0) return undefined;
    return {
      clientID: clientId,
      producerDataSet: [...members.producers.keys()].map((groupName) => ({ groupName })),
      consumerDataSet: [...members.consumers.values()].map((member) => member.heartbeat()),
    };
  }

  /** Producers have no business with slaves. */
  #concerns({ brokerId }: KnownBroker, { consumerDataSet }: HeartbeatData): boolean {
    return brokerId === MASTER_ID || consumerDataSet.length > 0;
  }

  async #tell({ brokerName, address }: KnownBroker, data: HeartbeatData): Promise<void> {
    const { brokers, invoker, log, clock } = this.#options;
    try {
      this.brokerVersions.set(address, await sendHeartbeat(invoker, address, data, { timeoutMs: TIMEOUT_MS }));
      if (!this.#heardSinceMs.has(address)) this.#heardSinceMs.set(address, clock.monotonicMs());
      if (brokers.setReachable(address, true)) log.info('A broker can be reached again.', { brokerName, address });
    } catch (error) {
      // A broker that answers with an error is there.
      const isThere = error instanceof MQBrokerError;
      if (!isThere) this.forget(address);
      const isNews = brokers.setReachable(address, isThere);
      if (isNews && !isThere) log.warn('A broker can not be reached; it is tried again until it can, or no route names it.', { brokerName, address, error: asError(error) });
      else log.debug('A heartbeat was not answered.', { brokerName, address, error: asError(error) });
    }
  }
}
