import type { DiskError } from '@rocketmq-ts/kernel';
import { peekRecord } from '@rocketmq-ts/remoting-protocol';
import { Appender } from './append/appender.ts';
import { LogTail } from './append/log-tail.ts';
import { QueueOffsets } from './append/queue-offsets.ts';
import { ReplicaWriter } from './append/replica-writer.ts';
import { TailGuard } from './append/tail-guard.ts';
import { WriteFaults } from './append/write-faults.ts';
import { CheckpointKeeper } from './checkpoint-keeper.ts';
import { DerivePump } from './derive-pump.ts';
import { DurabilityGate } from './durability-gate.ts';
import { IntervalFlush } from './flush/interval-flush.ts';
import { LogFlusher } from './flush/log-flusher.ts';
import { takesQueueOffset } from './format/commit-log-layout.ts';
import { CommitLogSource } from './log/commit-log-source.ts';
import { LogBytes } from './log/log-bytes.ts';
import { ReplicaMarks } from './replica-marks.ts';
import { CommitLogCleaner } from './retain/clean-commit-log.ts';
import { DiskSpace } from './retain/disk-space.ts';
import type { OpenedStore } from './running-store.ts';
import { StoreTurn } from './store-turn.ts';
import { Writeability } from './writeability.ts';

/** Slabs of the hot tail; larger records get one of their own. */
const SLAB_BYTES = 1024 * 1024;

export type StoreParts = ReturnType<typeof joinParts>;
export type StoreBackground = ReturnType<typeof startBackground>;

/** Makes the parts of an open store and joins them; nothing runs yet. */
export function joinParts(opened: OpenedStore) {
  const { env, options, segments, marks, hotTail, derived, counters } = opened;
  const { clock, timers, log, turn: hostTurn, disk } = env;
  const isSlave = options.brokerRole === 'SLAVE';
  const writeability = new Writeability();
  if (isSlave) writeability.refuse('slave', 'A slave takes messages from its master only.');
  const queueOffsets = new QueueOffsets((topic, queueId) => derived.nextQueueOffset(topic, queueId));
  const takenBack = (buffer: Buffer, at: number): void => {
    // What comes from a master has its place in its queue already.
    if (isSlave) return;
    counters.putFailedTimes += 1;
    if (!takesQueueOffset(peekRecord.sysFlag(buffer, at))) return;
    queueOffsets.of(peekRecord.topic(buffer, at)).fallBack(peekRecord.queueId(buffer, at), peekRecord.queueOffset(buffer, at));
  };
  const guard = new TailGuard(marks, opened.guardPlace);
  const tail = new LogTail({ segments, hotTail, marks, guard, slabSizeBytes: SLAB_BYTES });
  const turn = new StoreTurn(hostTurn, clock, counters);
  const wake = (): void => turn.request();
  const policy = { waitsForFlush: options.flushDiskType === 'SYNC_FLUSH', waitsForReplica: options.brokerRole === 'SYNC_MASTER' };
  const replicas = new ReplicaMarks({ marks, policy, wake });
  const gate = new DurabilityGate({ marks, policy, replicas, clock, timers, timeoutMs: options.syncFlushTimeout, waitMs: counters.syncWaitMs, wake });
  const flusher: LogFlusher = new LogFlusher({
    timers,
    segments,
    marks,
    guard,
    newestStoreTimestamp: () => (isSlave ? replicaWriter : appender).newestStoreTimestamp,
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
  const faults: WriteFaults = new WriteFaults({ log, timers, segments, marks, tail, gate, flusher, writeability, takenBack });
  const onFileFailed = (error: DiskError): void => faults.onFileFailed(error);
  const appender: Appender = new Appender({ clock, tail, queueOffsets, writeability, counters, options, onAppended: () => turn.requestForAppend(), onFileFailed });
  const bytes = new LogBytes(segments, hotTail);
  const source = new CommitLogSource({ segments, marks, bytes, log, sendsFlushedOnly: policy.waitsForFlush });
  const replicaWriter: ReplicaWriter = new ReplicaWriter({
    segments,
    hotTail,
    marks,
    guard,
    bytes,
    writeability,
    timers,
    log,
    slabSizeBytes: SLAB_BYTES,
    reportsFlushedOnly: policy.waitsForFlush,
    onAppended: wake,
    onFileFailed,
  });
  const replication = opened.createReplication({ env, options, source, progress: replicas, tail: isSlave ? replicaWriter : undefined });
  const space = new DiskSpace({ disk, log, writeability, options });
  return { writeability, queueOffsets, tail, turn, gate, flusher, faults, appender, replicas, replication, space };
}

/** From here on the store's turn and its timers run. */
export function startBackground(opened: OpenedStore, parts: StoreParts) {
  const { env, options, listener, segments, marks, reader, derived, checkpoint, finishedGuards, physicMsgTimestamp } = opened;
  const { clock, timers, log } = env;
  const { turn, tail, gate, flusher, faults, replicas, replication, space } = parts;
  const pump = new DerivePump({ derived, listener, marks, timers, log, wake: () => turn.request() });
  const isSync = options.flushDiskType === 'SYNC_FLUSH';
  turn.start({
    tail,
    onWriteFailed: (error) => faults.onWriteFailed(error),
    replicate: () => replication.advanced(),
    raiseReadable: () => replicas.raiseReadable(),
    release: () => gate.release(),
    flush: () => {
      if (isSync && marks.written > marks.flushed) flusher.request();
    },
    derive: () => pump.pump(),
  });
  space.look();
  const keeper = new CheckpointKeeper({
    checkpoint,
    timers,
    marks,
    flusher,
    derived,
    physicMsgTimestamp,
    commitLogFileSize: options.mappedFileSizeCommitLog,
    onDurable: (flushedOffset) => finishedGuards.zeroBefore(flushedOffset),
  });
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
export async function stopBackground(background: StoreBackground, parts: StoreParts): Promise<void> {
  await background.cleaner.stop();
  background.intervalFlush?.stop();
  background.pump.stop();
  parts.faults.stop();
  await background.keeper.stop();
}
