/**
 * Who serves which topic: the state of the name server, without sockets and clocks. Registrations come in, `routes.ts`
 * reads it, brokers that went silent or away go out.
 *
 *   topics:   topic → broker name → queues      (the master's word counts)
 *   brokers:  broker name → cluster, id → address
 *   clusters: cluster → broker names
 *   live:     address → last sign of life, data version, connection
 *
 * Invariant: every address in `brokers` is in `live`, under one name and id; a broker name is in `clusters` and `topics`
 * only while it is in `brokers`, and in one cluster. Who may register at all is decided before (`replica-group.ts`).
 *
 * Java differs: (1) a version of a broker's topics is applied topic by topic, so that a registration of one topic does
 * not make the full one that follows look known; (2) an unregistration, and the end of a connection, take away only
 * what that connection registered; (3) the end of a connection takes away all brokers registered over it; (4) while a
 * name has no master its slaves' topics count, so that a name server that starts after the master's death knows them.
 * Source: namesrv/routeinfo/RouteInfoManager.java (4.6.0)
 */
import { type DataVersion, type QueueData, sameDataVersion, type TopicConfig } from '@rocketmq-ts/remoting-protocol';

/** The id of the master among the brokers of one name. */
export const MASTER_ID = 0;

/** A broker that was silent for so long is gone. */
export const BROKER_EXPIRY_MS = 120_000;

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
  readonly topicConfigs: readonly TopicConfig[];
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
}

export interface Broker {
  readonly brokerName: string;
  cluster: string;
  readonly addrs: Map<number, string>;
}

export interface LiveBroker {
  readonly brokerAddr: string;
  lastUpdateMs: number;
  dataVersion: DataVersion;
  /** Topics of `dataVersion` that were applied; a later registration of the same version adds the others only. */
  appliedTopics: Set<string>;
  /** False: `dataVersion` was seen with a single topic only, so that the others may still be unknown. */
  isWhole: boolean;
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
    const { brokerName, brokerId, brokerAddr } = registration;
    this.registrationCount++;
    this.#forgetOtherNames(registration);
    const broker = this.#brokerOf(registration);
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
    else if (!broker.addrs.has(MASTER_ID)) this.#applyTopics(brokerName, this.#unknownTopics(registration), appliedTopics);
    this.live.set(brokerAddr, {
      brokerAddr,
      lastUpdateMs: nowMs,
      dataVersion: registration.dataVersion,
      appliedTopics,
      isWhole: registration.topicConfigs.length !== 1 || (isKnownVersion && previous.isWhole),
      connection,
      haServerAddr: registration.haServerAddr,
    });
    this.#setFilterServers(brokerAddr, registration.filterServers);
    return {
      master: brokerId === MASTER_ID ? undefined : this.#masterOf(broker),
      isNewBroker: previous === undefined,
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

  /** All topics of that version of the broker's have been registered, as far as can be told. */
  hasWhole(brokerAddr: string, version: DataVersion): boolean {
    const live = this.live.get(brokerAddr);
    return live !== undefined && live.isWhole && sameDataVersion(live.dataVersion, version);
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

  /** The entry of the name; it moves to another cluster with its master, or when nobody else is left of it. */
  #brokerOf({ brokerName, brokerId, clusterName }: BrokerKey): Broker {
    let broker = this.brokers.get(brokerName);
    if (broker === undefined) {
      broker = { brokerName, cluster: clusterName, addrs: new Map() };
      this.brokers.set(brokerName, broker);
    } else if (broker.cluster !== clusterName && (brokerId === MASTER_ID || !broker.addrs.has(MASTER_ID))) {
      this.#leaveCluster(broker.cluster, brokerName);
      broker.cluster = clusterName;
    }
    this.#setOf(broker.cluster).add(brokerName);
    return broker;
  }

  /** One address is one broker: after a change of its name the former one no longer leads there. */
  #forgetOtherNames({ brokerAddr, brokerName }: BrokerKey): void {
    if (!this.live.has(brokerAddr)) return;
    for (const broker of this.brokers.values()) if (broker.brokerName !== brokerName) this.#forgetAddr(broker, brokerAddr);
  }

  #unknownTopics({ topicConfigs, brokerName }: Registration): TopicConfig[] {
    return topicConfigs.filter(({ topicName }) => this.topics.get(topicName)?.has(brokerName) !== true);
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
    for (const broker of this.brokers.values()) this.#forgetAddr(broker, brokerAddr);
  }

  #forgetAddr(broker: Broker, brokerAddr: string): void {
    for (const [id, addr] of broker.addrs) {
      if (addr === brokerAddr) broker.addrs.delete(id);
    }
    if (broker.addrs.size === 0) this.#removeName(broker);
  }

  #removeName({ brokerName, cluster }: Broker): void {
    this.brokers.delete(brokerName);
    this.#leaveCluster(cluster, brokerName);
    for (const [topic, queues] of this.topics) {
      if (queues.delete(brokerName) && queues.size === 0) this.topics.delete(topic);
    }
  }

  #leaveCluster(clusterName: string, brokerName: string): void {
    const names = this.clusters.get(clusterName);
    if (names?.delete(brokerName) === true && names.size === 0) this.clusters.delete(clusterName);
  }
}

function isSameQueueData(a: QueueData, b: QueueData): boolean {
  return a.readQueueNums === b.readQueueNums && a.writeQueueNums === b.writeQueueNums && a.perm === b.perm && a.topicSynFlag === b.topicSynFlag;
}
