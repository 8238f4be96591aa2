/**
 * One consume queue: units at consecutive queue offsets, the newest of them in memory until they are written.
 *
 *   firstUnit ≤ minUnit ≤ nextUnit        units that exist, that are served, that comes next
 *   syncedUnit ≤ writtenUnit ≤ nextUnit   durable, in the file, appended
 *
 * Units are in log order: physical offsets rise with queue offsets (blank units aside). The deriver is the only writer.
 */
import { assert } from '@rocketmq-ts/kernel';
import {
  isRecordUnit,
  UNIT_SIZE,
  unitPhysicalOffset,
  unitRecordSize,
  unitTagsCode,
  writeBlankUnits,
  writeUnit,
} from '../format/consume-queue-unit.ts';
import type { QueueFiles } from './queue-files.ts';
import { UnitTail } from './unit-tail.ts';
import { UnitsAhead } from './units-ahead.ts';

/** Consecutive units in one buffer; good until the next window of any queue is asked for. */
export interface UnitWindow {
  buffer: Buffer;
  at: number;
  count: number;
}

const WINDOW_UNITS = 256;
const scratch = Buffer.alloc(WINDOW_UNITS * UNIT_SIZE);
const window: UnitWindow = { buffer: scratch, at: 0, count: 0 };
const BLANK_CHUNK_UNITS = 3264;

/** What became of a unit offered to `append`. */
export const Append = {
  appended: 0,
  /** It, or a newer one in its place, is there already. */
  present: 1,
  /** Units between the last one and this are missing. Nothing was changed. */
  gap: 2,
  /** The log gives this queue offset a second time, further on. Nothing was changed. */
  again: 3,
  /** What stood there was not a record's unit; it does now. */
  repaired: 4,
} as const;
export type AppendOutcome = (typeof Append)[keyof typeof Append];

export class ConsumeQueue {
  readonly topic: string;
  readonly queueId: number;
  readonly files: QueueFiles;
  /** As UTF-8, to compare with records. */
  readonly topicBytes: Buffer;
  minUnit = 0;
  /** Where the log began when `minUnit` was found: no unit from there on may point before it. */
  minPhysicalOffset = 0;
  nextUnit = 0;
  /** First byte of the log behind the newest unit's record; 0: no record. */
  maxPhysicalOffset = 0;
  writtenUnit = 0;
  /** What `maxPhysicalOffset` was at `writtenUnit`. */
  writtenPhysicalOffset = 0;
  /** Records before this place of the log have their units in the files, written by the last run; no need to compare. */
  trustedPhysicalOffset = 0;
  /** In the flusher's list. */
  isDirty = false;
  /** While dirty: place in the log of the first record whose unit may not be written. */
  dirtyFrom = 0;
  syncedUnit = 0;
  /** What `maxPhysicalOffset` was at `syncedUnit`. */
  syncedPhysicalOffset = 0;
  #tail: UnitTail | undefined;
  /** While units in the files are compared with the log; none of them may change meanwhile. */
  #ahead: UnitsAhead | undefined;
  /** The first file still has to be filled up to the queue's start. */
  #wantsBlanks = false;

  constructor(topic: string, topicBytes: Buffer, queueId: number, files: QueueFiles) {
    this.topic = topic;
    this.topicBytes = topicBytes;
    this.queueId = queueId;
    this.files = files;
  }

  get isEmpty(): boolean {
    return this.nextUnit === 0 && this.files.isEmpty;
  }

  get unitsPerFile(): number {
    return this.files.fileSize / UNIT_SIZE;
  }

  /** First unit that a file or the memory holds. */
  get firstUnit(): number {
    return this.files.isEmpty ? this.minUnit : this.files.firstBase / UNIT_SIZE;
  }

  append(queueOffset: number, physicalOffset: number, sizeBytes: number, tagsCode: number): AppendOutcome {
    if (physicalOffset < this.trustedPhysicalOffset) return Append.present;
    if (physicalOffset < this.maxPhysicalOffset) return this.#offerOld(queueOffset, physicalOffset, sizeBytes, tagsCode);
    if (queueOffset !== this.nextUnit) return queueOffset > this.nextUnit ? Append.gap : Append.again;
    const tail = this.#roomyTail();
    tail.push(physicalOffset, sizeBytes, tagsCode);
    this.nextUnit++;
    this.maxPhysicalOffset = physicalOffset + sizeBytes;
    return Append.appended;
  }

