/**
 * Finds out what the files of one consume queue hold. Java's rule for the end is kept (units count up to the first that
 * was never written), found by halving instead of reading whole files; then the newest unit is held against the log.
 * A queue that does not pass is cut back to its last sound unit, and the log is derived again from there.
 */
import type { DiskEntry, Log } from '@rocketmq-ts/kernel';
import { StoreError } from '../errors.ts';
import { isBlankUnit, UNIT_SIZE } from '../format/consume-queue-unit.ts';
import { fileNameToOffset } from '../format/paths.ts';
import type { LogReader } from '../log-reader.ts';
import type { ConsumeQueue } from './consume-queue.ts';
import type { KnownQueue } from './derived-ends.ts';
import { recordOfUnit } from './record-identity.ts';
import { type FoundUnit, firstRecordUnit, firstUnitFrom, lastRecordUnit, writtenUnits } from './unit-search.ts';
import type { WrittenQueue } from './written-mark.ts';

/** How far back from its end a queue may be damaged before it is built anew. */
const SOUND_SEARCH_UNITS = 64;
/** Units before a place found by halving that must agree with it. */
const NEIGHBOURS = 32;

/**
 * Takes over the files in a queue's folder. False when one of them had been cut short.
 * @throws StoreError when files do not have the configured size
 */
export function adoptFiles(queue: ConsumeQueue, entries: readonly DiskEntry[], log: Log): boolean {
  const { files } = queue;
  const bases: number[] = [];
  for (const entry of entries) {
    const base = fileNameToOffset(entry.name);
    if (base === undefined || entry.isDirectory)
      log.warn('A file that is none of a consume queue is left alone.', { folder: files.folder, name: entry.name });
    else if (base % files.fileSize !== 0) throw wrongSize(queue, entry.name);
    else bases.push(base);
  }
  const first = bases[0];
  if (first === undefined) return true;
  files.firstBase = first;
  files.endBase = (bases.at(-1) as number) + files.fileSize;
  let areWhole = (queue.files.endBase - queue.files.firstBase) / files.fileSize === bases.length;
  for (const base of bases) if (fixLength(queue, base, log)) areWhole = false;
  return areWhole;
}

/** True when the file was too short. */
function fixLength(queue: ConsumeQueue, base: number, log: Log): boolean {
  const file = queue.files.open(base);
  const size = file?.sizeBytes() ?? queue.files.fileSize;
  if (file === undefined || size === queue.files.fileSize) return false;
  if (size > queue.files.fileSize) throw wrongSize(queue, file.path);
  log.warn('A consume queue file was cut short; it is given its length again, and what it lost is derived from the log.', {
    path: file.path,
    size,
  });
  file.truncate(queue.files.fileSize);
  return true;
}

function wrongSize(queue: ConsumeQueue, name: string): StoreError {
  return new StoreError(
    'STORE_FILE_SIZE',
    `Consume queue file ${name} in ${queue.files.folder} does not fit mappedFileSizeConsumeQueue=${queue.files.fileSize}: set it to the size the store was written with.`,
  );
}

/**
 * Takes over the files as the last run has written them, without reading any.
 * @param known what of it is durable
 */
export function openAsWritten(queue: ConsumeQueue, written: WrittenQueue, known: KnownQueue | undefined): void {
  queue.files.adopt(written.firstBase, written.endBase);
  queue.adopt(written);
  if (known === undefined || known.unit > written.nextUnit) queue.markSynced(queue.firstUnit, 0);
  else queue.markSynced(known.unit, known.physicalOffset);
  queue.minUnit = written.minUnit;
  queue.trustedPhysicalOffset = written.maxPhysicalOffset;
}

/**
 * Whether the queue ends where it was known to end; then it is taken as it is.
 * @param wipes what is in the files behind may be anything that was never made durable
 */
export function openAtKnownEnd(queue: ConsumeQueue, known: KnownQueue, wipes: boolean): boolean {
  const { files } = queue;
  if (known.unit === 0 || files.isEmpty || known.unit * UNIT_SIZE > files.endBase || known.unit * UNIT_SIZE < files.firstBase) return false;
  queue.adopt({ nextUnit: known.unit, maxPhysicalOffset: known.physicalOffset });
  if (endOf(lastRecordUnit(queue, known.unit - 1, known.unit)) !== known.physicalOffset) return false;
  // Costs milliseconds for each file, so not after an orderly end.
  if (wipes) files.wipeFrom(known.unit * UNIT_SIZE);
  return true;
}

