/**
 * Addresses of brokers as the routes name them, by broker name and broker id (0 is the master), and which of them can't
 * be reached from here. Pure. Filled by the route cache, swept of what no route names any more; marked by who talks to
 * the brokers (`heartbeats.ts`).
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

/** `hasNew`: an address is there that was not before. */
export type BrokersListener = (hasNew: boolean) => void;

export class BrokerTable {
  readonly #addresses = new Map<string, ReadonlyMap<number, string>>();
  readonly #unreachable = new Set<string>();
  readonly #listeners = new Set<BrokersListener>();

  /** Calls `listener` when addresses came or went, or can or can't be reached any more; the result takes it back. */
  onChange(listener: BrokersListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Takes the addresses of some brokers as they are now. */
  put(brokers: Iterable<readonly [brokerName: string, addresses: ReadonlyMap<number, string>]>): void {
    let hasChanged = false;
    let hasNew = false;
    for (const [brokerName, addresses] of brokers) {
      const known = this.#addresses.get(brokerName);
      const isNew = [...addresses].some(([id, address]) => known?.get(id) !== address);
      if (!isNew && known?.size === addresses.size) continue;
      this.#addresses.set(brokerName, new Map(addresses));
      hasChanged = true;
      hasNew ||= isNew;
    }
    if (!hasChanged) return;
    this.#forgetStrangers();
    this.#tell(hasNew);
  }

  master(brokerName: string): string | undefined {
    return this.#addresses.get(brokerName)?.get(MASTER_ID);
  }

  /**
   * The wished-for broker of that name, else any of it: those that can be reached before the others, small ids first.
   * Java differs: it knows nothing of reachability, and goes on asking a dead master until the route is without it.
   * Source: client/impl/factory/MQClientInstance.java findBrokerAddressInSubscribe, …InAdmin (4.6.0)
   */
  preferring(brokerName: string, brokerId: number): BrokerAddress | undefined {
    const wished = this.#addresses.get(brokerName)?.get(brokerId);
    if (wished !== undefined && this.isReachable(wished)) return { address: wished, isSlave: brokerId !== MASTER_ID };
    const brokers = this.of(brokerName);
    const byWish = [...brokers.filter((broker) => broker.brokerId === brokerId), ...brokers];
    const found = byWish.find(({ address }) => this.isReachable(address)) ?? byWish[0];
    return found === undefined ? undefined : { address: found.address, isSlave: found.brokerId !== MASTER_ID };
  }

  /** Brokers of a name, the master first. */
  of(brokerName: string): KnownBroker[] {
    const addresses = this.#addresses.get(brokerName) ?? new Map<number, string>();
    return [...addresses].sort(([a], [b]) => a - b).map(([brokerId, address]) => ({ brokerName, brokerId, address }));
  }

  *all(): IterableIterator<KnownBroker> {
    for (const [brokerName, addresses] of this.#addresses) {
      for (const [brokerId, address] of addresses) yield { brokerName, brokerId, address };
    }
  }

  isReachable(address: string): boolean {
    return !this.#unreachable.has(address);
  }

  /** False: nothing new, or no broker's address. */
  setReachable(address: string, isReachable: boolean): boolean {
    if (this.isReachable(address) === isReachable || !this.#isKnown(address)) return false;
    if (isReachable) this.#unreachable.delete(address);
    else this.#unreachable.add(address);
    this.#tell(false);
    return true;
  }

  /** Names without a master, or with a broker that can't be reached. */
  troubled(): string[] {
    return [...this.#addresses.keys()].filter((name) => this.master(name) === undefined || this.of(name).some(({ address }) => !this.isReachable(address)));
  }

  unreachable(): KnownBroker[] {
    return [...this.all()].filter(({ address }) => !this.isReachable(address));
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
    if (gone.length === 0) return gone;
    this.#forgetStrangers();
    this.#tell(false);
    return gone;
  }

  #isKnown(address: string): boolean {
    for (const known of this.all()) if (known.address === address) return true;
    return false;
  }

  /** A broker that is named again later gets its chance at once. */
  #forgetStrangers(): void {
    for (const address of this.#unreachable) if (!this.#isKnown(address)) this.#unreachable.delete(address);
  }

  #tell(hasNew: boolean): void {
    for (const listener of [...this.#listeners]) listener(hasNew);
  }
}
