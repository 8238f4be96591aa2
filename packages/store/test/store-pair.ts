import type { Disk } from '@rocketmq-ts/kernel';
import { createSimulation, type SimHost, type Simulation } from '@rocketmq-ts/kernel/sim';
import { openDerived } from '../src/derive/open-derived.ts';
import { openStoreWith } from '../src/open-store.ts';
import type { Appended, MessageStore, MessageToStore, StoreOptions } from '../src/ports.ts';
import { recoverLog } from '../src/recover/recover-log.ts';
import type { LogSource, ReplicaProgress, ReplicaTail, ReplicationTurn } from '../src/replicate/log-ports.ts';
import type { ReplicationParts } from '../src/replicate/replication.ts';
import type { Outcome } from './store-world.ts';
import { message } from './messages.ts';
import { storeOptions } from './store-options.ts';

/** One store whose replication is the test: it holds the seams in its hands. */
export class SeamStore {
  readonly host: SimHost;
  readonly options: StoreOptions;
  readonly #simulation: Simulation;
  store!: MessageStore;
  source!: LogSource;
  progress!: ReplicaProgress;
  #tail: ReplicaTail | undefined;
  /** What the store is given for its disk: a defect that is put in on purpose. */
  disk: (disk: Disk) => Disk = (disk) => disk;
  /** Called when the store says that marks may have moved. */
  onAdvanced: () => void = () => {};

  constructor(simulation: Simulation, host: string, overrides: Partial<StoreOptions> = {}) {
    this.#simulation = simulation;
    this.host = simulation.host(host);
    this.options = storeOptions(overrides);
  }

  static async open(overrides: Partial<StoreOptions> = {}, host = 'm', simulation = createSimulation(1)): Promise<SeamStore> {
    const opened = new SeamStore(simulation, host, overrides);
    await opened.open();
    return opened;
  }

  get simulation(): Simulation {
    return this.#simulation;
  }

  /** Of a SLAVE. */
  get tail(): ReplicaTail {
    if (this.#tail === undefined) throw new Error('only a slave has a replica tail');
    return this.#tail;
  }

  get folder(): string {
    return this.options.storePathCommitLog;
  }

  open(overrides: Partial<StoreOptions> = {}): Promise<MessageStore> {
    return this.#simulation.run(this.opening(overrides));
  }

  /** As `open`, for somebody who lets the simulation run himself. */
  async opening(overrides: Partial<StoreOptions> = {}): Promise<MessageStore> {
    const createReplication = (parts: ReplicationParts): MessageStore['replication'] & ReplicationTurn => {
      this.source = parts.source;
      this.progress = parts.progress;
      this.#tail = parts.tail;
      const status = { replicas: [], master: undefined, replicaAckedOffset: 0, isReplicaAvailable: false };
      return { status, start: () => Promise.resolve(), stop: () => Promise.resolve(), follow() {}, advanced: () => this.onAdvanced() };
    };
    const env = { ...this.host.env, disk: this.disk(this.host.env.disk) };
    this.store = await openStoreWith(env, { ...this.options, ...overrides }, { messageArrived() {} }, { openDerived, recoverLog, createReplication });
    return this.store;
  }

  async stop(): Promise<void> {
    await this.#simulation.run(this.store.stop());
  }

  /** The outcome is filled in when the sender is told. */
  send(what: Partial<MessageToStore> & { key?: string } = {}, wait = true): { end: number; outcome: Outcome } {
    const result = this.store.appender.append(message(what));
    if (result.status !== 'APPENDED') return { end: -1, outcome: result.status };
    const sending: { end: number; outcome: Outcome } = { end: (result as Appended).endOffset, outcome: 'WAITING' };
    this.store.appender.whenDurable(result.endOffset, wait, { settle: (status) => void (sending.outcome = status) });
    return sending;
  }

  /** The log as its files have it, from the first file to `end`. */
  files(end: number): Buffer {
    const names = this.host.disk.files(this.folder).sort();
    const bytes = Buffer.concat(names.map((name) => this.host.disk.readFile(name)));
    const [first = ''] = names;
    return bytes.subarray(0, end - Number(first.slice(-20)));
  }
}

/** The log as a replica is sent it. */
export function wholeLog(source: LogSource, from = source.minOffset, to = source.end): Buffer {
  const parts: Buffer[] = [];
  for (let at = from; at < to; ) {
    const part = source.read(at, to - at);
    if (part === undefined) throw new Error(`nothing is read at ${at}`);
    parts.push(part);
    at += part.length;
  }
  return Buffer.concat(parts);
}
