/**
 * The queue offset nearest to a store time, found by halving within one consume queue file as Java does: an exact hit,
 * else the nearer neighbour; before the first message its offset, after the last one that one's.
 *
 * Java differs: it picks the file by its modification time, which here says when units were written, not when messages
 * were; so the store time of each file's last message decides. A message that cannot be read is passed over (4.6.0
 * answers 0).
 * Source: store/ConsumeQueue.java getOffsetInQueueByTime (4.6.0)
 */
import type { ConsumeQueue } from '../derive/consume-queue.ts';
import { firstRecordUnit, lastRecordUnit } from '../derive/unit-search.ts';
import { isRecordUnit, unitPhysicalOffset, unitRecordSize } from '../format/consume-queue-unit.ts';
import { storeTimestampOf } from '../format/commit-log-layout.ts';
import type { LogReader } from '../log-reader.ts';

export function offsetByTime(reader: LogReader, queue: ConsumeQueue, wallMs: number): number {
  if (queue.minUnit >= queue.nextUnit) return 0;
  const fileStart = fileOfTime(reader, queue, wallMs);
  let low = Math.max(fileStart, queue.minUnit);
  let high = Math.min(fileStart + queue.unitsPerFile, queue.nextUnit) - 1;
  let left: Stamp | undefined;
  let right: Stamp | undefined;
  while (low <= high) {
    const middle = low + Math.floor((high - low) / 2);
    const stamp = readableStamp(reader, queue, middle, high + 1);
    if (stamp === undefined) high = middle - 1;
    else if (stamp.wallMs === wallMs) return stamp.unit;
    else if (stamp.wallMs > wallMs) {
      right = stamp;
      high = middle - 1;
    } else {
      left = stamp;
      low = stamp.unit + 1;
    }
  }
  if (left === undefined || right === undefined) return (left ?? right)?.unit ?? 0;
  return Math.abs(wallMs - left.wallMs) > Math.abs(wallMs - right.wallMs) ? right.unit : left.unit;
}

interface Stamp {
  readonly unit: number;
  readonly wallMs: number;
}

/** Start of the first file whose last message is not older; of the last file when all are. */
function fileOfTime(reader: LogReader, queue: ConsumeQueue, wallMs: number): number {
  const { unitsPerFile, minUnit, nextUnit } = queue;
  const startOf = (unit: number): number => unit - (unit % unitsPerFile);
  for (let start = startOf(minUnit); ; start += unitsPerFile) {
    const end = Math.min(start + unitsPerFile, nextUnit);
    if (end === nextUnit) return start;
    const last = lastRecordUnit(queue, Math.max(start, minUnit), end);
    const stamp = last === undefined ? -1 : storeTimestampAt(reader, queue, last.unit);
    if (stamp >= wallMs) return start;
  }
}

/** The first message in [from, until) that can be read. */
function readableStamp(reader: LogReader, queue: ConsumeQueue, from: number, until: number): Stamp | undefined {
  for (let unit = from; unit < until;) {
    const found = firstRecordUnit(queue, unit, until);
    if (found === undefined) return undefined;
    const wallMs = storeTimestampAt(reader, queue, found.unit);
    if (wallMs >= 0) return { unit: found.unit, wallMs };
    unit = found.unit + 1;
  }
  return undefined;
}

/** Store time of the message at a queue offset; −1 when there is none or it cannot be read. */
export function storeTimestampAt(reader: LogReader, queue: ConsumeQueue, unit: number): number {
  if (unit < queue.minUnit || unit >= queue.nextUnit) return -1;
  const { buffer, at } = queue.read(unit, 1);
  if (!isRecordUnit(buffer, at)) return -1;
  const record = reader.record(unitPhysicalOffset(buffer, at), unitRecordSize(buffer, at));
  return record === undefined ? -1 : storeTimestampOf(record, 0);
}
