/**
 * Who serves which topic: the state of the name server, without sockets and clocks. Registrations come in, `routes.ts`
 * reads it, brokers that went silent or away go out.
 *
 *   topics:   topic → broker name → queues      (from masters only)
 *   brokers:  broker name → cluster, id → address
 *   clusters: cluster → broker names
 *   live:     address → last sign of life, data version, connection
 *
 * Invariant: every address in `brokers` is in `live`, or was registered under the same name and id by a later one;
 * a broker name is in `clusters` and `topics` only while it is in `brokers`.
 *
 * Java differs: (1) a version of a broker's topics is applied topic by topic, so that a registration of one topic does
 * not make the full one that follows look known; (2) an unregistration, and the end of a connection, take away only
 * what that connection registered; (3) the end of a connection takes away all brokers registered over it.
 * Source: namesrv/routeinfo/RouteInfoManager.java (4.6.0)
 */
import { type DataVersion, type QueueData, sameDataVersion, type TopicConfig } from '@rocketmq-ts/remoting-protocol';

/** The id of the master among the brokers of one name. */
export const MASTER_ID = 0;

const PERM_WRITE = 0x2;

export interface BrokerKey {
  readonly clusterName: string;
  readonly brokerName: string;
  readonly brokerId: number;
  readonly brokerAddr: string;
}

export interface Registration extends BrokerKey {
  readonly haServerAddr: string;
  readonly dataVersion: DataVersion;
  readonly topicConfigs: Iterable<TopicConfig>;
  /** Undefined: as before. */
  readonly filterServers: readonly string[] | undefined;
}

/** What a slave needs to know of its master; undefined for a master, or while there is none. */
export interface MasterHint {
  readonly masterAddr: string;
  readonly haServerAddr: string;
}

export interface RegistrationOutcome {
  readonly master: MasterHint | undefined;
  readonly isNewBroker: boolean;
  /** Another live broker had this name and id. */
  readonly replacedAddr: string | undefined;
}

export interface Broker {
  readonly brokerName: string;
  readonly cluster: string;
  readonly addrs: Map<number, string>;
}

export interface LiveBroker {
  readonly brokerAddr: string;
  lastUpdateMs: number;
  dataVersion: DataVersion;
  /** Topics of `dataVersion` that were applied; a later registration of the same version adds the others only. */
  appliedTopics: Set<string>;
  /** Identity of the connection over which it registered. */
  connection: object;
  haServerAddr: string;
}

export class RouteTable {
  readonly topics = new Map<string, Map<string, QueueData>>();
  readonly brokers = new Map<string, Broker>();
  readonly clusters = new Map<string, Set<string>>();
  readonly live = new Map<string, LiveBroker>();
  readonly filterServers = new Map<string, readonly string[]>();
  /** Zero: nobody has found us yet. */
  registrationCount = 0;

  register(registration: Registration, connection: object, nowMs: number): RegistrationOutcome {
    const { brokerName, brokerId, brokerAddr, clusterName } = registration;
    this.registrationCount++;
    this.#setOf(clusterName).add(brokerName);
    let broker = this.brokers.get(brokerName);
    if (broker === undefined) {
      broker = { brokerName, cluster: clusterName, addrs: new Map() };
      this.brokers.set(brokerName, broker);
    }
    // A slave that became master registers its address under another id: the old one goes.
    for (const [id, addr] of broker.addrs) {
      if (addr === brokerAddr && id !== brokerId) broker.addrs.delete(id);
    }
    const previousAddr = broker.addrs.get(brokerId);
    broker.addrs.set(brokerId, brokerAddr);

    const previous = this.live.get(brokerAddr);
    const isKnownVersion = previous !== undefined && previousAddr !== undefined && sameDataVersion(previous.dataVersion, registration.dataVersion);
    const appliedTopics = isKnownVersion ? previous.appliedTopics : new Set<string>();
    if (brokerId === MASTER_ID) this.#applyTopics(brokerName, registration.topicConfigs, appliedTopics);
    this.live.set(brokerAddr, {
      brokerAddr,
      lastUpdateMs: nowMs,
      dataVersion: registration.dataVersion,
      appliedTopics,
      connection,
      haServerAddr: registration.haServerAddr,
    });
    this.#setFilterServers(brokerAddr, registration.filterServers);
    return {
      master: brokerId === MASTER_ID ? undefined : this.#masterOf(broker),
      isNewBroker: previous === undefined,
      replacedAddr: previousAddr !== undefined && previousAddr !== brokerAddr && this.live.has(previousAddr) ? previousAddr : undefined,
    };
  }

  /** The broker at this address is alive. */
  touch(brokerAddr: string, nowMs: number): void {
    const live = this.live.get(brokerAddr);
    if (live !== undefined) live.lastUpdateMs = nowMs;
  }

