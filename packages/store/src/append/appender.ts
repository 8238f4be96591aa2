import { type Clock, DiskError } from '@rocketmq-ts/kernel';
import {
  type BatchItem,
  type HostAddress,
  hostSysFlag,
  MessageSysFlag,
  ProtocolError,
  readBatchBody,
  RECORD_PROPERTIES_BYTES_MAX,
  RECORD_TOPIC_BYTES_MAX,
  type RecordFields,
  recordSize,
  writeRecord,
} from '@rocketmq-ts/remoting-protocol';
import { BLANK_SIZE_MIN, isTransactional, takesQueueOffset } from '../format/commit-log-layout.ts';
import { guardedCapacity } from '../format/tail-guard-layout.ts';
import type { Slab } from '../log/hot-tail.ts';
import type { Appended, AppendResult, MessageToStore, StoreOptions } from '../ports.ts';
import type { StoreCounters } from '../stats.ts';
import type { Writeability } from '../writeability.ts';
import type { LogTail } from './log-tail.ts';
import type { QueueOffsets, TopicQueues } from './queue-offsets.ts';

export interface AppenderParts {
  readonly clock: Clock;
  readonly tail: LogTail;
  readonly queueOffsets: QueueOffsets;
  readonly writeability: Writeability;
  readonly counters: StoreCounters;
  readonly options: Pick<StoreOptions, 'maxMessageSize' | 'mappedFileSizeCommitLog'>;
  /** Something waits for the turn's write. */
  readonly onAppended: () => void;
  /** The next file could not be created. */
  readonly onFileFailed: (error: DiskError) => void;
}

/** What the codec is given; the appender's own to change. */
type MutableRecord = { -readonly [key in keyof RecordFields]: RecordFields[key] };

const NOT_AVAILABLE: AppendResult = Object.freeze({ status: 'SERVICE_NOT_AVAILABLE' });
const ILLEGAL: AppendResult = Object.freeze({ status: 'MESSAGE_ILLEGAL' });
const PROPERTIES_EXCEEDED: AppendResult = Object.freeze({ status: 'PROPERTIES_SIZE_EXCEEDED' });

const NO_BYTES = Buffer.alloc(0);
const NO_HOST: HostAddress = { ip: '0.0.0.0', port: 0 };
const HOST_BITS = MessageSysFlag.BORNHOST_V6 | MessageSysFlag.STOREHOST_V6;

/**
 * The single writer: gives each message its queue offset and physical offset and encodes it into the slab at the end
 * of the log. Synchronous from the first look to the commit: no await below.
 */
