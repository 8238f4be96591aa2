/**
 * Consume queues and index as one thing to the store: drives the deriver, keeps the rhythm of writing, says what is
 * durable. Writing is done in small steps so that no step holds up the loop for long; what is not written when the
 * process ends is derived again.
 */
import { type DiskError, type Env, RmqError, type Timer } from '@rocketmq-ts/kernel';
import type { Derived, LogReader } from '../log-reader.ts';
import type { ArrivalListener, KeyQuery, KeyQueryResult, QueueReader } from '../ports.ts';
import type { KeyFinder } from '../read/query-by-key.ts';
import type { ConsumeQueue } from './consume-queue.ts';
import { writeDerivedEnds } from './derived-ends.ts';
import type { Deriver } from './deriver.ts';
import type { IndexKeeper } from './index-keeper.ts';
import type { IndexRebuild } from './open-index.ts';
import type { OpenFiles } from './open-files.ts';
import type { QueueFlusher } from './queue-flusher.ts';
import type { QueueTable } from './queue-table.ts';
import type { WrittenMark } from './written-mark.ts';
import { deleteQueuesBefore, dropQueues, truncateQueues } from './shrink-queues.ts';

/** One step of writing; about a millisecond. */
const QUEUES_PER_STEP = 32;
/** Together the queues written per round of the timer: one or two percent of all time. */
const STEPS_PER_ROUND = 64;
const SLOT_BYTES_PER_ROUND = 256 * 1024;
const INDEX_STEP_BYTES = 1024 * 1024;
const INDEX_SHORT_BYTES = 1024 * 1024;
/** Between two steps of an index that catches up: a quarter of the time is its, the rest the sends'. */
const INDEX_PAUSE_MS = 20;
/** What was derived at the start is written soon, for who was killed once may be killed again; but not before sends are taken. */
const FIRST_ROUND_MS = 500;
/** What a crash loses of queues and index is derived again: this much log at most, a fraction of a second's work. */
const SYNC_INTERVAL_MS = 3000;
/** With thousands of busy queues a round takes seconds; the log's own syncs must not wait behind it all the time. */
const SYNC_REST_SHARE = 5;

export interface DerivedFilesParts {
  readonly env: Env;
  readonly reader: LogReader;
  readonly rootDir: string;
  readonly table: QueueTable;
  readonly openFiles: OpenFiles;
  readonly flusher: QueueFlusher;
  readonly written: WrittenMark;
  readonly index: IndexKeeper;
  readonly deriver: Deriver;
  readonly queues: QueueReader;
  readonly finder: KeyFinder;
}

/** Offsets as the checkpoint has them: −1 is "not known". */
interface Durable {
  readonly queueOffset: number;
  readonly indexOffset: number;
  readonly logicsMsgTimestamp: number;
}

export class DerivedFiles implements Derived {
  readonly queues: QueueReader;
  readonly #parts: DerivedFilesParts;
  #firstRound: Timer | undefined;
  #timer: Timer | undefined;
  #step: Timer | undefined;
  #stepsLeft = 0;
  #durable: Durable;
  #syncTimer: Timer | undefined;
  /** How things stood at the last `datasync`. */
  #synced = { derivedOffset: -1, indexedOffset: -1, minOffset: -1 };
  /** A datasync has failed: nothing is called durable any more. */
  #syncFailure: unknown;
  #syncing: Promise<void> = Promise.resolve();
  #isSyncing = false;
  #restUntilMs = 0;
  #isStopping = false;
  /** The store is closing in order: the index too has to be in its files as a whole. */
  #wantsWhole = false;

  constructor(parts: DerivedFilesParts, durable: Durable) {
    this.#parts = parts;
    this.#durable = durable;
    this.queues = parts.queues;
  }

  start(flushIntervalMs: number): void {
    const { timers } = this.#parts.env;
    this.#firstRound = timers.after(Math.min(FIRST_ROUND_MS, flushIntervalMs), () => this.#beginRound(Infinity));
    this.#timer = timers.every(flushIntervalMs, () => this.#beginRound(STEPS_PER_ROUND));
    this.#syncTimer = timers.every(SYNC_INTERVAL_MS, () => this.#syncInBackground());
  }

