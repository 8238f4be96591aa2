/**
 * Follows the log and makes of each record a unit in its consume queue and its entries in the index (Java's "reput").
 * It may be started anywhere before the end: what is there already is recognised and left alone.
 *
 * Usually index and queues are derived together; an index that has to be made anew follows behind on its own.
 */
import { DiskError, type Log } from '@rocketmq-ts/kernel';
import type { LogCursor, LogReader, LogRecordView } from '../log-reader.ts';
import type { ArrivalListener } from '../ports.ts';
import { Arrivals } from './arrivals.ts';
import { Append, type ConsumeQueue } from './consume-queue.ts';
import { tagsCodeOf } from './delay-levels.ts';
import type { IndexTable } from './index-table.ts';
import { indexRecord } from './index-writer.ts';
import type { QueueFlusher } from './queue-flusher.ts';
import type { QueueTable, TopicQueues } from './queue-table.ts';
import { RecordFields } from './record-fields.ts';
import { lastRecordUnit } from './unit-search.ts';

export interface DeriverParts {
  readonly reader: LogReader;
  readonly log: Log;
  readonly table: QueueTable;
  readonly flusher: QueueFlusher;
  /** Undefined: messageIndexEnable is off, or it is not open yet. */
  readonly index: IndexTable | undefined;
}

export class Deriver {
  readonly #parts: DeriverParts;
  readonly #fields = new RecordFields();
  readonly #arrivals = new Arrivals();
  #index: IndexTable | undefined;
  #cursor: LogCursor;
  /** Everything between here and `derivedOffset` has been offered to the queues in this run. */
  #coveredFrom: number;
  /** Where the index stands while it lags; undefined: it keeps up. */
  #indexCursor: LogCursor | undefined;
  #indexFailure: DiskError | undefined;
  /** Store time of the newest derived record. */
  newestTimestamp = 0;

  constructor(parts: DeriverParts, from: number, indexFrom: number) {
    this.#parts = parts;
    this.#coveredFrom = from;
    this.#cursor = parts.reader.cursor(from);
    if (parts.index !== undefined) this.takeIndex(parts.index, indexFrom);
  }

  /** The index is open, and has what lies before `resumeAt`. */
  takeIndex(index: IndexTable, resumeAt: number): void {
    this.#index = index;
    this.#indexCursor = resumeAt === this.derivedOffset ? undefined : this.#parts.reader.cursor(resumeAt);
  }

  get derivedOffset(): number {
    return this.#cursor.position;
  }

