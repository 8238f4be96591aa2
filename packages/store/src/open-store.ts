import type { DiskLock, Env } from '@rocketmq-ts/kernel';
import { FinishedGuards } from './append/finished-guards.ts';
import { type GuardPlace, LogFileGuards, SideFileGuards } from './append/guard-place.ts';
import { Checkpoint } from './checkpoint.ts';
import { openDerived } from './derive/open-derived.ts';
import { StoreError } from './errors.ts';
import type { CheckpointContent, CheckpointOffsets } from './format/checkpoint-layout.ts';
import { type StorePaths, storePaths } from './format/paths.ts';
import { isGuarded } from './format/tail-guard-layout.ts';
import { CommitLogReader } from './log/commit-log-reader.ts';
import { HotTail } from './log/hot-tail.ts';
import type { Derived, DerivedCheckpoint, OpenDerived } from './log-reader.ts';
import { makeFolder } from './persist/json-file.ts';
import type { ArrivalListener, MessageStore, StoreOptions } from './ports.ts';
import { createReplication } from './replicate/replication.ts';
import { cutTail, recoverLog } from './recover/recover-log.ts';
import { planRecovery } from './recover/recovery-plan.ts';
import { RunningStore } from './running-store.ts';
import { loadSegments } from './segment/load-segments.ts';
import type { SegmentSet } from './segment/segment-set.ts';
import { StoreCounters } from './stats.ts';
import { Watermarks } from './watermarks.ts';

const HOT_TAIL_BYTES = 16 * 1024 * 1024;
/** Log derived before the event loop gets a turn while the store catches up. */
const CATCH_UP_BYTES = 8 * 1024 * 1024;

/**
 * Opens the store of a broker: Java's DefaultMessageStore.load and start. Resolves when everything that was stored
 * can be read and sends are taken.
 *
 *   lock ──► load ──► recover the log ──► derive what is missing ──► take sends
 *
 * @throws StoreError STORE_LOCKED, STORE_FILE_SIZE, STORE_FILE_GAP; DiskError. Nothing is held then.
 */
export function openStore(env: Env, options: StoreOptions, listener: ArrivalListener): Promise<MessageStore> {
  return openStoreWith(env, options, listener, { openDerived, recoverLog, createReplication });
}

/** Steps of opening that a test may replace. */
export interface OpenSteps {
  readonly openDerived: OpenDerived;
  readonly recoverLog: typeof recoverLog;
  readonly createReplication: typeof createReplication;
}

/** As `openStore`, with other steps: for tests of the log alone, and of what a defect would do. */
export async function openStoreWith(env: Env, options: StoreOptions, listener: ArrivalListener, steps: OpenSteps): Promise<MessageStore> {
  const paths = storePaths(options.storePathRootDir);
  await makeFolder(env.disk, paths.rootDir);
  await makeFolder(env.disk, options.storePathCommitLog);
  const lock = takeLock(env, paths);
  try {
    return await openLocked({ env, options, listener, steps, paths, lock });
  } catch (error) {
    lock.release();
    throw error;
  }
}

function takeLock(env: Env, paths: StorePaths): DiskLock {
  const lock = env.disk.tryLock(paths.lockFile);
  if (lock !== undefined) return lock;
  throw new StoreError('STORE_LOCKED', `Lock failed, MQ already started: another live process holds ${paths.lockFile}. Stop it, or set another storePathRootDir.`);
}

interface Opening {
  readonly env: Env;
  readonly options: StoreOptions;
  readonly listener: ArrivalListener;
  readonly steps: OpenSteps;
  readonly paths: StorePaths;
  readonly lock: DiskLock;
}

async function openLocked(opening: Opening): Promise<MessageStore> {
  const { env, options, listener, steps, paths, lock } = opening;
  const { disk, log } = env;
  const exitedNormally = !disk.exists(paths.abortFile);
  const checkpointContent = Checkpoint.read(disk, paths.checkpointFile);
  checkFileSize(checkpointContent, options);
  const loaded = loadSegments(disk, log, options.storePathCommitLog, options.mappedFileSizeCommitLog);
  const segments = loaded.set;
  let derived: Derived | undefined;
  let checkpoint: Checkpoint | undefined;
  let guardPlace: GuardPlace | undefined;
  try {
    const plan = planRecovery(segments, checkpointContent, exitedNormally);
    const recovered = await steps.recoverLog({ disk, log, loaded, plan, exitedNormally, withBodyCrc: options.checkCRCOnRecover, tailGuardsFile: paths.tailGuardsFile });
    markOpen(env, paths);
    checkpoint = Checkpoint.open(disk, paths.checkpointFile, log);
    await disk.syncDir(paths.rootDir);
    await writeRecovered(checkpoint, checkpointContent, recovered.end, options);
    await cutTail(disk, loaded, recovered);
    // What the last run of a slave has in its log files is its master's, whatever it looks like.
    const finishedGuards = new FinishedGuards(segments, disk.exists(paths.tailGuardsFile) ? 0 : recovered.end);
    guardPlace = await openGuardPlace(env, options, paths, finishedGuards);

    const marks = new Watermarks();
    marks.start(recovered.end);
    const hotTail = new HotTail(HOT_TAIL_BYTES);
    const reader = new CommitLogReader({ segments, hotTail, marks, log });
    const counters = new StoreCounters();
    derived = await steps.openDerived(env, options, reader, { exitedNormally, checkpoint: derivedCheckpoint(checkpointContent), counters });
    await catchUp(env, derived, marks);

    const physicMsgTimestamp = recovered.lastStoreTimestamp || (checkpointContent?.stamps.physicMsgTimestamp ?? 0);
    const store = new RunningStore({ env, options, listener, paths, lock, segments, marks, hotTail, reader, counters, derived, checkpoint, guardPlace, finishedGuards, createReplication: steps.createReplication, physicMsgTimestamp });
    await store.start();
    return store;
  } catch (error) {
    guardPlace?.close();
    await release(segments, derived, checkpoint);
    throw error;
  }
}

