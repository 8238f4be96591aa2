import { DiskError, type DiskLock, type Env } from '@rocketmq-ts/kernel';
import { peekRecord } from '@rocketmq-ts/remoting-protocol';
import { Appender } from './append/appender.ts';
import { LogTail } from './append/log-tail.ts';
import { QueueOffsets } from './append/queue-offsets.ts';
import { TailGuard } from './append/tail-guard.ts';
import { WriteFaults } from './append/write-faults.ts';
import type { Checkpoint } from './checkpoint.ts';
import { CheckpointKeeper } from './checkpoint-keeper.ts';
import { DerivePump } from './derive-pump.ts';
import { DurabilityGate } from './durability-gate.ts';
import { IntervalFlush } from './flush/interval-flush.ts';
import { LogFlusher } from './flush/log-flusher.ts';
import { takesQueueOffset } from './format/commit-log-layout.ts';
import type { StorePaths } from './format/paths.ts';
import type { CommitLogReader } from './log/commit-log-reader.ts';
import type { HotTail } from './log/hot-tail.ts';
import type { Derived } from './log-reader.ts';
import type { ArrivalListener, MessageAppender, MessageFinder, MessageStore, QueueReader, Replication, StoreAdmin, StoreOptions } from './ports.ts';
import { createReplication } from './replicate/replication.ts';
import { CommitLogCleaner } from './retain/clean-commit-log.ts';
import { DiskSpace } from './retain/disk-space.ts';
import type { SegmentSet } from './segment/segment-set.ts';
import type { StoreCounters } from './stats.ts';
import { createStoreAdmin } from './store-admin.ts';
import { StoreTurn } from './store-turn.ts';
import type { Watermarks } from './watermarks.ts';
import { Writeability } from './writeability.ts';

/** Slabs of the hot tail; larger records get one of their own. */
const SLAB_BYTES = 1024 * 1024;
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
  readonly #parts: ReturnType<typeof joinParts>;
  #background: ReturnType<typeof startBackground> | undefined;
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
      recordAt: (physicalOffset) => opened.reader.recordAt(physicalOffset),
      queryByKey: (query) => opened.derived.queryByKey(query),
    };
    this.replication = createReplication({
      env: opened.env,
      options: opened.options,
      source: { minOffset: 0, end: 0, lastFileOffset: 0, read: () => undefined },
      progress: { acked() {}, setAvailable() {} },
      tail: undefined,
    });
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
    const { env, paths, segments, derived, checkpoint, lock, marks } = this.#opened;
    const { writeability, turn, flusher, gate } = this.#parts;
    const background = this.#background;
    const wasWriteable = writeability.isWriteable || writeability.isOnly('slave');
    writeability.refuse('stopped', 'The store is closing.');
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
      return await this.#parts.flusher.syncNow();
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

function joinParts(opened: OpenedStore) {
  const { env, options, segments, marks, hotTail, derived, counters } = opened;
  const { clock, timers, log, turn: hostTurn, disk } = env;
  const writeability = new Writeability();
  if (options.brokerRole === 'SLAVE') writeability.refuse('slave', 'A slave takes messages from its master only.');
  const queueOffsets = new QueueOffsets((topic, queueId) => derived.nextQueueOffset(topic, queueId));
  const takenBack = (buffer: Buffer, at: number): void => {
    if (!takesQueueOffset(peekRecord.sysFlag(buffer, at))) return;
    queueOffsets.of(peekRecord.topic(buffer, at)).fallBack(peekRecord.queueId(buffer, at), peekRecord.queueOffset(buffer, at));
  };
  const guard = new TailGuard(marks, segments.segmentSizeBytes);
  const tail = new LogTail({ segments, hotTail, marks, guard, slabSizeBytes: SLAB_BYTES });
  const turn = new StoreTurn(hostTurn, clock, counters);
  const wake = (): void => turn.request();
  const policy = { waitsForFlush: options.flushDiskType === 'SYNC_FLUSH', waitsForReplica: options.brokerRole === 'SYNC_MASTER' };
  const gate = new DurabilityGate({ marks, policy, clock, timers, timeoutMs: options.syncFlushTimeout, wake });
  const flusher: LogFlusher = new LogFlusher({
    timers,
    segments,
    marks,
    guard,
    newestStoreTimestamp: () => appender.newestStoreTimestamp,
    onFlushed: wake,
    onFailed: (error) => {
      log.error('Making the commit log durable failed. No send is confirmed any more; reads go on. Check the disk, then start the broker anew.', {
        error: error instanceof Error ? error : undefined,
      });
      writeability.refuse('flush-failed', 'Making the commit log durable failed.');
      tail.rollBack(takenBack);
      gate.failForGood();
    },
  });
  const faults: WriteFaults = new WriteFaults({ log, timers, segments, marks, tail, gate, flusher, writeability, counters, takenBack });
  const appender: Appender = new Appender({
    clock,
    tail,
    queueOffsets,
    writeability,
    counters,
    options,
    onAppended: () => turn.requestForAppend(),
    onFileFailed: (error) => faults.onFileFailed(error),
  });
  const space = new DiskSpace({ disk, log, writeability, options });
  return { writeability, queueOffsets, tail, turn, gate, flusher, faults, appender, space };
}

function startBackground(opened: OpenedStore, parts: ReturnType<typeof joinParts>) {
  const { env, options, listener, segments, marks, reader, derived, checkpoint, physicMsgTimestamp } = opened;
  const { clock, timers, log } = env;
  const { turn, tail, gate, flusher, faults, space } = parts;
  const pump = new DerivePump({ derived, listener, marks, timers, log, wake: () => turn.request() });
  const isSync = options.flushDiskType === 'SYNC_FLUSH';
  turn.start({
    tail,
    onWriteFailed: (error) => faults.onWriteFailed(error),
    release: () => gate.release(),
    flush: () => {
      if (isSync && marks.written > marks.flushed) flusher.request();
    },
    derive: () => pump.pump(),
  });
  space.look();
  const keeper = new CheckpointKeeper({ checkpoint, timers, marks, flusher, derived, physicMsgTimestamp, commitLogFileSize: options.mappedFileSizeCommitLog });
  const intervalFlush = isSync ? undefined : new IntervalFlush({ clock, timers, marks, options, flush: () => flusher.request() });
  const cleaner = new CommitLogCleaner({
    clock,
    timers,
    log,
    segments,
    marks,
    space,
    recoversFrom: () => checkpoint.durableFlushedOffset,
    options,
    onDeleted: async (minOffset) => {
      reader.forgetBefore(minOffset);
      await derived.deleteBefore(minOffset);
    },
  });
  return { pump, keeper, intervalFlush, cleaner };
}

/** No timer of the store runs any more. */
async function stopBackground(background: ReturnType<typeof startBackground>, parts: ReturnType<typeof joinParts>): Promise<void> {
  await background.cleaner.stop();
  background.intervalFlush?.stop();
  background.pump.stop();
  parts.faults.stop();
  await background.keeper.stop();
}

/** Lets the store's turn run: what is pending is written and answered. */
function nextWorkPhase(env: Env, turn: StoreTurn): Promise<void> {
  turn.request();
  return new Promise((resolve) => env.turn.work({ runTurn: resolve }));
}

function sleep(env: Env, delayMs: number): Promise<void> {
  return new Promise((resolve) => env.timers.after(delayMs, resolve));
}