  /** The first message of this queue has a queue offset above 0: what was before it is gone from the log. */
  startAt(queueOffset: number): void {
    assert(this.isEmpty, 'a queue starts once');
    this.nextUnit = queueOffset;
    this.minUnit = queueOffset;
    this.writtenUnit = queueOffset;
    this.syncedUnit = queueOffset;
    this.#wantsBlanks = queueOffset % this.unitsPerFile !== 0;
  }

  /** Blank units for messages that the log has lost. */
  appendBlanks(untilQueueOffset: number): void {
    while (this.nextUnit < untilQueueOffset) {
      this.#roomyTail().pushBlank();
      this.nextUnit++;
    }
  }

  /** Replaces one unit in place. */
  rewrite(unit: number, physicalOffset: number, sizeBytes: number, tagsCode: number): void {
    this.#ahead = undefined;
    const tail = this.#tail;
    if (tail !== undefined && unit >= tail.baseUnit)
      writeUnit(tail.buffer, (unit - tail.baseUnit) * UNIT_SIZE, physicalOffset, sizeBytes, tagsCode);
    if (unit < this.writtenUnit) {
      // A file at the head that was gone is made again; what comes before this unit is not in the log any more.
      if (unit * UNIT_SIZE < this.files.firstBase) this.#writeBlanksBefore(unit);
      const bytes = Buffer.alloc(UNIT_SIZE);
      writeUnit(bytes, 0, physicalOffset, sizeBytes, tagsCode);
      this.files.write(unit * UNIT_SIZE, bytes, 0, UNIT_SIZE);
    }
    this.minUnit = Math.min(this.minUnit, unit);
    if (unit === this.nextUnit - 1) this.maxPhysicalOffset = Math.max(this.maxPhysicalOffset, physicalOffset + sizeBytes);
  }

  /** Up to `countMax` units from `unit` on, at least one when `firstUnit ≤ unit < nextUnit`. */
  read(unit: number, countMax: number): UnitWindow {
    assert(unit >= 0 && unit < this.nextUnit, 'only units that exist are read');
    const tail = this.#tail;
    if (tail !== undefined && unit >= tail.baseUnit) {
      window.buffer = tail.buffer;
      window.at = (unit - tail.baseUnit) * UNIT_SIZE;
      window.count = Math.min(countMax, this.nextUnit - unit);
      return window;
    }
    window.buffer = scratch;
    window.at = 0;
    window.count = Math.min(countMax, WINDOW_UNITS, (tail?.baseUnit ?? this.nextUnit) - unit);
    this.files.read(unit * UNIT_SIZE, scratch, 0, window.count * UNIT_SIZE);
    return window;
  }