  /** The index follows when its files have been read through. */
  openIndexBehind(rebuild: IndexRebuild): void {
    this.#parts.index.openBehind(rebuild, (resumeAt) => {
      this.#durable = { ...this.#durable, indexOffset: resumeAt };
      this.#scheduleStep(1);
    });
  }

  get derivedOffset(): number {
    return this.#parts.deriver.derivedOffset;
  }

  /** How far the index is; behind `derivedOffset` only while it is made anew or the disk refuses; −1: not open yet. */
  get indexedOffset(): number {
    return this.#parts.deriver.indexedOffset;
  }

  get durableQueueOffset(): number {
    return Math.min(this.#durable.queueOffset, this.derivedOffset);
  }

  get durableIndexOffset(): number {
    return this.#durable.indexOffset;
  }

  get logicsMsgTimestamp(): number {
    return this.#durable.logicsMsgTimestamp;
  }

  get indexMsgTimestamp(): number {
    return this.#parts.index.table?.durableTimestamp ?? 0;
  }

  /** The disk refuses to take consume queue units, which pile up in memory; undefined again when it takes them. */
  get writeFailure(): DiskError | undefined {
    return this.#parts.flusher.failure;
  }

  derive(maxBytes: number, listener: ArrivalListener | undefined): boolean {
    const isMore = this.#parts.deriver.derive(maxBytes, listener);
    if (!isMore) this.#catchUpIndex();
    return isMore;
  }

  /** A short way to go is gone at once, so that keys are found when the store has caught up; sends do not wait for a long one. */
  #catchUpIndex(): void {
    const { deriver } = this.#parts;
    if (!deriver.indexLags) return;
    const isShort = deriver.derivedOffset - deriver.indexedOffset <= INDEX_SHORT_BYTES;
    if (!isShort || deriver.catchUpIndex(INDEX_SHORT_BYTES)) this.#scheduleStep(FIRST_ROUND_MS);
  }

  nextQueueOffset(topic: string, queueId: number): number {
    return this.#parts.table.get(topic, queueId)?.nextUnit ?? 0;
  }

  queryByKey(query: KeyQuery): KeyQueryResult {
    return this.#parts.finder.query(query);
  }

  flush(): void {
    while (this.#parts.flusher.writeSome(Infinity));
    this.#wantsWhole = true;
    this.#parts.index.table?.writeAll();
    if (this.writeFailure !== undefined) throw this.writeFailure;
  }

  datasync(): Promise<void> {
    this.#isSyncing = true;
    const next = this.#syncing.then(() => this.#datasync());
    this.#syncing = next.then(
      () => void (this.#isSyncing = false),
      () => void (this.#isSyncing = false),
    );
    return next;
  }

  async deleteBefore(minPhysicalOffset: number): Promise<void> {
    await deleteQueuesBefore(this.#parts.table, minPhysicalOffset);
    this.#markWritten(true);
    await this.#parts.index.opened;
    await this.#parts.index.table?.deleteBefore(minPhysicalOffset);
  }

  async dropQueues(keep: (topic: string) => boolean): Promise<void> {
    // What is in the log of these queues belongs to the past from here on.
    while (this.derive(Infinity, undefined));
    await this.#drop((queue) => !keep(queue.topic));
  }

  async cleanExpired(): Promise<void> {
    const { minOffset } = this.#parts.reader;
    await this.#drop((queue) => queue.maxPhysicalOffset > 0 && queue.maxPhysicalOffset <= minOffset);
  }

  async #drop(isUnwanted: (queue: ConsumeQueue) => boolean): Promise<void> {
    await dropQueues(this.#parts.table, this.derivedOffset, isUnwanted);
    this.#markWritten(true);
  }

  truncateTo(physicalOffset: number): void {
    this.#parts.written.revoke();
    truncateQueues(this.#parts.table, physicalOffset);
    this.#parts.index.truncateTo(physicalOffset);
    this.#parts.deriver.rewindTo(physicalOffset);
    this.#markWritten();
    const { queueOffset, indexOffset, logicsMsgTimestamp } = this.#durable;
    this.#durable = {
      queueOffset: Math.min(queueOffset, physicalOffset),
      indexOffset: Math.min(indexOffset, physicalOffset),
      logicsMsgTimestamp,
    };
  }

  async stop(): Promise<void> {
    this.#firstRound?.cancel();
    this.#timer?.cancel();
    this.#syncTimer?.cancel();
    this.#isStopping = true;
    this.#step?.cancel();
    await this.#syncing;
    await this.#parts.index.opened;
    this.#parts.openFiles.closeAll();
    this.#parts.written.close();
    this.#parts.index.table?.close();
  }

  async #datasync(): Promise<void> {
    if (this.#syncFailure !== undefined) throw this.#syncFailure;
    const { deriver, flusher, index, table, env, reader, rootDir } = this.#parts;
    await index.opened;
    if (this.#wantsWhole && index.failure !== undefined) throw index.failure;
    const { derivedOffset, indexedOffset, newestTimestamp } = deriver;
    const { minOffset } = reader;
    const beginMs = env.clock.monotonicMs();
    while (flusher.writeSome(QUEUES_PER_STEP) && !this.#isStopping) await this.#pause();
    if (flusher.failure !== undefined) throw flusher.failure;
    if (this.#wantsWhole) index.table?.writeAll();
    else index.table?.writeEntries();
    try {
      await flusher.datasync();
      await index.table?.datasync();
    } catch (error) {
      this.#syncFailure = error;
      throw error;
    }
    await writeDerivedEnds(env.disk, rootDir, { logMinOffset: minOffset, index: index.inUse, queues: table.all() });
    this.#durable = {
      queueOffset: Math.min(derivedOffset, deriver.derivedOffset),
      indexOffset: index.table === undefined ? this.#durable.indexOffset : Math.min(indexedOffset, deriver.indexedOffset),
      logicsMsgTimestamp: newestTimestamp,
    };
    this.#synced = { derivedOffset, indexedOffset, minOffset };
    const endMs = env.clock.monotonicMs();
    this.#restUntilMs = endMs + (endMs - beginMs) * SYNC_REST_SHARE;
  }

  #syncInBackground(): void {
    const { deriver, env, reader } = this.#parts;
    const { derivedOffset, indexedOffset, minOffset } = this.#synced;
    if (env.clock.monotonicMs() < this.#restUntilMs) return;
    const isSame = derivedOffset === deriver.derivedOffset && indexedOffset === deriver.indexedOffset && minOffset === reader.minOffset;
    if (isSame || this.#isSyncing || this.#syncFailure !== undefined) return;
    this.datasync().catch((error: unknown) => {
      env.log.error('Consume queues and index could not be made durable; after a crash they are derived again from further back.', {
        error: error as Error,
      });
    });
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#parts.env.timers.after(0, resolve));
  }

  #beginRound(stepCount: number): void {
    this.#parts.flusher.releaseQuiet();
    this.#stepsLeft = stepCount;
    this.#writeIndex();
    this.#runStep();
  }

  #markWritten(isChanged = false): void {
    const { written, flusher, deriver, reader, table } = this.#parts;
    const writtenOffset = Math.min(flusher.waitingFrom, deriver.derivedOffset);
    if (isChanged || writtenOffset !== written.writtenOffset) written.write(writtenOffset, reader.minOffset, table.topics);
  }

  #writeIndex(): void {
    const { index, env } = this.#parts;
    try {
      index.table?.writeEntries();
      index.table?.writeSome(SLOT_BYTES_PER_ROUND);
    } catch (error) {
      if (!(error instanceof RmqError)) throw error;
      env.log.warn('The index cannot be written; it is kept in memory and tried again.', { error });
    }
  }

  #runStep(): void {
    this.#step = undefined;
    const { flusher, deriver } = this.#parts;
    const isMore = this.#stepsLeft-- > 0 && flusher.writeSome(QUEUES_PER_STEP);
    deriver.catchUpIndex(INDEX_STEP_BYTES);
    if (!isMore) this.#markWritten();
    if (isMore) this.#scheduleStep(1);
    else if (deriver.indexLags) this.#scheduleStep(INDEX_PAUSE_MS);
  }

  #scheduleStep(delayMs: number): void {
    this.#step ??= this.#parts.env.timers.after(delayMs, () => this.#runStep());
  }
}