  /** −1: there is no index, or it is not open yet. */
  get indexedOffset(): number {
    if (this.#index === undefined) return -1;
    return this.#indexCursor?.position ?? this.#cursor.position;
  }

  /** The index has to catch up and can: not while the disk refuses, which is tried again only now and then. */
  get indexLags(): boolean {
    return this.#index !== undefined && this.#indexCursor !== undefined && this.#indexFailure === undefined && this.indexedOffset < this.derivedOffset;
  }

  /** About `maxBytes` of log; true when more is left. Tells `listener` before it returns. @throws DiskError; call again */
  derive(maxBytes: number, listener: ArrivalListener | undefined): boolean {
    const until = this.derivedOffset + maxBytes;
    let isMore = false;
    for (let record = this.#cursor.next(); record !== undefined; record = this.#cursor.next()) {
      if (!this.#tryOne(record, listener !== undefined)) return true;
      if (this.#cursor.position >= until) {
        isMore = this.#cursor.position < this.#parts.reader.readableEnd;
        break;
      }
    }
    if (listener !== undefined) this.#arrivals.tell(listener);
    return isMore;
  }

  /** When the disk refuses, the same record comes again at the next call. */
  #tryOne(record: LogRecordView, tells: boolean): boolean {
    try {
      return this.#deriveOne(record, tells);
    } catch (error) {
      this.#cursor = this.#parts.reader.cursor(record.physicalOffset);
      throw error;
    }
  }

  /** Lets a lagging index follow, about `maxBytes`; true when it still lags. */
  catchUpIndex(maxBytes: number): boolean {
    const cursor = this.#indexCursor;
    const index = this.#index;
    const { table } = this.#parts;
    if (cursor === undefined || index === undefined) return false;
    if (this.#indexFailure !== undefined && !this.#takeBackPart(index, cursor.position)) return true;
    const until = Math.min(cursor.position + maxBytes, this.derivedOffset);
    while (cursor.position < until) {
      const record = cursor.next();
      // Nothing more before where the queues stand: from here on both go together.
      if (record === undefined || record.physicalOffset >= this.derivedOffset) {
        this.#indexCursor = undefined;
        return false;
      }
      this.#fields.read(record.buffer, record.at);
      const topic = table.topicAt(record.buffer, this.#fields.topicAt, this.#fields.topicEnd);
      if (!this.#indexOne(index, topic, record.physicalOffset)) return true;
    }
    // It may also be ahead, when deriving was set back.
    if (cursor.position === this.derivedOffset) this.#indexCursor = undefined;
    return cursor.position < this.derivedOffset;
  }

  /** Everything at or behind this place is gone from queues and index. */
  rewindTo(physicalOffset: number): void {
    const indexedOffset = Math.min(this.indexedOffset, physicalOffset);
    if (physicalOffset >= this.derivedOffset) return;
    this.#indexCursor = undefined;
    this.#restart(physicalOffset, indexedOffset);
  }

  /** False: deriving was set back and goes on there at the next call. */
  #deriveOne(record: LogRecordView, tells: boolean): boolean {
    const fields = this.#fields;
    fields.read(record.buffer, record.at);
    const topic = this.#parts.table.topicAt(record.buffer, fields.topicAt, fields.topicEnd);
    if (fields.takesUnit && !this.#offer(record, topic, tells)) return false;
    if (this.#index !== undefined && this.#indexCursor === undefined) this.#indexOne(this.#index, topic, record.physicalOffset);
    this.newestTimestamp = fields.storeTimestamp;
    return true;
  }

  #offer(record: LogRecordView, topic: TopicQueues, tells: boolean): boolean {
    const fields = this.#fields;
    const queue = topic.queues.get(fields.queueId) ?? this.#parts.table.queue(topic, fields.queueId);
    const tagsCode = tagsCodeOf(fields, topic.topic);
    let outcome = queue.append(fields.queueOffset, record.physicalOffset, record.sizeBytes, tagsCode);
    if (outcome === Append.gap || outcome === Append.again) {
      if (outcome === Append.gap && this.#isToBeSearched(queue, record.physicalOffset)) return false;
      if (outcome === Append.gap) this.#fillGap(queue);
      else this.#beginAgain(queue, record.physicalOffset);
      outcome = queue.append(fields.queueOffset, record.physicalOffset, record.sizeBytes, tagsCode);
    }
    if (outcome === Append.repaired) this.#parts.log.warn('A consume queue unit was wrong; it is now as the log says.', this.#place(queue));
    if (outcome === Append.appended) {
      if (!queue.isDirty) this.#parts.flusher.add(queue, record.physicalOffset);
      if (queue.wantsWrite) this.#parts.flusher.write(queue);
      if (tells) this.#arrivals.add(topic.topic, queue.queueId, queue.nextUnit, tagsCode);
    }
    return true;
  }

  /** Units are missing. When their records may lie before what this run has seen, deriving is set back to find them. */
  #isToBeSearched(queue: ConsumeQueue, physicalOffset: number): boolean {
    const from = Math.max(queue.maxPhysicalOffset, this.#parts.reader.minOffset);
    if (from >= this.#coveredFrom) return false;
    this.#parts.log.warn('A consume queue has a hole; it is derived from the log again.', { ...this.#place(queue), from });
    this.#restart(from, physicalOffset);
    return true;
  }

  #fillGap(queue: ConsumeQueue): void {
    if (queue.isEmpty) {
      queue.startAt(this.#fields.queueOffset);
      return;
    }
    this.#parts.log.error('Messages of a consume queue are missing in the commit log.', { ...this.#place(queue), from: queue.nextUnit });
    queue.appendBlanks(this.#fields.queueOffset);
  }

  /** A queue that was dropped and begun again, or one whose end was read wrongly: the later record counts. */
  #beginAgain(queue: ConsumeQueue, physicalOffset: number): void {
    this.#parts.log.warn('A queue offset appears again in the commit log; the later message takes its place.', this.#place(queue));
    const unit = this.#fields.queueOffset;
    const last = lastRecordUnit(queue, Math.min(queue.firstUnit, unit), unit);
    // A torn unit may say anything; what comes before this record ends before it.
    queue.cutAt(unit, last === undefined ? 0 : Math.min(physicalOffset, last.physicalOffset + last.sizeBytes));
  }

  #place(queue: ConsumeQueue): { topic: string; queueId: number; queueOffset: number } {
    return { topic: queue.topic, queueId: queue.queueId, queueOffset: this.#fields.queueOffset };
  }

  /** The index, which has what lies before `indexedOffset`, waits until the queues are there again. */
  #restart(from: number, indexedOffset: number): void {
    if (this.#index !== undefined && indexedOffset !== from) this.#indexCursor ??= this.#parts.reader.cursor(indexedOffset);
    this.#coveredFrom = Math.min(this.#coveredFrom, from);
    this.#cursor = this.#parts.reader.cursor(from);
  }

  /** The record at which the disk refused may be indexed in part. */
  #takeBackPart(index: IndexTable, physicalOffset: number): boolean {
    try {
      index.truncateTo(physicalOffset);
      return true;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      return false;
    }
  }

  /** False: the disk refuses; the index lags from this record on and `catchUpIndex` tries again. */
  #indexOne(index: IndexTable, topic: TopicQueues, physicalOffset: number): boolean {
    try {
      indexRecord(index, this.#fields, topic.prefixHash, physicalOffset);
      this.#indexFailure = undefined;
      return true;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      if (this.#indexFailure === undefined)
        this.#parts.log.error('The index cannot be written; it is tried again and catches up.', { error });
      this.#indexFailure = error;
      this.#indexCursor = this.#parts.reader.cursor(physicalOffset);
      return false;
    }
  }
}