  /** Brings the file up to `nextUnit`. @throws DiskError; nothing is lost, call again */
  write(): void {
    const tail = this.#tail;
    if (tail === undefined || this.writtenUnit === this.nextUnit) return;
    if (this.#wantsBlanks) this.#writeBlanksBefore(this.writtenUnit);
    this.files.write(this.writtenUnit * UNIT_SIZE, tail.buffer, (this.writtenUnit - tail.baseUnit) * UNIT_SIZE, tail.count * UNIT_SIZE);
    this.writtenUnit = this.nextUnit;
    this.writtenPhysicalOffset = this.maxPhysicalOffset;
  }

  /** Gives the memory back when all is written. */
  releaseTail(): void {
    if (this.writtenUnit === this.nextUnit) this.#tail = undefined;
  }

  /** Forgets the units from `unit` on; the files read as zeros there. `maxPhysicalOffset`: of what is left. */
  cutAt(unit: number, maxPhysicalOffset: number): void {
    assert(unit <= this.nextUnit, 'a cut makes a queue shorter');
    this.#ahead = undefined;
    const tail = this.#tail;
    if (tail !== undefined) {
      if (unit < tail.baseUnit) this.#tail = undefined;
      else tail.count = unit - tail.baseUnit;
    }
    if (unit < this.writtenUnit) this.files.wipeFrom(unit * UNIT_SIZE);
    this.nextUnit = unit;
    this.minUnit = Math.min(this.minUnit, unit);
    if (this.writtenUnit > unit) {
      this.writtenUnit = unit;
      this.writtenPhysicalOffset = maxPhysicalOffset;
    }
    this.maxPhysicalOffset = maxPhysicalOffset;
    this.trustedPhysicalOffset = 0;
    if (this.syncedUnit > unit) this.markSynced(unit, maxPhysicalOffset);
  }

  /** As if it had never been; records before `physicalOffset` are not its any more. The caller removes the files. */
  reset(physicalOffset: number): void {
    this.#tail = undefined;
    this.#ahead = undefined;
    this.#wantsBlanks = false;
    this.trustedPhysicalOffset = 0;
    this.minUnit = 0;
    this.adopt({ nextUnit: 0, maxPhysicalOffset: physicalOffset });
    this.syncedPhysicalOffset = 0;
  }

  markSynced(unit: number, physicalOffset: number): void {
    this.syncedUnit = unit;
    this.syncedPhysicalOffset = physicalOffset;
  }

  /** All of it is in the files, as found there at the start. */
  adopt(state: { readonly nextUnit: number; readonly maxPhysicalOffset: number }): void {
    this.nextUnit = state.nextUnit;
    this.writtenUnit = state.nextUnit;
    this.writtenPhysicalOffset = state.maxPhysicalOffset;
    this.maxPhysicalOffset = state.maxPhysicalOffset;
    this.markSynced(state.nextUnit, state.maxPhysicalOffset);
  }

  /** A record before the newest: usually one that is here already, seen again. */
  #offerOld(queueOffset: number, physicalOffset: number, sizeBytes: number, tagsCode: number): AppendOutcome {
    if (queueOffset >= this.nextUnit) return Append.present;
    if (queueOffset >= this.firstUnit) {
      const { buffer, at } = this.#readOld(queueOffset);
      const known = isRecordUnit(buffer, at) ? unitPhysicalOffset(buffer, at) : -1;
      if (known === physicalOffset && unitRecordSize(buffer, at) === sizeBytes && unitTagsCode(buffer, at) === tagsCode)
        return Append.present;
      // A queue that was dropped and begun again: the newer message stays.
      if (known > physicalOffset && known < this.maxPhysicalOffset) return Append.present;
    }
    this.rewrite(queueOffset, physicalOffset, sizeBytes, tagsCode);
    return Append.repaired;
  }

  /** As `read`, of one unit; those behind it are asked for next. */
  #readOld(unit: number): UnitWindow {
    const filedUntil = this.#tail?.baseUnit ?? this.nextUnit;
    if (unit >= filedUntil) return this.read(unit, 1);
    const ahead = (this.#ahead ??= new UnitsAhead());
    window.at = ahead.show(this.files, unit, filedUntil);
    window.buffer = ahead.buffer;
    window.count = 1;
    if (unit === filedUntil - 1) this.#ahead = undefined;
    return window;
  }

  #roomyTail(): UnitTail {
    const tail = (this.#tail ??= new UnitTail(this.nextUnit));
    if (!tail.isFull) return tail;
    // Half of what the file has stays, for readers right behind the writer.
    const isWritten = this.writtenUnit - tail.baseUnit > tail.count / 2;
    if (isWritten) tail.dropFirst(Math.max(1, tail.count >> 1));
    else tail.grow();
    return tail;
  }

  /** Units waiting in memory have become many; time for `write`. */
  get wantsWrite(): boolean {
    return this.#tail?.isAtLimit === true && this.writtenUnit < this.nextUnit;
  }

  #writeBlanksBefore(unit: number): void {
    const fileStart = unit - (unit % this.unitsPerFile);
    const chunk = Buffer.alloc(Math.min(BLANK_CHUNK_UNITS, unit - fileStart) * UNIT_SIZE);
    writeBlankUnits(chunk, 0, chunk.length / UNIT_SIZE);
    for (let next = fileStart; next < unit;) {
      const count = Math.min(chunk.length / UNIT_SIZE, unit - next);
      this.files.write(next * UNIT_SIZE, chunk, 0, count * UNIT_SIZE);
      next += count;
    }
    this.#wantsBlanks = false;
  }
}
