import { DiskError, type DiskLock, type Env } from '@rocketmq-ts/kernel';
import type { FinishedGuards } from './append/finished-guards.ts';
import type { GuardPlace } from './append/guard-place.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { CheckpointKeeper } from './checkpoint-keeper.ts';
import type { StorePaths } from './format/paths.ts';
import type { CommitLogReader } from './log/commit-log-reader.ts';
import type { HotTail } from './log/hot-tail.ts';
import type { Derived } from './log-reader.ts';
import type { ArrivalListener, MessageAppender, MessageFinder, MessageStore, QueueReader, Replication, StoreAdmin, StoreOptions } from './ports.ts';
import type { createReplication } from './replicate/replication.ts';
import type { SegmentSet } from './segment/segment-set.ts';
import type { StoreCounters } from './stats.ts';
import { createStoreAdmin } from './store-admin.ts';
import { joinParts, startBackground, stopBackground, type StoreBackground, type StoreParts } from './store-parts.ts';
import type { StoreTurn } from './store-turn.ts';
import type { Watermarks } from './watermarks.ts';

const STOP_SLICE_BYTES = 8 * 1024 * 1024;

/** What `openStore` has recovered and opened. */
export interface OpenedStore {
  readonly env: Env;
  readonly options: StoreOptions;
  readonly listener: ArrivalListener;
  readonly paths: StorePaths;
  readonly lock: DiskLock;
  readonly segments: SegmentSet;
  readonly marks: Watermarks;
  readonly hotTail: HotTail;
  readonly reader: CommitLogReader;
  readonly counters: StoreCounters;
  readonly derived: Derived;
  readonly checkpoint: Checkpoint;
  /** Where this run's guards of the tail go; undefined: the log's files are too small for guards. */
  readonly guardPlace: GuardPlace | undefined;
  readonly finishedGuards: FinishedGuards;
  readonly createReplication: typeof createReplication;
  readonly physicMsgTimestamp: number;
}

/** The parts of an open store, joined; its start and its ordered stop. Decides nothing by itself. */
export class RunningStore implements MessageStore {
  readonly appender: MessageAppender;
  readonly queues: QueueReader;
  readonly finder: MessageFinder;
  readonly admin: StoreAdmin;
  readonly replication: Replication;
  readonly #opened: OpenedStore;
  readonly #parts: StoreParts;
  #background: StoreBackground | undefined;
  #stopped: Promise<void> | undefined;

  constructor(opened: OpenedStore) {
    this.#opened = opened;
    this.#parts = joinParts(opened);
    const { appender, gate, writeability, space, queueOffsets } = this.#parts;
    this.appender = {
      append: (message) => appender.append(message),
      appendBatch: (message) => appender.appendBatch(message),
      whenDurable: (endOffset, wait, waiter) => gate.whenDurable(endOffset, wait, waiter),
    };
    this.queues = opened.derived.queues;
    this.finder = {
      recordAt: (physicalOffset) => {
        const record = opened.reader.recordAt(physicalOffset);
        return record === undefined ? undefined : Buffer.from(record);
      },
      queryByKey: (query) => opened.derived.queryByKey(query),
    };
    this.replication = this.#parts.replication;
    this.admin = createStoreAdmin({ ...opened, writeability, space, queueOffsets });
  }

  /** Resolves when a checkpoint is durable: from then on a crash is recovered by offset. */
  async start(): Promise<void> {
    const background = startBackground(this.#opened, this.#parts);
    this.#background = background;
    try {
      await background.keeper.writeNow();
    } catch (error) {
      await stopBackground(background, this.#parts);
      throw error;
    }
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { env, paths, segments, derived, checkpoint, lock, marks, guardPlace } = this.#opened;
    const { writeability, turn, flusher, gate, replication, replicas } = this.#parts;
    const background = this.#background;
    const wasWriteable = writeability.isWriteable || writeability.isOnly('slave');
    writeability.refuse('stopped', 'The store is closing.');
    // What was appended goes to the replicas as well; from then on nothing arrives from outside.
    await nextWorkPhase(env, turn);
    await replication.stop();
    replicas.stop();
    if (background !== undefined) await stopBackground(background, this.#parts);

    await nextWorkPhase(env, turn);
    const isFlushed = await flusher.syncNow();
    await nextWorkPhase(env, turn);
    const isDerived = await this.#saveDerived();
    const isClean = wasWriteable && isFlushed && isDerived && marks.flushed === marks.appended;
    const isSaved = background !== undefined && (await this.#saveCheckpoint(background.keeper, isClean));
    gate.stop();
    await derived.stop();
    if (isClean && isSaved && (await this.#clearTail())) await this.#removeAbort();
    else env.log.warn('The store is closed, but not cleanly; the next start verifies it.', { writeable: wasWriteable, flushed: isFlushed, derived: isDerived });
    segments.close();
    guardPlace?.close();
    checkpoint.close();
    lock.release();
    env.log.info('The store is closed.', { path: paths.rootDir, end: marks.appended });
  }

  /** All that is in the log goes into consume queues and index, and these to the disk. */
  async #saveDerived(): Promise<boolean> {
    const { derived, listener, marks, env } = this.#opened;
    try {
      while (derived.derive(STOP_SLICE_BYTES, listener)) await sleep(env, 0);
      marks.setDerived(derived.derivedOffset);
      derived.flush();
      await derived.datasync();
      return derived.derivedOffset === this.#opened.reader.readableEnd;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      env.log.error('Consume queues or index could not be saved; they are derived again at the next start.', { error, path: error.path });
      return false;
    }
  }

  /** Java's part of it only with the log at rest: see `Checkpoint.writeForJava`. */
  async #saveCheckpoint(keeper: CheckpointKeeper, isClean: boolean): Promise<boolean> {
    try {
      await (isClean ? keeper.writeLast() : keeper.writeNow());
      return true;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#opened.env.log.error('The checkpoint could not be written.', { error, path: error.path });
      return false;
    }
  }

  /** The files are left as Java leaves them: nothing behind the log's end. Not before the checkpoint names it. */
  async #clearTail(): Promise<boolean> {
    try {
      this.#parts.tail.clearBehind();
      if (!(await this.#parts.flusher.syncNow())) return false;
      await this.#opened.guardPlace?.leave();
      return true;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#opened.env.log.error('The end of the commit log could not be cleared.', { error, path: error.path });
      return false;
    }
  }

  async #removeAbort(): Promise<void> {
    const { env, paths } = this.#opened;
    try {
      await env.disk.remove(paths.abortFile);
      await env.disk.syncDir(paths.rootDir);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      env.log.error('The abort file could not be removed; the next start verifies the store.', { error, path: error.path });
    }
  }
}

/** Lets the store's turn run: what is pending is written and answered. */
function nextWorkPhase(env: Env, turn: StoreTurn): Promise<void> {
  turn.request();
  return new Promise((resolve) => env.turn.work({ runTurn: resolve }));
}

function sleep(env: Env, delayMs: number): Promise<void> {
  return new Promise((resolve) => env.timers.after(delayMs, resolve));
}
