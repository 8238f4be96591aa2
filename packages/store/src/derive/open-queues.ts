/**
 * Opens all consume queues of a store and decides from where they must be derived again. Whatever cannot be proven is
 * derived once more: the deriver compares, and writes only what is missing or wrong.
 */
import type { Disk, Log } from '@rocketmq-ts/kernel';
import { UNIT_SIZE } from '../format/consume-queue-unit.ts';
import { join } from '../format/paths.ts';
import type { DerivedStart, LogReader } from '../log-reader.ts';
import type { ConsumeQueue } from './consume-queue.ts';
import type { DerivedEnds } from './derived-ends.ts';
import { adoptFiles, Behind, correctMinUnit, openAtKnownEnd, openBySearch } from './open-queue.ts';
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

/** Where queues ended, and what may be in their files behind it. */
type KnownEnds = DerivedEnds & { readonly behind: Behind };

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
  const { queues: found, areWhole } = takeFolders(parts);
  const durable = start.checkpoint?.consumeQueueOffset ?? -1;
  const ownEnds = durable >= 0 ? ends : undefined;
  const isWritten = start.checkpoint?.isOurs === true && written !== undefined && areWhole && countWithFiles(found) >= written.queueCount;
  const known = ownEnds === undefined ? undefined : { ...ownEnds, behind: start.exitedNormally ? Behind.nothing : isWritten ? Behind.units : Behind.unknown };
  let from = isWritten ? Math.max(durable, written.writtenOffset) : startWithoutDoubt(start, durable, reader);
  let newest = reader.minOffset;
  for (const queue of found) {
    const latest = openOne(parts, queue, known);
    if (isWritten && latest === Infinity) queue.trustedPhysicalOffset = queue.maxPhysicalOffset;
    from = Math.min(from, latest);
    newest = Math.max(newest, queue.maxPhysicalOffset);
  }
  if (from === Infinity) from = newest;
  if (known !== undefined && isOneMissing(parts, known)) from = reader.minOffset;
  for (const queue of found) {
    correctMinUnit(queue, reader.minOffset);
    const end = known?.logMinOffset === reader.minOffset ? known.queues.get(queue.topic)?.get(queue.queueId) : undefined;
    // The very first unit may be damaged; it was known to be served.
    if (end !== undefined) queue.minUnit = Math.max(queue.firstUnit, Math.min(queue.minUnit, end.minUnit));
  }
  return {
    from: Math.min(Math.max(from, reader.minOffset), reader.readableEnd),
    wereCut: ends !== undefined && reachesBeyond(ends, reader.readableEnd),
  };
}

function countWithFiles(queues: readonly ConsumeQueue[]): number {
  let count = 0;
  for (const queue of queues) if (!queue.files.isEmpty) count++;
  return count;
}

function reachesBeyond(ends: DerivedEnds, logEnd: number): boolean {
  for (const queues of ends.queues.values()) {
    for (const { physicalOffset } of queues.values()) if (physicalOffset > logEnd) return true;
  }
  return false;
}

/** @returns where deriving must start at the latest for the sake of this queue */
function openOne(parts: OpenQueuesParts, queue: ConsumeQueue, known: KnownEnds | undefined): number {
  const { reader, log, flusher } = parts;
  const place = { topic: queue.topic, queueId: queue.queueId };
  const end = known?.queues.get(queue.topic)?.get(queue.queueId);
  // Nothing was deleted from the log since, yet the queue begins later: its first files are gone.
  const minUnit = reader.minOffset === 0 ? 0 : known?.logMinOffset === reader.minOffset && end !== undefined ? end.minUnit : Infinity;
  const isHeadless = queue.files.firstBase > minUnit * UNIT_SIZE;
  if (isHeadless) log.warn('The first files of a consume queue are gone; they are derived from the log again.', place);
  const latest = isHeadless ? reader.minOffset : Infinity;
  if (known !== undefined && end !== undefined && end.physicalOffset <= reader.readableEnd && openAtKnownEnd(queue, end, known.behind)) return latest;
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

function takeFolders(parts: OpenQueuesParts): { readonly queues: ConsumeQueue[]; readonly areWhole: boolean } {
  const { disk, log, consumeQueueDir, table } = parts;
  const queues: ConsumeQueue[] = [];
  let areWhole = true;
  for (const topicEntry of disk.list(consumeQueueDir)) {
    if (!topicEntry.isDirectory) continue;
    const topicDir = join(consumeQueueDir, topicEntry.name);
    for (const queueEntry of disk.list(topicDir)) {
      if (!queueEntry.isDirectory || !QUEUE_ID.test(queueEntry.name)) continue;
      const queue = table.queue(table.topic(topicEntry.name), Number(queueEntry.name));
      if (!adoptFiles(queue, disk.list(join(topicDir, queueEntry.name)), log)) areWhole = false;
      queues.push(queue);
    }
  }
  return { queues, areWhole };
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
