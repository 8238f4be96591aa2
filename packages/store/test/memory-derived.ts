import { peekRecord } from '@rocketmq-ts/remoting-protocol';
import type { Derived, LogCursor, LogReader, OpenDerived } from '../src/log-reader.ts';
import type { ArrivalListener, GetMessageResult, QueueReader } from '../src/ports.ts';

/**
 * The derive side as a table in memory, built from the whole log at each start: for tests of the log alone. Keeps no
 * file, has no index, filters nothing.
 */
export const openMemoryDerived: OpenDerived = (_env, _options, log) => Promise.resolve(new MemoryDerived(log));

class MemoryDerived implements Derived {
  readonly durableQueueOffset = 0;
  readonly durableIndexOffset = 0;
  readonly logicsMsgTimestamp = 0;
  readonly indexMsgTimestamp = 0;
  readonly queues: QueueReader;
  readonly #log: LogReader;
  readonly #cursor: LogCursor;
  readonly #units = new Map<string, { physicalOffset: number; sizeBytes: number }[]>();

  constructor(log: LogReader) {
    this.#log = log;
    this.#cursor = log.cursor(log.minOffset);
    this.queues = {
      getMessage: (topic, queueId, queueOffset, maxCount) => this.#get(topic, queueId, queueOffset, maxCount),
      minQueueOffset: () => 0,
      maxQueueOffset: (topic, queueId) => this.nextQueueOffset(topic, queueId),
      offsetByTime: () => 0,
      storeTimestampOf: () => -1,
      earliestStoreTimestamp: () => -1,
      isInMemory: () => true,
    };
  }

  get derivedOffset(): number {
    return this.#cursor.position;
  }

  derive(maxBytes: number, listener: ArrivalListener | undefined): boolean {
    const stopAt = this.#cursor.position + maxBytes;
    while (this.#cursor.position < stopAt) {
      const record = this.#cursor.next();
      if (record === undefined) return false;
      const topic = peekRecord.topic(record.buffer, record.at);
      const queueId = peekRecord.queueId(record.buffer, record.at);
      const queueOffset = peekRecord.queueOffset(record.buffer, record.at);
      this.#unitsOf(topic, queueId)[queueOffset] = { physicalOffset: record.physicalOffset, sizeBytes: record.sizeBytes };
      listener?.messageArrived(topic, queueId, queueOffset + 1, 0);
    }
    return this.#cursor.position < this.#log.readableEnd;
  }

  nextQueueOffset(topic: string, queueId: number): number {
    return this.#unitsOf(topic, queueId).length;
  }

  flush(): void {}
  datasync(): Promise<void> {
    return Promise.resolve();
  }
  deleteBefore(): Promise<void> {
    return Promise.resolve();
  }
  dropQueues(keep: (topic: string) => boolean): Promise<void> {
    for (const key of this.#units.keys()) if (!keep(key.slice(key.indexOf(' ') + 1))) this.#units.delete(key);
    return Promise.resolve();
  }
  truncateTo(): void {}
  stop(): Promise<void> {
    return Promise.resolve();
  }
  queryByKey(): { records: Buffer[]; indexLastUpdateTimestamp: number; indexLastUpdatePhysicalOffset: number } {
    return { records: [], indexLastUpdateTimestamp: 0, indexLastUpdatePhysicalOffset: 0 };
  }

  #unitsOf(topic: string, queueId: number): { physicalOffset: number; sizeBytes: number }[] {
    const key = `${queueId} ${topic}`;
    let units = this.#units.get(key);
    if (units === undefined) this.#units.set(key, (units = []));
    return units;
  }

  #get(topic: string, queueId: number, queueOffset: number, maxCount: number): GetMessageResult {
    const units = this.#unitsOf(topic, queueId);
    const records: Buffer[] = [];
    let next = queueOffset;
    for (; next < units.length && records.length < maxCount; next++) {
      const unit = units[next];
      const record = unit === undefined ? undefined : this.#log.record(unit.physicalOffset, unit.sizeBytes);
      if (record !== undefined) records.push(record);
    }
    const bytes = records.reduce((sum, record) => sum + record.length, 0);
    const status = records.length > 0 ? 'FOUND' : 'OFFSET_OVERFLOW_ONE';
    return { status, nextBeginOffset: next, minOffset: 0, maxOffset: units.length, records, messageCount: records.length, bytes, suggestPullingFromSlave: false };
  }
}
