import { createSimulation, type SimHost, type Simulation } from '@rocketmq-ts/kernel/sim';
import { decodeRecords, type MessageExt } from '@rocketmq-ts/remoting-protocol';
import { openStoreWith, type OpenSteps } from '../src/open-store.ts';
import type { AppendResult, MessageStore, MessageToStore, PutStatus, StoreOptions } from '../src/ports.ts';
import { recoverLog } from '../src/recover/recover-log.ts';
import { createReplication } from '../src/replicate/replication.ts';
import { openMemoryDerived } from './memory-derived.ts';
import { message } from './messages.ts';
import { storeOptions } from './store-options.ts';

export type Outcome = PutStatus | 'WAITING';

/** One machine with a store on it, for tests of the log side; consume queues are a table in memory. */
export class StoreWorld {
  readonly simulation: Simulation;
  readonly host: SimHost;
  readonly options: StoreOptions;
  readonly steps: OpenSteps;
  store!: MessageStore;

  constructor(overrides: Partial<StoreOptions> = {}, seed = 1, steps: OpenSteps = { openDerived: openMemoryDerived, recoverLog, createReplication }) {
    this.simulation = createSimulation(seed);
    this.host = this.simulation.host('a');
    this.options = storeOptions(overrides);
    this.steps = steps;
  }

  /** An opened store. */
  static async open(overrides: Partial<StoreOptions> = {}, seed = 1): Promise<StoreWorld> {
    const world = new StoreWorld(overrides, seed);
    await world.open();
    return world;
  }

  async open(): Promise<MessageStore> {
    this.store = await this.simulation.run(openStoreWith(this.host.env, this.options, { messageArrived() {} }, this.steps));
    return this.store;
  }

  async stop(): Promise<void> {
    await this.simulation.run(this.store.stop());
  }

  /** Appends without letting the turn end; the outcome is filled in when the sender is told. */
  send(what: Partial<MessageToStore> & { key?: string } = {}, wait = true): { result: AppendResult; outcome: Outcome } {
    const result = this.store.appender.append(message(what));
    const sending: { result: AppendResult; outcome: Outcome } = { result, outcome: result.status === 'APPENDED' ? 'WAITING' : result.status };
    if (result.status === 'APPENDED') this.store.appender.whenDurable(result.endOffset, wait, { settle: (status) => void (sending.outcome = status) });
    return sending;
  }

  /** Sends and waits until the sender is told. */
  async sendNow(what: Partial<MessageToStore> & { key?: string } = {}, wait = true): Promise<Outcome> {
    const sending = this.send(what, wait);
    await this.simulation.runUntil(() => sending.outcome !== 'WAITING', 60_000);
    return sending.outcome;
  }

  /** Everything a consumer gets from this queue. */
  read(topic = 'Topic', queueId = 0): MessageExt[] {
    const messages: MessageExt[] = [];
    for (let next = 0; ; ) {
      const result = this.store.queues.getMessage(topic, queueId, next, 32, undefined);
      if (result.records.length === 0) return messages;
      messages.push(...result.records.flatMap((record) => decodeRecords(record)));
      next = result.nextBeginOffset;
    }
  }

  bodies(topic = 'Topic', queueId = 0): string[] {
    return this.read(topic, queueId).map((one) => one.body.toString());
  }

  /** What was logged at this level. */
  logged(level: 'warn' | 'error' | 'info'): string[] {
    return this.host.log.entries.filter((entry) => entry.level === level).map((entry) => entry.message);
  }
}
