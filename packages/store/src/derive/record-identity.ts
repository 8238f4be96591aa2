/**
 * Whether a record is the one a consume queue unit stands for: same topic, queue and queue offset. A damaged unit may
 * point at some other whole record, which must not be served in its place.
 */
import { bodyLengthOffset, QUEUE_ID_AT, QUEUE_OFFSET_AT, SYS_FLAG_AT } from '../format/commit-log-layout.ts';
import { readInt32, readLong } from '../format/big-endian.ts';
import type { LogReader } from '../log-reader.ts';
import type { ConsumeQueue } from './consume-queue.ts';
import type { FoundUnit } from './unit-search.ts';

export function isRecordOf(record: Buffer, queue: ConsumeQueue, queueOffset: number): boolean {
  if (readInt32(record, QUEUE_ID_AT) !== queue.queueId || readLong(record, QUEUE_OFFSET_AT) !== queueOffset) return false;
  const bodyLengthAt = bodyLengthOffset(readInt32(record, SYS_FLAG_AT));
  const topicLengthAt = bodyLengthAt + 4 + readInt32(record, bodyLengthAt);
  const { topicBytes } = queue;
  const { length } = topicBytes;
  if (record[topicLengthAt] !== length) return false;
  for (let index = 0; index < length; index++) {
    if (record[topicLengthAt + 1 + index] !== topicBytes[index]) return false;
  }
  return true;
}

/** The record a unit points at, when it is the right one. */
export function recordOfUnit(log: LogReader, queue: ConsumeQueue, found: FoundUnit): Buffer | undefined {
  const record = log.record(found.physicalOffset, found.sizeBytes);
  return record !== undefined && isRecordOf(record, queue, found.unit) ? record : undefined;
}
