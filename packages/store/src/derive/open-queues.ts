/**
 * Opens all consume queues of a store and decides from where they must be derived again. Whatever cannot be proven is
 * derived once more: the deriver compares, and writes only what is missing or wrong.
 */
import type { Disk, DiskEntry, Log } from '@rocketmq-ts/kernel';
import { UNIT_SIZE } from '../format/consume-queue-unit.ts';
import { join } from '../format/paths.ts';
import type { DerivedStart, LogReader } from '../log-reader.ts';
import type { ConsumeQueue } from './consume-queue.ts';
import type { DerivedEnds } from './derived-ends.ts';
import { adoptFiles, correctMinUnit, openAsWritten, openAtKnownEnd, openBySearch } from './open-queue.ts';
import type { QueueFlusher } from './queue-flusher.ts';
import type { QueueTable } from './queue-table.ts';
import type { WrittenState } from './written-mark.ts';

export interface OpenQueuesParts {
  readonly disk: Disk;
  readonly log: Log;
  readonly reader: LogReader;
  readonly consumeQueueDir: string;
  readonly table: QueueTable;
  readonly flusher: QueueFlusher;
}

const QUEUE_ID = /^(0|[1-9][0-9]{0,9})$/;

export interface OpenedQueues {
  /** Where deriving has to start. */
  readonly from: number;
  /** The log has lost what queues were known to hold: they end earlier now, and that has to be put on record. */
  readonly wereCut: boolean;
}

/** What the last run left word of. */
export interface LastRun {
  readonly ends: DerivedEnds | undefined;
  /** Only while the machine has gone on running since. */
  readonly written: WrittenState | undefined;
}

/** @throws StoreError, DiskError */
export function openQueues(parts: OpenQueuesParts, start: DerivedStart, { ends, written }: LastRun): OpenedQueues {
  const { reader } = parts;
  const durable = start.checkpoint?.consumeQueueOffset ?? -1;
  const known = durable >= 0 ? ends : undefined;
  const hasOnlyDied = start.checkpoint?.isOurs === true && !start.exitedNormally;
  let from = hasOnlyDied && written !== undefined ? openAllAsWritten(parts, written, known) : undefined;
  from ??= openByReading(parts, { start, durable, known });
  if (known !== undefined && isOneMissing(parts, known)) from = reader.minOffset;
  return {
    from: Math.min(Math.max(from, reader.minOffset), reader.readableEnd),
    wereCut: ends !== undefined && reachesBeyond(ends, reader.readableEnd),
  };
}

/**
 * Only the process has died: what it has written is there, and is believed without being read. Undefined when anything
 * is not as it was left.
 * @returns where deriving has to start
 */
function openAllAsWritten(parts: OpenQueuesParts, written: WrittenState, known: DerivedEnds | undefined): number | undefined {
  const { reader, table, flusher } = parts;
  const folders = listFolders(parts);
  if (!isAllOnDisk(parts, folders, written)) return undefined;
  let from = written.writtenOffset;
  for (const { topic, queueId, entries } of folders) {
    const queue = table.queue(table.topic(topic), queueId);
    const state = written.queues.get(topic)?.get(queueId);
    const end = known?.queues.get(topic)?.get(queueId);
    if (state !== undefined) openAsWritten(queue, state, end);
    else {
      // Younger than what was left word of.
      adoptFiles(queue, entries(), parts.log);
      from = Math.min(from, openOne(parts, queue, undefined));
      queue.trustedPhysicalOffset = queue.maxPhysicalOffset;
    }
    if (queue.syncedUnit < queue.writtenUnit) flusher.addUnsynced(queue);
    queue.minPhysicalOffset = reader.minOffset;
    if (state === undefined || written.logMinOffset !== reader.minOffset) correctMinUnit(queue, reader.minOffset);
  }
  return from;
}

function isAllOnDisk({ reader, table }: OpenQueuesParts, folders: readonly QueueFolder[], written: WrittenState): boolean {
  let missing = 0;
  for (const queues of written.queues.values()) missing += queues.size;
  for (const { topic, queueId } of folders) {
    const state = written.queues.get(topic)?.get(queueId);
    if (state === undefined) continue;
    if (state.maxPhysicalOffset > reader.readableEnd) return false;
    if (!table.queue(table.topic(topic), queueId).files.hasOnDisk(state.firstBase, state.endBase)) return false;
    missing--;
  }
  return missing === 0 && written.writtenOffset <= reader.readableEnd;
}