  dataVersionOf(brokerAddr: string): DataVersion | undefined {
    return this.live.get(brokerAddr)?.dataVersion;
  }

  /** False: refused, because the address registered itself again over another connection since. */
  unregister(key: BrokerKey, connection: object): boolean {
    const live = this.live.get(key.brokerAddr);
    if (live !== undefined && live.connection !== connection) return false;
    this.#remove(key.brokerAddr);
    return true;
  }

  /** Takes away what was registered over `connection`; returns the addresses. */
  dropConnection(connection: object): string[] {
    const gone: string[] = [];
    for (const live of this.live.values()) {
      if (live.connection === connection) gone.push(live.brokerAddr);
    }
    for (const addr of gone) this.#remove(addr);
    return gone;
  }

  /** Takes away brokers whose last sign of life is more than `maxAgeMs` ago. */
  expire(nowMs: number, maxAgeMs: number): LiveBroker[] {
    const expired: LiveBroker[] = [];
    for (const live of this.live.values()) {
      if (live.lastUpdateMs + maxAgeMs < nowMs) expired.push(live);
    }
    for (const live of expired) this.#remove(live.brokerAddr);
    return expired;
  }

  /** Forgets a topic until its broker registers a new version of its topics. */
  deleteTopic(topic: string): void {
    this.topics.delete(topic);
  }

  /** Takes the right to write from all topics of a broker until it registers a new version; returns how many. */
  wipeWritePermission(brokerName: string): number {
    let count = 0;
    for (const queues of this.topics.values()) {
      const queueData = queues.get(brokerName);
      if (queueData === undefined) continue;
      queues.set(brokerName, { ...queueData, perm: queueData.perm & ~PERM_WRITE });
      count++;
    }
    return count;
  }

  #applyTopics(brokerName: string, topicConfigs: Iterable<TopicConfig>, appliedTopics: Set<string>): void {
    for (const config of topicConfigs) {
      if (appliedTopics.has(config.topicName)) continue;
      appliedTopics.add(config.topicName);
      this.#applyTopic(brokerName, config);
    }
  }

  #applyTopic(brokerName: string, config: TopicConfig): void {
    const queueData: QueueData = {
      brokerName,
      readQueueNums: config.readQueueNums,
      writeQueueNums: config.writeQueueNums,
      perm: config.perm,
      topicSynFlag: config.topicSysFlag,
    };
    let queues = this.topics.get(config.topicName);
    if (queues === undefined) {
      queues = new Map();
      this.topics.set(config.topicName, queues);
    }
    const known = queues.get(brokerName);
    if (known !== undefined && isSameQueueData(known, queueData)) return;
    // What changed moves to the end, as in Java's list.
    queues.delete(brokerName);
    queues.set(brokerName, queueData);
  }

  #setFilterServers(brokerAddr: string, filterServers: readonly string[] | undefined): void {
    if (filterServers === undefined) return;
    if (filterServers.length === 0) this.filterServers.delete(brokerAddr);
    else this.filterServers.set(brokerAddr, filterServers);
  }

  #masterOf(broker: Broker): MasterHint | undefined {
    const masterAddr = broker.addrs.get(MASTER_ID);
    const live = masterAddr === undefined ? undefined : this.live.get(masterAddr);
    return live === undefined ? undefined : { masterAddr: live.brokerAddr, haServerAddr: live.haServerAddr };
  }

  #setOf(clusterName: string): Set<string> {
    let names = this.clusters.get(clusterName);
    if (names === undefined) {
      names = new Set();
      this.clusters.set(clusterName, names);
    }
    return names;
  }

  /** Removes an address, and with the last address of a broker name all that hangs on the name. */
  #remove(brokerAddr: string): void {
    this.live.delete(brokerAddr);
    this.filterServers.delete(brokerAddr);
    for (const broker of this.brokers.values()) {
      for (const [id, addr] of broker.addrs) {
        if (addr === brokerAddr) broker.addrs.delete(id);
      }
      if (broker.addrs.size === 0) this.#removeName(broker.brokerName);
    }
  }

  #removeName(brokerName: string): void {
    this.brokers.delete(brokerName);
    for (const [clusterName, names] of this.clusters) {
      if (names.delete(brokerName) && names.size === 0) this.clusters.delete(clusterName);
    }
    for (const [topic, queues] of this.topics) {
      if (queues.delete(brokerName) && queues.size === 0) this.topics.delete(topic);
    }
  }
}

function isSameQueueData(a: QueueData, b: QueueData): boolean {
  return a.readQueueNums === b.readQueueNums && a.writeQueueNums === b.writeQueueNums && a.perm === b.perm && a.topicSynFlag === b.topicSynFlag;
}