/** A store knows with which file size it was written. */
function checkFileSize(content: CheckpointContent | undefined, options: StoreOptions): void {
  const { flushedOffset = 0, commitLogFileSize = 0 } = content?.offsets ?? {};
  if (flushedOffset === 0 || commitLogFileSize === options.mappedFileSizeCommitLog) return;
  throw new StoreError(
    'STORE_FILE_SIZE',
    `The store in ${options.storePathCommitLog} was written with mappedFileSizeCommitLog=${commitLogFileSize}: length not matched message store config value ${options.mappedFileSizeCommitLog}. Set it to ${commitLogFileSize}.`,
  );
}

/** Until it is removed by a clean stop, this file says that the store did not end well. */
function markOpen(env: Env, paths: StorePaths): void {
  if (!env.disk.exists(paths.abortFile)) env.disk.create(paths.abortFile, 0).close();
}

const NO_STAMPS = { physicMsgTimestamp: 0, logicsMsgTimestamp: 0, indexMsgTimestamp: 0 };

/** What the checkpoint says as soon as the log's end is known; of what is derived it knows no more than before. */
function offsetsAt(end: number, content: CheckpointContent | undefined, commitLogFileSize: number): CheckpointOffsets {
  const { consumeQueueOffset = -1, indexOffset = -1 } = content?.offsets ?? {};
  return { flushedOffset: end, consumeQueueOffset: Math.min(consumeQueueOffset, end), indexOffset: Math.min(indexOffset, end), commitLogFileSize };
}

/** From here on recovery goes by this. */
async function writeRecovered(checkpoint: Checkpoint, content: CheckpointContent | undefined, end: number, options: StoreOptions): Promise<void> {
  const stamps = content?.stamps ?? NO_STAMPS;
  const offsets = offsetsAt(end, content, options.mappedFileSizeCommitLog);
  await checkpoint.write(stamps, offsets);
  // Of two slots the one that is further ahead counts: when the log has lost what one of them says, both say so.
  if ((content?.offsets?.flushedOffset ?? 0) > end) await checkpoint.write(stamps, offsets);
}

/** When the checkpoint says all that guards of earlier runs said. */
async function openGuardPlace(env: Env, options: StoreOptions, paths: StorePaths, finished: FinishedGuards): Promise<GuardPlace | undefined> {
  const isUsed = isGuarded(options.mappedFileSizeCommitLog);
  if (isUsed && options.brokerRole === 'SLAVE') return SideFileGuards.open(env.disk, paths.tailGuardsFile);
  await SideFileGuards.remove(env.disk, paths.tailGuardsFile);
  return isUsed ? new LogFileGuards(finished) : undefined;
}

function derivedCheckpoint(content: CheckpointContent | undefined): DerivedCheckpoint | undefined {
  if (content === undefined) return undefined;
  const { stamps, offsets } = content;
  return {
    isOurs: offsets !== undefined,
    consumeQueueOffset: offsets?.consumeQueueOffset ?? -1,
    indexOffset: offsets?.indexOffset ?? -1,
    indexMsgTimestamp: stamps.indexMsgTimestamp,
  };
}

async function catchUp(env: Env, derived: Derived, marks: Watermarks): Promise<void> {
  const from = derived.derivedOffset;
  while (derived.derive(CATCH_UP_BYTES, undefined)) {
    await new Promise<void>((resolve) => env.timers.after(0, resolve));
  }
  marks.setDerived(derived.derivedOffset);
  if (derived.derivedOffset > from) env.log.info('Consume queues and index have caught up with the commit log.', { from, to: derived.derivedOffset });
}

async function release(segments: SegmentSet, derived: Derived | undefined, checkpoint: Checkpoint | undefined): Promise<void> {
  segments.close();
  checkpoint?.close();
  // What went wrong first is what the caller hears.
  await derived?.stop().catch(() => {});
}
