/**
 * Addresses of brokers as the routes name them, by broker name and broker id (0 is the master).
 * Pure. Filled by the route cache, swept of what no route names any more.
 */
import { MASTER_ID } from './names.ts';

export interface BrokerAddress {
  readonly address: string;
  readonly isSlave: boolean;
}

export interface KnownBroker {
  readonly brokerName: string;
  readonly brokerId: number;
  readonly address: string;
}

export class BrokerTable {
  readonly #addresses = new Map<string, ReadonlyMap<number, string>>();

  /** Takes a broker's addresses as they are now. True when one of them is new. */
  put(brokerName: string, addresses: ReadonlyMap<number, string>): boolean {
    const known = this.#addresses.get(brokerName);
    this.#addresses.set(brokerName, new Map(addresses));
    for (const [id, address] of addresses) if (known?.get(id) !== address) return true;
    return false;
  }

  master(brokerName: string): string | undefined {
    return this.#addresses.get(brokerName)?.get(MASTER_ID);
  }

  /** The wished-for broker of that name, else any of it. */
  preferring(brokerName: string, brokerId: number): BrokerAddress | undefined {
    const addresses = this.#addresses.get(brokerName);
    if (addresses === undefined) return undefined;
    const wished = addresses.get(brokerId);
    if (wished !== undefined) return { address: wished, isSlave: brokerId !== MASTER_ID };
    for (const [id, address] of addresses) return { address, isSlave: id !== MASTER_ID };
    return undefined;
  }

  *all(): IterableIterator<KnownBroker> {
    for (const [brokerName, addresses] of this.#addresses) {
      for (const [brokerId, address] of addresses) yield { brokerName, brokerId, address };
    }
  }

  /** Forgets every address outside `named`; returns what went. */
  retain(named: ReadonlySet<string>): KnownBroker[] {
    const gone = [...this.all()].filter((broker) => !named.has(broker.address));
    for (const { brokerName, brokerId } of gone) {
      const left = new Map(this.#addresses.get(brokerName));
      left.delete(brokerId);
      if (left.size === 0) this.#addresses.delete(brokerName);
      else this.#addresses.set(brokerName, left);
    }
    return gone;
  }
}