export class Appender {
  readonly #parts: AppenderParts;
  /** One object for all records. */
  readonly #record: MutableRecord = {
    topic: '',
    queueId: 0,
    flag: 0,
    sysFlag: 0,
    queueOffset: 0,
    physicalOffset: 0,
    bornTimestamp: 0,
    bornHost: NO_HOST,
    storeTimestamp: 0,
    storeHost: NO_HOST,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    body: NO_BYTES,
    properties: NO_BYTES,
  };

  constructor(parts: AppenderParts) {
    this.#parts = parts;
  }

  /** Store time of the last record; 0: none since the start. */
  get newestStoreTimestamp(): number {
    return this.#record.storeTimestamp;
  }

  append(message: MessageToStore): AppendResult {
    const refusal = this.#refusal(message);
    if (refusal !== undefined) return this.#refuse(refusal);
    const queues = this.#parts.queueOffsets.of(message.topic);
    const record = this.#fill(message);
    const size = recordSize(record.sysFlag, message.body.length, queues.topicSizeBytes, message.properties.length);
    if (!this.#fits(size, queues)) return this.#refuse(ILLEGAL);
    const slab = this.#reserve(size);
    if (slab === undefined) return this.#refuse(NOT_AVAILABLE);

    const takesPlace = takesQueueOffset(record.sysFlag);
    const queueOffset = takesPlace ? queues.next(message.queueId) : 0;
    record.flag = message.flag;
    record.body = message.body;
    record.properties = message.properties;
    record.preparedTransactionOffset = message.preparedTransactionOffset;
    const physicalOffset = this.#put(slab, 0, queueOffset);
    this.#parts.tail.commit(slab, size);
    if (takesPlace) queues.advance(message.queueId, queueOffset + 1);
    return this.#appended(physicalOffset, queueOffset, [physicalOffset], size);
  }

  /**
   * All items of a batch, contiguous in one file, or none.
   * Java differs: what is too long or not whole makes it throw, which the client sees as SYSTEM_ERROR.
   */
  appendBatch(message: MessageToStore): AppendResult {
    const refusal = this.#refusal(message);
    if (refusal !== undefined) return this.#refuse(refusal);
    const items = readItems(message.body);
    if (items === undefined || items.length === 0 || isTransactional(message.sysFlag)) return this.#refuse(ILLEGAL);
    const queues = this.#parts.queueOffsets.of(message.topic);
    const record = this.#fill(message);
    let totalSize = 0;
    for (const item of items) totalSize += recordSize(record.sysFlag, item.body.length, queues.topicSizeBytes, item.properties.length);
    if (!this.#fits(totalSize, queues)) return this.#refuse(ILLEGAL);
    const slab = this.#reserve(totalSize);
    if (slab === undefined) return this.#refuse(NOT_AVAILABLE);

    const queueOffset = queues.next(message.queueId);
    const physicalOffsets: number[] = [];
    record.preparedTransactionOffset = 0;
    let filled = 0;
    for (const item of items) {
      record.flag = item.flag;
      record.body = item.body;
      record.properties = item.properties;
      physicalOffsets.push(this.#put(slab, filled, queueOffset + physicalOffsets.length));
      filled += recordSize(record.sysFlag, item.body.length, queues.topicSizeBytes, item.properties.length);
    }
    this.#parts.tail.commit(slab, totalSize);
    queues.advance(message.queueId, queueOffset + physicalOffsets.length);
    return this.#appended(physicalOffsets[0] as number, queueOffset, physicalOffsets, totalSize);
  }

  /** What can be said before the message is looked at closely. Java's order. */
  #refusal(message: MessageToStore): AppendResult | undefined {
    if (!this.#parts.writeability.isWriteable) return NOT_AVAILABLE;
    if (message.topic.length > RECORD_TOPIC_BYTES_MAX) return ILLEGAL;
    if (message.properties.length > RECORD_PROPERTIES_BYTES_MAX) return PROPERTIES_EXCEEDED;
    return undefined;
  }

  #fill(message: MessageToStore): MutableRecord {
    const record = this.#record;
    record.topic = message.topic;
    record.queueId = message.queueId;
    record.sysFlag = (message.sysFlag & ~HOST_BITS) | hostSysFlag(message.bornHost, message.storeHost);
    record.bornTimestamp = message.bornTimestamp;
    record.bornHost = message.bornHost;
    record.storeTimestamp = this.#parts.clock.wallMs();
    record.storeHost = message.storeHost;
    record.reconsumeTimes = message.reconsumeTimes;
    return record;
  }

  #fits(size: number, queues: TopicQueues): boolean {
    const { maxMessageSize, mappedFileSizeCommitLog } = this.#parts.options;
    return size <= maxMessageSize && size + BLANK_SIZE_MIN <= guardedCapacity(mappedFileSizeCommitLog) && queues.topicSizeBytes <= RECORD_TOPIC_BYTES_MAX;
  }

  #reserve(size: number): Slab | undefined {
    try {
      return this.#parts.tail.reserve(size);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#parts.onFileFailed(error);
      return undefined;
    }
  }

  /** Encodes the record `filled` bytes behind the slab's end; returns its place in the log. */
  #put(slab: Slab, filled: number, queueOffset: number): number {
    const at = slab.used + filled;
    const physicalOffset = slab.baseOffset + at;
    this.#record.queueOffset = queueOffset;
    this.#record.physicalOffset = physicalOffset;
    writeRecord(slab.buffer, at, this.#record);
    return physicalOffset;
  }

  #appended(physicalOffset: number, queueOffset: number, physicalOffsets: readonly number[], size: number): Appended {
    this.#parts.counters.putTimesTotal += physicalOffsets.length;
    this.#parts.counters.putSizeTotal += size;
    this.#parts.onAppended();
    const { storeTimestamp } = this.#record;
    // The slab has the bytes; the caller's buffers are let go of.
    this.#record.body = NO_BYTES;
    this.#record.properties = NO_BYTES;
    return { status: 'APPENDED', physicalOffset, endOffset: physicalOffset + size, queueOffset, storeTimestamp, physicalOffsets };
  }

  #refuse(result: AppendResult): AppendResult {
    this.#parts.counters.putFailedTimes += 1;
    return result;
  }
}

/** The items of a batch body; undefined when it is not made of whole ones. */
function readItems(body: Uint8Array): BatchItem[] | undefined {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.length);
  try {
    return [...readBatchBody(bytes)];
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
