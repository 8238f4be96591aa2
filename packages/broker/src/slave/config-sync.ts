import type { Env, Timer } from '@rocketmq-ts/kernel';
import { RemotingConnectError } from '@rocketmq-ts/remoting';
import { type DataVersion, sameDataVersion } from '@rocketmq-ts/remoting-protocol';
import type { MasterStatus } from '@rocketmq-ts/store';

import { mergeOffsets, type OffsetTable } from '../offsets/merge-offsets.ts';
import type { BrokerTables } from '../persist/broker-tables.ts';
import { soundTopics } from '../topics/sound-topics.ts';
import { askBootTimestamp, askConsumerOffsets, askDelayOffsets, type Asker, askGroups, askTopics } from './ask-broker.ts';

const FIRST_DELAY_MS = 3_000;
const PERIOD_MS = 10_000;
/** Between rounds that are asked for out of turn, and between calls of `onUnreachable`. */
const PAUSE_MS = 1_000;
/** How often a slave that does not follow its master's log yet looks whether it does. */
const LOOK_MS = 250;

export interface ConfigSyncParts {
  readonly env: Pick<Env, 'clock' | 'timers' | 'log'>;
  readonly client: Asker;
  readonly tables: Pick<BrokerTables, 'topics' | 'groups' | 'offsets' | 'delayOffsets'>;
  /** Takes away the consume queues of topics that the master has deleted. */
  readonly dropQueues: (gone: ReadonlySet<string>) => void;
  /** How it stands with the master's log. */
  readonly masterState: () => MasterStatus['state'] | undefined;
  /** The master is not where it was last. */
  readonly onUnreachable: () => void;
}

/** The master's consumer offsets as they were copied last, and the run of the master they come from. */
interface Copied {
  readonly bootTimestamp: string | undefined;
  readonly offsetTable: OffsetTable;
}

/**
 * Keeps a slave's topics, groups and offsets as its master's: 3 s after the start, every 10 s, and soon after a master is
 * found or a new topic arrives with the log. A step that fails leaves the others alone; the log says so once.
 *
 * Only while the master's log is followed: a master that has lost its disk comes back with empty tables, and its slave
 * has the only copy of the messages then, which is found through its own tables.
 *
 * Java differs: it copies from whoever is the master; it overwrites consumer offsets (see `mergeOffsets`); it asks on its
 * timer only, so that a topic made within the last 10 s can't be read from the slave of a dead master.
 * Source: broker/slave/SlaveSynchronize.java, broker/BrokerController.java handleSlaveSynchronize (4.6.0)
 */
export class ConfigSync {
  readonly #parts: ConfigSyncParts;
  readonly #failing = new Set<string>();
  #master: string | undefined;
  #copied: Copied | undefined;
  #copiedTopics: DataVersion | undefined;
  #lastUnreachableMs = -Infinity;
  #round: Promise<void> | undefined;
  #isAskedAgain = false;
  #lastRoundMs = -Infinity;
  #timers: Timer[] = [];
  #soon: Timer | undefined;
  #isStopped = false;

  constructor(parts: ConfigSyncParts) {
    this.#parts = parts;
  }