interface Reading {
  readonly start: DerivedStart;
  /** −1: not known. */
  readonly durable: number;
  readonly known: DerivedEnds | undefined;
}

/** @returns where deriving has to start */
function openByReading(parts: OpenQueuesParts, { start, durable, known }: Reading): number {
  const { reader, table, log } = parts;
  let from = startWithoutDoubt(start, durable, reader);
  let newest = reader.minOffset;
  for (const { topic, queueId, entries } of listFolders(parts)) {
    const queue = table.queue(table.topic(topic), queueId);
    adoptFiles(queue, entries(), log);
    from = Math.min(from, openOne(parts, queue, known, !start.exitedNormally));
    newest = Math.max(newest, queue.maxPhysicalOffset);
    correctMinUnit(queue, reader.minOffset);
    const end = known?.logMinOffset === reader.minOffset ? known.queues.get(topic)?.get(queueId) : undefined;
    // The very first unit may be damaged; it was known to be served.
    if (end !== undefined) queue.minUnit = Math.max(queue.firstUnit, Math.min(queue.minUnit, end.minUnit));
  }
  return from === Infinity ? newest : from;
}

function reachesBeyond(ends: DerivedEnds, logEnd: number): boolean {
  for (const queues of ends.queues.values()) {
    for (const { physicalOffset } of queues.values()) if (physicalOffset > logEnd) return true;
  }
  return false;
}

/** @returns where deriving must start at the latest for the sake of this queue */
function openOne(parts: OpenQueuesParts, queue: ConsumeQueue, known: DerivedEnds | undefined, wipes = false): number {
  const { reader, log, flusher } = parts;
  const place = { topic: queue.topic, queueId: queue.queueId };
  const end = known?.queues.get(queue.topic)?.get(queue.queueId);
  // Nothing was deleted from the log since, yet the queue begins later: its first files are gone.
  const minUnit = reader.minOffset === 0 ? 0 : known?.logMinOffset === reader.minOffset && end !== undefined ? end.minUnit : Infinity;
  const isHeadless = queue.files.firstBase > minUnit * UNIT_SIZE;
  if (isHeadless) log.warn('The first files of a consume queue are gone; they are derived from the log again.', place);
  const latest = isHeadless ? reader.minOffset : Infinity;
  if (known !== undefined && end !== undefined && end.physicalOffset <= reader.readableEnd && openAtKnownEnd(queue, end, wipes)) return latest;
  const soundEnd = openBySearch(queue, reader);
  flusher.addUnsynced(queue);
  if (soundEnd !== undefined) {
    log.warn('A consume queue is damaged at its end; it is derived from the log again.', { ...place, from: soundEnd });
    return Math.min(latest, soundEnd);
  }
  if (end === undefined || queue.maxPhysicalOffset >= Math.min(end.physicalOffset, reader.readableEnd)) return latest;
  log.warn('A consume queue is shorter than it was; the rest is derived from the log again.', place);
  return Math.min(latest, queue.maxPhysicalOffset);
}

/** Infinity: as far as the queues go. */
function startWithoutDoubt(start: DerivedStart, durable: number, reader: LogReader): number {
  if (durable >= 0) return durable;
  // A store of Java's that was closed in order: its queues are complete.
  if (start.exitedNormally) return Infinity;
  return reader.minOffset;
}

interface QueueFolder {
  readonly topic: string;
  readonly queueId: number;
  /** What is in it. */
  readonly entries: () => DiskEntry[];
}

function listFolders({ disk, consumeQueueDir }: OpenQueuesParts): QueueFolder[] {
  const folders: QueueFolder[] = [];
  for (const { name: topic, isDirectory } of disk.list(consumeQueueDir)) {
    if (!isDirectory) continue;
    const topicDir = join(consumeQueueDir, topic);
    for (const queue of disk.list(topicDir)) {
      if (queue.isDirectory && QUEUE_ID.test(queue.name)) folders.push({ topic, queueId: Number(queue.name), entries: () => disk.list(join(topicDir, queue.name)) });
    }
  }
  return folders;
}

function isOneMissing(parts: OpenQueuesParts, known: DerivedEnds): boolean {
  for (const [topic, queues] of known.queues) {
    for (const [queueId, end] of queues) {
      const queue = parts.table.get(topic, queueId);
      if (end.physicalOffset <= parts.reader.minOffset || (queue !== undefined && !queue.isEmpty)) continue;
      parts.log.warn('The files of a consume queue are gone; they are derived from the log again.', { topic, queueId });
      return true;
    }
  }
  return false;
}
