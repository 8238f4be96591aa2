/** Taking away from consume queues: what the log has deleted, what was cut off its end, what nobody wants any more. */
import { SystemTopic } from '@rocketmq-ts/remoting-protocol';
import { UNIT_SIZE } from '../format/consume-queue-unit.ts';
import type { ConsumeQueue } from './consume-queue.ts';
import { correctMinUnit } from './open-queue.ts';
import type { QueueTable } from './queue-table.ts';
import { firstRecordUnit, firstUnitFrom, lastRecordUnit } from './unit-search.ts';

/** The log begins at `minPhysicalOffset` now: files before it go (never the last of a queue), minimum offsets move. */
export async function deleteQueuesBefore(table: QueueTable, minPhysicalOffset: number): Promise<void> {
  for (const queue of [...table.all()]) {
    while (isFirstFileBefore(queue, minPhysicalOffset)) await queue.files.removeFirst();
    correctMinUnit(queue, minPhysicalOffset);
  }
}

function isFirstFileBefore(queue: ConsumeQueue, minPhysicalOffset: number): boolean {
  const { files } = queue;
  const secondBase = files.firstBase + files.fileSize;
  if (files.isEmpty || secondBase >= files.endBase || secondBase >= queue.nextUnit * UNIT_SIZE) return false;
  const second = secondBase / UNIT_SIZE;
  const last = firstRecordUnit(queue, second - 1, second);
  if (last !== undefined) return last.physicalOffset < minPhysicalOffset;
  // Its last unit is damaged; the file behind it tells.
  const next = firstRecordUnit(queue, second, queue.nextUnit);
  return next !== undefined && next.physicalOffset <= minPhysicalOffset;
}

export function truncateQueues(table: QueueTable, physicalOffset: number): void {
  for (const queue of table.all()) {
    if (queue.maxPhysicalOffset <= physicalOffset) continue;
    const unit = firstUnitFrom(queue, physicalOffset, queue.firstUnit, queue.nextUnit);
    const last = lastRecordUnit(queue, queue.firstUnit, unit);
    queue.cutAt(unit, last === undefined ? 0 : last.physicalOffset + last.sizeBytes);
  }
}

/**
 * Removes the files of queues; queue offsets begin at 0 again. The queue of delayed messages always stays.
 * @param derivedOffset records before it are not looked for any more when the queue begins again
 */
export async function dropQueues(table: QueueTable, derivedOffset: number, isUnwanted: (queue: ConsumeQueue) => boolean): Promise<void> {
  for (const queue of [...table.all()]) {
    if (queue.topic === SystemTopic.SCHEDULE || !isUnwanted(queue)) continue;
    queue.reset(derivedOffset);
    await queue.files.removeAll();
  }
}
