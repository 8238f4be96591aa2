/**
 * Heals single consume queue units from the log: a reader has met a unit that does not lead to its record. The record,
 * if the log has it, lies behind that of the unit before. What the log does not have is reported once and passed over.
 */
import type { Log } from '@rocketmq-ts/kernel';
import type { LogReader } from '../log-reader.ts';
import type { ConsumeQueue } from './consume-queue.ts';
import type { RecordFields } from './record-fields.ts';
import { recordOfUnit } from './record-identity.ts';
import { lastRecordUnit } from './unit-search.ts';

/** A search reads at most this much of the log; it runs while somebody waits. */
const SEARCH_BYTES_MAX = 64 * 1024 * 1024;
/** Neighbours that are looked at to find where the search begins. */
const NEIGHBOURS_MAX = 64;
const REMEMBERED_MAX = 10_000;

export interface UnitRepairParts {
  readonly reader: LogReader;
  readonly log: Log;
  readonly fields: RecordFields;
  readonly tagsCodeOf: (fields: RecordFields, topic: string) => number;
}

export class UnitRepair {
  readonly #parts: UnitRepairParts;
  /** Units that could not be healed, by queue, so that each is searched for and reported once. */
  readonly #lost = new Map<ConsumeQueue, Set<number>>();
  #lostCount = 0;

  constructor(parts: UnitRepairParts) {
    this.#parts = parts;
  }

  /** Whether the unit leads to its record now. Overwrites the unit window. @throws DiskError */
  heal(queue: ConsumeQueue, unit: number): boolean {
    if (this.#lost.get(queue)?.has(unit) === true) return false;
    const healed = this.#search(queue, unit);
    const at = { topic: queue.topic, queueId: queue.queueId, queueOffset: unit };
    if (healed) this.#parts.log.warn('A damaged consume queue unit was restored from the log.', at);
    else {
      this.#remember(queue, unit);
      this.#parts.log.error('A message cannot be read: its record is damaged or missing in the commit log.', at);
    }
    return healed;
  }

  #search(queue: ConsumeQueue, unit: number): boolean {
    const { reader, fields } = this.#parts;
    const from = this.#searchStart(queue, unit);
    const until = from + SEARCH_BYTES_MAX;
    const cursor = reader.cursor(from);
    for (let record = cursor.next(); record !== undefined && record.physicalOffset < until; record = cursor.next()) {
      fields.read(record.buffer, record.at);
      if (fields.queueId !== queue.queueId || !fields.takesUnit || !this.#isTopic(queue)) continue;
      if (fields.queueOffset > unit) return false;
      if (fields.queueOffset < unit) continue;
      const whole = reader.record(record.physicalOffset, record.sizeBytes);
      if (whole === undefined) return false;
      queue.rewrite(unit, record.physicalOffset, record.sizeBytes, this.#parts.tagsCodeOf(fields, queue.topic));
      return true;
    }
    return false;
  }

  #isTopic(queue: ConsumeQueue): boolean {
    const { fields } = this.#parts;
    return fields.buffer.compare(queue.topicBytes, 0, queue.topicBytes.length, fields.topicAt, fields.topicEnd) === 0;
  }

  /** Behind the record of the nearest sound unit before. */
  #searchStart(queue: ConsumeQueue, unit: number): number {
    const { reader } = this.#parts;
    const floor = Math.max(queue.firstUnit, unit - NEIGHBOURS_MAX);
    for (let end = unit; end > floor;) {
      const before = lastRecordUnit(queue, floor, end);
      if (before === undefined) break;
      if (recordOfUnit(reader, queue, before) !== undefined) return before.physicalOffset + before.sizeBytes;
      end = before.unit;
    }
    return reader.minOffset;
  }

  #remember(queue: ConsumeQueue, unit: number): void {
    if (this.#lostCount >= REMEMBERED_MAX) {
      this.#lost.clear();
      this.#lostCount = 0;
    }
    const units = this.#lost.get(queue) ?? new Set<number>();
    units.add(unit);
    this.#lost.set(queue, units);
    this.#lostCount++;
  }
}
