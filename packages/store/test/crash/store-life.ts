import type { Disk, Env, Random } from '@rocketmq-ts/kernel';
import { decodeRecords } from '@rocketmq-ts/remoting-protocol';
import { HostDied, type SimHost, type Simulation } from '@rocketmq-ts/kernel/sim';
import { openDerived } from '../../src/derive/open-derived.ts';
import { openStoreWith } from '../../src/open-store.ts';
import { recoverLog, type RecoverParts } from '../../src/recover/recover-log.ts';
import { createReplication } from '../../src/replicate/replication.ts';
import type { AppendResult, DurabilityWaiter, MessageAppender, MessageStore, PutStatus, StoreOptions } from '../../src/ports.ts';
import { batch, message } from '../messages.ts';
import { QUEUE_IDS, TOPICS } from './check-store.ts';
import { type History, placeOf, type Sent } from './history.ts';

/** A defect that is put in on purpose, to see whether the checker notices. */
export interface Planted {
  readonly disk?: (disk: Disk) => Disk;
  readonly appender?: (appender: MessageAppender) => MessageAppender;
  readonly recovery?: (parts: RecoverParts) => RecoverParts;
}

export interface World {
  readonly simulation: Simulation;
  readonly host: SimHost;
  readonly random: Random;
  readonly options: StoreOptions;
  readonly history: History;
  readonly planted: Planted;
  /** Writes of the log fail now and then. */
  readonly diskFails: boolean;
}

/** One process: opens the store, lets clients send and read for some rounds, and may die at any call. */
export class StoreLife {
  readonly #world: World;
  readonly #env: Env;
  #store: MessageStore | undefined;
  #readFrom = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
    const env = world.host.env;
    this.#env = world.planted.disk === undefined ? env : { ...env, disk: world.planted.disk(env.disk) };
  }

  get hasDied(): boolean {
    return this.#world.host.env.timers !== this.#env.timers;
  }

  /** The open store; undefined when the process died before. */
  async open(): Promise<MessageStore | undefined> {
    const { simulation, options, planted } = this.#world;
    const recover = (parts: RecoverParts): ReturnType<typeof recoverLog> => recoverLog(planted.recovery?.(parts) ?? parts);
    const opening = openStoreWith(this.#env, options, { messageArrived() {} }, { openDerived, recoverLog: recover, createReplication });
    let failure: unknown;
    opening.then(
      (store) => (this.#store = store),
      (error: unknown) => (failure = error),
    );
    await simulation.runUntil(() => this.#store !== undefined || failure !== undefined || this.hasDied);
    if (failure !== undefined && !(failure instanceof HostDied)) throw failure;
    return this.hasDied ? undefined : this.#store;
  }

  /** Some rounds of sends and reads; ends early when the process dies. */
  async work(rounds: number): Promise<void> {
    const { simulation, random } = this.#world;
    for (let round = 0; round < rounds && !this.hasDied; round++) {
      this.#unlessDead(() => {
        for (let count = random.below(4); count > 0; count--) this.#send();
      });
      await simulation.runFor(random.below(8) === 0 ? 1100 : random.below(30) / 10);
      this.#unlessDead(() => this.#read());
    }
  }

  async stop(): Promise<void> {
    const { simulation } = this.#world;
    let isStopped = false;
    let failure: unknown;
    (this.#store as MessageStore).stop().then(
      () => (isStopped = true),
      (error: unknown) => (failure = error),
    );
    await simulation.runUntil(() => isStopped || failure !== undefined || this.hasDied);
    if (failure !== undefined && !(failure instanceof HostDied)) throw failure;
  }

  /** What the client side does stops where the process dies. */
  #unlessDead(act: () => void): void {
    if (this.hasDied) return;
    try {
      act();
    } catch (error) {
      if (!(error instanceof HostDied)) throw error;
    }
  }

  #send(): void {
    const { random, history } = this.#world;
    const topic = TOPICS[random.below(TOPICS.length)] as string;
    const queueId = QUEUE_IDS[random.below(QUEUE_IDS.length)] as number;
    const waits = random.below(4) > 0;
    const store = this.#store as MessageStore;
    if (store.admin.isWriteable) history.forgetRefused();
    const appender = this.#world.planted.appender?.(store.appender) ?? store.appender;
    const items = Array.from({ length: random.below(4) === 0 ? 1 + random.below(4) : 1 }, () => this.#newItem());
    const [first] = items as [(typeof items)[number]];
    const isBatch = items.length > 1 || random.below(8) === 0;
    const result = isBatch ? appender.appendBatch(batch(items, { topic, queueId })) : appender.append(message({ topic, queueId, body: first.body, key: first.key }));
    if (result.status !== 'APPENDED') {
      if (store.admin.isWriteable) throw new Error(`a send was refused: ${result.status}`);
      return;
    }
    const sents = items.map((item, index): Sent => {
      const physicalOffset = result.physicalOffsets[index] as number;
      const endOffset = result.physicalOffsets[index + 1] ?? result.endOffset;
      return { id: item.key, topic, queueId, body: item.body, waits, physicalOffset, queueOffset: result.queueOffset + index, endOffset, status: undefined };
    });
    for (const sent of sents) history.add(sent);
    appender.whenDurable(endOf(result), waits, new SentWaiter(sents, () => this.hasDied));
  }

  #newItem(): { key: string; body: Buffer } {
    const { random, history } = this.#world;
    const key = history.newId();
    const size = random.below(6) === 0 ? 600 + random.below(2000) : random.below(200);
    const body = Buffer.alloc(size, `${key} `);
    return { key, body };
  }

  #read(): void {
    const { history } = this.#world;
    const store = this.#store as MessageStore;
    history.noteDurable(store.admin.flushedOffset);
    for (const topic of TOPICS) {
      for (const queueId of QUEUE_IDS) {
        const key = placeOf(topic, queueId, 0);
        let next = this.#readFrom.get(key) ?? 0;
        const result = store.queues.getMessage(topic, queueId, next, 32, undefined);
        for (const { queueOffset, properties } of result.records.flatMap((run) => decodeRecords(run))) {
          const sent = history.sent.get(properties.get('KEYS') ?? '');
          if (sent === undefined || queueOffset !== next) throw new Error(`a consumer got ${properties.get('KEYS')} at ${queueOffset}, and ${next} was due`);
          history.seen.set(placeOf(topic, queueId, queueOffset), sent);
          next += 1;
        }
        this.#readFrom.set(key, next);
      }
    }
  }
}

function endOf(result: AppendResult): number {
  return result.status === 'APPENDED' ? result.endOffset : 0;
}

class SentWaiter implements DurabilityWaiter {
  readonly #sents: readonly Sent[];
  readonly #hasDied: () => boolean;

  constructor(sents: readonly Sent[], hasDied: () => boolean) {
    this.#sents = sents;
    this.#hasDied = hasDied;
  }

  settle(status: PutStatus): void {
    if (this.#hasDied()) return;
    for (const sent of this.#sents) {
      if (sent.status !== undefined) throw new Error(`${sent.id} is told twice: ${sent.status}, ${status}`);
      sent.status = status;
    }
  }
}
