/** What brokers ask of consume queues, by topic and queue: Java's answers for queues that do not exist included. */
import type { Clock } from '@rocketmq-ts/kernel';
import type { QueueTable } from '../derive/queue-table.ts';
import { isRecordUnit, unitPhysicalOffset } from '../format/consume-queue-unit.ts';
import type { GetMessageResult, QueueReader, TagsFilter } from '../ports.ts';
import type { StoreCounters } from '../stats.ts';
import { getMessage, isFarBehind, type ReadParts } from './get-message.ts';
import { offsetByTime, storeTimestampAt } from './offset-by-time.ts';

export interface QueueReaderParts extends ReadParts {
  readonly table: QueueTable;
  readonly clock: Clock;
  readonly counters: StoreCounters;
}

export class DerivedQueueReader implements QueueReader {
  readonly #parts: QueueReaderParts;

  constructor(parts: QueueReaderParts) {
    this.#parts = parts;
  }

  getMessage(topic: string, queueId: number, queueOffset: number, maxCount: number, filter: TagsFilter | undefined): GetMessageResult {
    const { clock, counters, table } = this.#parts;
    const begin = clock.monotonicMs();
    const result = getMessage(this.#parts, table.get(topic, queueId), { queueOffset, maxCount, filter });
    if (result.status === 'FOUND') counters.getFoundTimes++;
    else counters.getMissTimes++;
    counters.getTransferredMessages += result.messageCount;
    counters.getEntireTimeMax = Math.max(counters.getEntireTimeMax, clock.monotonicMs() - begin);
    return result;
  }

  minQueueOffset(topic: string, queueId: number): number {
    return this.#parts.table.get(topic, queueId)?.minUnit ?? 0;
  }

  maxQueueOffset(topic: string, queueId: number): number {
    return this.#parts.table.get(topic, queueId)?.nextUnit ?? 0;
  }

  offsetByTime(topic: string, queueId: number, wallMs: number): number {
    const queue = this.#parts.table.get(topic, queueId);
    return queue === undefined ? 0 : offsetByTime(this.#parts.reader, queue, wallMs);
  }

  storeTimestampOf(topic: string, queueId: number, queueOffset: number): number {
    const queue = this.#parts.table.get(topic, queueId);
    return queue === undefined ? -1 : storeTimestampAt(this.#parts.reader, queue, queueOffset);
  }

  earliestStoreTimestamp(topic: string, queueId: number): number {
    const queue = this.#parts.table.get(topic, queueId);
    return queue === undefined ? -1 : storeTimestampAt(this.#parts.reader, queue, queue.minUnit);
  }

  isInMemory(topic: string, queueId: number, queueOffset: number): boolean {
    const queue = this.#parts.table.get(topic, queueId);
    if (queue === undefined || queueOffset < queue.minUnit || queueOffset >= queue.nextUnit) return true;
    const { buffer, at } = queue.read(queueOffset, 1);
    return !isRecordUnit(buffer, at) || !isFarBehind(this.#parts.options, this.#parts.reader.readableEnd - unitPhysicalOffset(buffer, at));
  }
}