/**
 * Finds the end by the units themselves.
 * @returns where deriving must go on at the latest for this queue; undefined when its newest unit is sound
 */
export function openBySearch(queue: ConsumeQueue, reader: LogReader): number | undefined {
  const end = writtenEnd(queue);
  queue.adopt({ nextUnit: end, maxPhysicalOffset: 0 });
  const newest = lastRecordUnit(queue, queue.firstUnit, end);
  // The log has lost its end, and the queue with it; a single wild unit does not cut it.
  const isCut = newest !== undefined && newest.physicalOffset >= reader.readableEnd;
  const cut = isCut ? firstUnitFrom(queue, reader.readableEnd, queue.firstUnit, end) : end;
  const last = lastRecordUnit(queue, queue.firstUnit, cut);
  if (last === undefined || isSound(queue, reader, last)) {
    settle(queue, cut, endOf(last));
    return undefined;
  }
  const sound = lastSoundUnit(queue, reader, last.unit);
  settle(queue, sound === undefined ? queue.firstUnit : sound.unit + 1, endOf(sound));
  return sound === undefined ? reader.minOffset : endOf(sound);
}

function settle(queue: ConsumeQueue, unit: number, maxPhysicalOffset: number): void {
  if (unit < queue.nextUnit) queue.cutAt(unit, maxPhysicalOffset);
  queue.adopt({ nextUnit: unit, maxPhysicalOffset });
}

function endOf(found: FoundUnit | undefined): number {
  return found === undefined ? 0 : found.physicalOffset + found.sizeBytes;
}

function lastSoundUnit(queue: ConsumeQueue, reader: LogReader, before: number): FoundUnit | undefined {
  const floor = Math.max(queue.firstUnit, before - SOUND_SEARCH_UNITS);
  for (let end = before; end > floor;) {
    const found = lastRecordUnit(queue, floor, end);
    if (found === undefined) return undefined;
    if (isSound(queue, reader, found)) return found;
    end = found.unit;
  }
  return undefined;
}

/** Leads to its record, or to one that has been deleted with its log file. */
function isSound(queue: ConsumeQueue, reader: LogReader, found: FoundUnit): boolean {
  return endOf(found) <= reader.minOffset || recordOfUnit(reader, queue, found) !== undefined;
}

function writtenEnd(queue: ConsumeQueue): number {
  const { files, unitsPerFile } = queue;
  for (let base = files.endBase - files.fileSize; base >= files.firstBase; base -= files.fileSize) {
    const count = writtenUnits(queue, base / UNIT_SIZE, unitsPerFile);
    if (count > 0 || base === files.firstBase) return base / UNIT_SIZE + count;
  }
  return 0;
}

/** Moves the first served offset to the first record that is still in the log. */
export function correctMinUnit(queue: ConsumeQueue, minPhysicalOffset: number): void {
  const { firstUnit, nextUnit } = queue;
  const found = firstUnitFrom(queue, minPhysicalOffset, firstUnit, nextUnit);
  // A damaged unit may have led the search astray; then one after the other, as Java does.
  const before = Math.max(firstUnit, found - NEIGHBOURS);
  const isSound = firstFrom(queue, minPhysicalOffset, before, found) === found;
  let minUnit = isSound ? found : firstFrom(queue, minPhysicalOffset, firstUnit, nextUnit);
  // What is damaged right before may belong to messages that are still there; reading heals it.
  while (minUnit > firstUnit && isDamaged(queue, minUnit - 1)) minUnit--;
  queue.minUnit = minUnit;
  queue.minPhysicalOffset = minPhysicalOffset;
}

function isDamaged(queue: ConsumeQueue, unit: number): boolean {
  if (firstRecordUnit(queue, unit, unit + 1) !== undefined) return false;
  const { buffer, at } = queue.read(unit, 1);
  return !isBlankUnit(buffer, at);
}

function firstFrom(queue: ConsumeQueue, physicalOffset: number, from: number, until: number): number {
  for (let found = firstRecordUnit(queue, from, until); found !== undefined; found = firstRecordUnit(queue, found.unit + 1, until)) {
    if (found.physicalOffset >= physicalOffset) return found.unit;
  }
  return until;
}