  start(): void {
    const { timers } = this.#parts.env;
    const run = (): void => void this.#run();
    this.#timers.push(
      timers.after(FIRST_DELAY_MS, () => {
        run();
        this.#timers.push(timers.every(PERIOD_MS, run));
      }),
    );
  }

  /** @param master its main address */
  follow(master: string): void {
    if (master === this.#master) return;
    this.#master = master;
    this.#copied = undefined;
    this.#copiedTopics = undefined;
    this.#lastRoundMs = -Infinity;
    this.syncSoon();
  }

  /** One round out of turn, a second after the last one at the earliest. */
  syncSoon(): void {
    if (this.#master === undefined || this.#isStopped) return;
    // The round under way may have passed already what this one is asked for.
    this.#isAskedAgain = this.#round !== undefined;
    if (this.#isAskedAgain) return;
    this.#runAfter(Math.max(0, this.#lastRoundMs + PAUSE_MS - this.#parts.env.clock.monotonicMs()));
  }

  /** Resolves when no round is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#soon?.cancel();
    for (const timer of this.#timers) timer.cancel();
    await this.#round;
  }

  /** Rounds do not overlap: one that is asked for while another is under way is that one. */
  #run(): Promise<void> {
    if (this.#master === undefined || this.#isStopped) return Promise.resolve();
    if (this.#parts.masterState() !== 'following') {
      this.#lookAgain();
      return Promise.resolve();
    }
    this.#round ??= this.#syncAll(this.#master).finally(() => {
      this.#round = undefined;
      this.#lastRoundMs = this.#parts.env.clock.monotonicMs();
      if (this.#isAskedAgain) this.syncSoon();
    });
    return this.#round;
  }

  #runAfter(delayMs: number): void {
    this.#soon ??= this.#parts.env.timers.after(delayMs, () => {
      this.#soon = undefined;
      void this.#run();
    });
  }

  #lookAgain(): void {
    const nowMs = this.#parts.env.clock.monotonicMs();
    if (this.#parts.masterState() === 'connecting' && nowMs >= this.#lastUnreachableMs + PAUSE_MS) {
      this.#lastUnreachableMs = nowMs;
      this.#parts.onUnreachable();
    }
    this.#runAfter(LOOK_MS);
  }

  async #syncAll(master: string): Promise<void> {
    await this.#step('topics', master, () => this.#syncTopics(master));
    await this.#step('consumer offsets', master, () => this.#syncConsumerOffsets(master));
    await this.#step('delay offsets', master, () => this.#syncDelayOffsets(master));
    await this.#step('consumer groups', master, () => this.#syncGroups(master));
  }

  async #step(what: string, master: string, sync: () => Promise<void>): Promise<void> {
    if (this.#isStopped || master !== this.#master) return;
    const { log } = this.#parts.env;
    try {
      await sync();
      if (this.#failing.delete(what)) log.info('The master can be copied from again.', { what, master });
    } catch (error) {
      if (!this.#failing.has(what)) log.warn('The master could not be copied from; it is tried again every 10 s.', { what, master, reason: (error as Error).message });
      this.#failing.add(what);
      if (error instanceof RemotingConnectError) this.#parts.onUnreachable();
    }
  }

  async #syncTopics(master: string): Promise<void> {
    const { client, tables, env, dropQueues } = this.#parts;
    const theirs = await askTopics(client, master);
    if (!this.#isOf(master)) return;
    if (sameDataVersion(tables.topics.dataVersion, theirs.dataVersion)) {
      this.#copiedTopics = theirs.dataVersion;
      return;
    }
    // A master that has lost its topics.json counts from 0 again: what is missing there was not deleted.
    const isLaterVersion = this.#copiedTopics !== undefined && theirs.dataVersion.counter > this.#copiedTopics.counter;
    this.#copiedTopics = theirs.dataVersion;
    const gone = new Set(tables.topics.replace(soundTopics(theirs, env.log, master)));
    env.log.info("The topics are the master's now.", { master, topics: tables.topics.size, gone: [...gone].join(' ').slice(0, 200) });
    if (gone.size === 0 || !isLaterVersion) return;
    for (const topic of gone) tables.offsets.removeTopic(topic);
    dropQueues(gone);
  }

  async #syncConsumerOffsets(master: string): Promise<void> {
    const { client, tables } = this.#parts;
    // The offsets belong to one run of the master when it says the same before and after.
    const before = await askBootTimestamp(client, master);
    const { offsetTable } = await askConsumerOffsets(client, master);
    const after = await askBootTimestamp(client, master);
    if (!this.#isOf(master)) return;
    const isSameRun = before !== undefined && before === after && before === this.#copied?.bootTimestamp;
    // A master that was started anew may have come back with older values: what it says is no step back of a consumer.
    tables.offsets.apply(mergeOffsets(tables.offsets.view().offsetTable, isSameRun ? this.#copied?.offsetTable : undefined, offsetTable));
    this.#copied = before === after ? { bootTimestamp: before, offsetTable } : undefined;
  }

  async #syncDelayOffsets(master: string): Promise<void> {
    const theirs = await askDelayOffsets(this.#parts.client, master);
    if (this.#isOf(master)) this.#parts.tables.delayOffsets.replace(theirs);
  }

  async #syncGroups(master: string): Promise<void> {
    const { client, tables, env } = this.#parts;
    const theirs = await askGroups(client, master);
    if (!this.#isOf(master) || sameDataVersion(tables.groups.dataVersion, theirs.dataVersion)) return;
    tables.groups.replace(theirs);
    env.log.info("The consumer groups are the master's now.", { master });
  }

  /** Whether an answer of this master still counts. */
  #isOf(master: string): boolean {
    return !this.#isStopped && master === this.#master;
  }
}
