/**
 * Searches in a consume queue. Physical offsets rise with queue offsets; units that stand for no record (blank, never
 * written) are stepped over.
 */
import { isRecordUnit, isWrittenUnit, UNIT_SIZE, unitPhysicalOffset, unitRecordSize } from '../format/consume-queue-unit.ts';
import type { ConsumeQueue } from './consume-queue.ts';

const BACKWARD_UNITS = 64;
/** A hole of written units of this length at most is seen. */
const HOLE_UNITS = 1024;

export interface FoundUnit {
  readonly unit: number;
  readonly physicalOffset: number;
  readonly sizeBytes: number;
}

/** The first unit of a record in [from, until), or undefined. */
export function firstRecordUnit(queue: ConsumeQueue, from: number, until: number): FoundUnit | undefined {
  for (let unit = from; unit < until;) {
    const { buffer, at, count } = queue.read(unit, until - unit);
    for (let index = 0; index < count; index++) {
      const found = unitAt(queue, buffer, at + index * UNIT_SIZE, unit + index);
      if (found !== undefined) return found;
    }
    unit += count;
  }
  return undefined;
}

/** The last unit of a record in [from, until), or undefined. */
export function lastRecordUnit(queue: ConsumeQueue, from: number, until: number): FoundUnit | undefined {
  for (let end = until; end > from;) {
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
      const found = unitAt(queue, buffer, at + index * UNIT_SIZE, start + index);
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

/**
 * How many units of one file are written, when the written ones come first: looked for where most queues end, near the
 * file's beginning, then by halving, for each probe in the file's empty part takes memory. A short hole among them and
 * a lost beginning, which are damage, are seen and stepped over.
 */
export function writtenUnits(queue: ConsumeQueue, fileStartUnit: number, unitCount: number): number {
  for (let end = 0; ;) {
    const count = Math.min(HOLE_UNITS, unitCount - end);
    const behind = writtenBehind(queue, fileStartUnit + end, count);
    if (behind === 0 && end > 0) return end;
    end += behind;
    if (behind === 0 || behind === count) end = halved(queue, fileStartUnit, end, unitCount);
    if (end === 0) return 0;
  }
}

/** The first place in [from, until) that is not written, if those that are come first. */
function halved(queue: ConsumeQueue, fileStartUnit: number, from: number, until: number): number {
  let low = from;
  let high = until;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isWritten(queue, fileStartUnit + middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isWritten(queue: ConsumeQueue, unit: number): boolean {
  queue.files.read(unit * UNIT_SIZE, probe, 0, UNIT_SIZE);
  return isWrittenUnit(probe, 0);
}

/** Number of units from `unit` to behind the last written one among `count`; 0: none is. */
function writtenBehind(queue: ConsumeQueue, unit: number, count: number): number {
  queue.files.read(unit * UNIT_SIZE, hole, 0, count * UNIT_SIZE);
  for (let index = count - 1; index >= 0; index--) if (isWrittenUnit(hole, index * UNIT_SIZE)) return index + 1;
  return 0;
}

const probe = Buffer.alloc(UNIT_SIZE);
const hole = Buffer.alloc(HOLE_UNITS * UNIT_SIZE);

function unitAt(queue: ConsumeQueue, buffer: Buffer, at: number, unit: number): FoundUnit | undefined {
  if (!isRecordUnit(buffer, at)) return undefined;
  const physicalOffset = unitPhysicalOffset(buffer, at);
  // Beyond the queue's end in the log, as far as that is known: damage.
  if (queue.maxPhysicalOffset > 0 && physicalOffset >= queue.maxPhysicalOffset) return undefined;
  return { unit, physicalOffset, sizeBytes: unitRecordSize(buffer, at) };
}
