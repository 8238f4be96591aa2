/**
 * Searches in a consume queue. Physical offsets rise with queue offsets; units that stand for no record (blank, never
 * written) are stepped over.
 */
import { isRecordUnit, isWrittenUnit, UNIT_SIZE, unitPhysicalOffset, unitRecordSize } from '../format/consume-queue-unit.ts';
import type { ConsumeQueue } from './consume-queue.ts';

const BACKWARD_UNITS = 64;

export interface FoundUnit {
  readonly unit: number;
  readonly physicalOffset: number;
  readonly sizeBytes: number;
}

/** The first unit of a record in [from, until), or undefined. */
export function firstRecordUnit(queue: ConsumeQueue, from: number, until: number): FoundUnit | undefined {
  for (let unit = from; unit < until; ) {
    const { buffer, at, count } = queue.read(unit, until - unit);
    for (let index = 0; index < count; index++) {
      const found = unitAt(buffer, at + index * UNIT_SIZE, unit + index);
      if (found !== undefined) return found;
    }
    unit += count;
  }
  return undefined;
}

/** The last unit of a record in [from, until), or undefined. */
export function lastRecordUnit(queue: ConsumeQueue, from: number, until: number): FoundUnit | undefined {
  for (let end = until; end > from; ) {
    const start = Math.max(from, end - BACKWARD_UNITS);
    const { buffer, at, count } = queue.read(start, end - start);
    // Fewer than asked for: the rest lies in memory, or in the next stretch of the file.
    if (start + count < end) {
      const later = lastRecordUnit(queue, start + count, end);
      if (later !== undefined) return later;
      end = start + count;
      continue;
    }
    for (let index = count - 1; index >= 0; index--) {
      const found = unitAt(buffer, at + index * UNIT_SIZE, start + index);
      if (found !== undefined) return found;
    }
    end = start;
  }
  return undefined;
}

/** The first unit in [from, until) whose record lies at or behind `physicalOffset`; `until` when none does. */
export function firstUnitFrom(queue: ConsumeQueue, physicalOffset: number, from: number, until: number): number {
  let low = from;
  let high = until;
  let found = until;
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    const record = firstRecordUnit(queue, middle, high);
    if (record === undefined) high = middle;
    else if (record.physicalOffset < physicalOffset) low = record.unit + 1;
    else {
      found = record.unit;
      high = middle;
    }
  }
  return found;
}

/** How many units of one file are written, when the written ones come first; a binary search. */
export function writtenUnits(queue: ConsumeQueue, fileStartUnit: number, unitCount: number): number {
  let low = 0;
  let high = unitCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const bytes = probe;
    queue.files.read((fileStartUnit + middle) * UNIT_SIZE, bytes, 0, UNIT_SIZE);
    if (isWrittenUnit(bytes, 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const probe = Buffer.alloc(UNIT_SIZE);

function unitAt(buffer: Buffer, at: number, unit: number): FoundUnit | undefined {
  if (!isRecordUnit(buffer, at)) return undefined;
  return { unit, physicalOffset: unitPhysicalOffset(buffer, at), sizeBytes: unitRecordSize(buffer, at) };
}
