/**
 * Delay queues keep the time of delivery where other queues keep the hash of the tags. Only needed when the queues of a
 * store that Java has written are derived again.
 * Source: store/schedule/ScheduleMessageService.java computeDeliverTimestamp, store/CommitLog.java (4.6.0)
 */
import { SystemTopic } from '@rocketmq-ts/remoting-protocol';
import type { RecordFields } from './record-fields.ts';

/** `messageDelayLevel` of 4.6.0. */
const DEFAULT_LEVELS = '1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h';
const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
const delaysMs = DEFAULT_LEVELS.split(' ').map((text) => Number(text.slice(0, -1)) * (UNIT_MS.get(text.slice(-1)) as number));

/** What the unit of this record holds behind place and size. */
export function tagsCodeOf(fields: RecordFields, topic: string): number {
  if (topic !== SystemTopic.SCHEDULE || fields.delay.isEmpty) return fields.tagsCode;
  const level = Math.min(Number(fields.buffer.toString('latin1', fields.delay.start, fields.delay.end)), delaysMs.length);
  if (!Number.isInteger(level) || level <= 0) return fields.tagsCode;
  return fields.storeTimestamp + (delaysMs[level - 1] as number);
}
