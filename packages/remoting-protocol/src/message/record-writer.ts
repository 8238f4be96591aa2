/**
 * Encodes a record straight into memory that somebody else owns: the store's slab. No buffer of its own, no copy besides
 * the one of body and properties. The table of the fields is in record-layout.ts.
 *
 * Source: store/CommitLog.java DefaultAppendMessageCallback (4.6.0)
 */
import { assert } from '@rocketmq-ts/kernel';
import { crc32Of } from '../bytes/crc.ts';
import { writeInt32, writeInt64 } from '../bytes/int64.ts';
import { textSize, writeText } from '../bytes/text.ts';
import { writeHost } from './host-address.ts';
import type { HostAddress } from './message.ts';
import { bodyLengthOffset, MESSAGE_MAGIC, RECORD_PROPERTIES_BYTES_MAX, RECORD_TOPIC_BYTES_MAX, RecordOffset, recordSize, storeTimestampOffset } from './record-layout.ts';

/** Everything a record holds besides its size, magic and CRC. */
export interface RecordFields {
  readonly topic: string;
  readonly queueId: number;
  readonly flag: number;
  /** With the V6 bits that `hostSysFlag(bornHost, storeHost)` gives. */
  readonly sysFlag: number;
  readonly queueOffset: number;
  readonly physicalOffset: number;
  readonly bornTimestamp: number;
  readonly bornHost: HostAddress;
  readonly storeTimestamp: number;
  readonly storeHost: HostAddress;
  readonly reconsumeTimes: number;
  readonly preparedTransactionOffset: number;
  readonly body: Uint8Array;
  /** Encoded; see properties-codec.ts. */
  readonly properties: Uint8Array;
}

/** Bytes that `writeRecord` will write. */
export function recordSizeOf(fields: Pick<RecordFields, 'sysFlag' | 'body' | 'topic' | 'properties'>): number {
  return recordSize(fields.sysFlag, fields.body.length, textSize(fields.topic), fields.properties.length);
}

/**
 * Writes the whole record at `at` and returns its size. The caller has checked the limits of topic and properties and has
 * made room for `recordSizeOf(fields)` bytes.
 */
export function writeRecord(target: Buffer, at: number, fields: RecordFields): number {
  const { sysFlag, body, properties } = fields;
  const size = recordSizeOf(fields);
  assert(properties.length <= RECORD_PROPERTIES_BYTES_MAX, 'properties of a record are at most 32767 bytes');
  const storeTimestampAt = at + storeTimestampOffset(sysFlag);
  const bodyLengthAt = at + bodyLengthOffset(sysFlag);
  writeInt32(target, at, size);
  writeInt32(target, at + RecordOffset.magic, MESSAGE_MAGIC);
  writeInt32(target, at + RecordOffset.bodyCRC, body.length === 0 ? 0 : crc32Of(body));
  writeInt32(target, at + RecordOffset.queueId, fields.queueId);
  writeInt32(target, at + RecordOffset.flag, fields.flag);
  writeInt64(target, at + RecordOffset.queueOffset, fields.queueOffset);
  writeInt64(target, at + RecordOffset.physicalOffset, fields.physicalOffset);
  writeInt32(target, at + RecordOffset.sysFlag, sysFlag);
  writeInt64(target, at + RecordOffset.bornTimestamp, fields.bornTimestamp);
  const bornHostEnd = writeHost(target, at + RecordOffset.bornHost, fields.bornHost);
  assert(bornHostEnd === storeTimestampAt, 'sysFlag says of which family the born host is');
  writeInt64(target, storeTimestampAt, fields.storeTimestamp);
  const storeHostEnd = writeHost(target, storeTimestampAt + 8, fields.storeHost);
  assert(storeHostEnd === bodyLengthAt - 12, 'sysFlag says of which family the store host is');
  writeInt32(target, storeHostEnd, fields.reconsumeTimes);
  writeInt64(target, storeHostEnd + 4, fields.preparedTransactionOffset);
  writeInt32(target, bodyLengthAt, body.length);
  target.set(body, bodyLengthAt + 4);
  const topicLengthAt = bodyLengthAt + 4 + body.length;
  const topicEnd = writeText(target, topicLengthAt + 1, fields.topic);
  assert(topicEnd - topicLengthAt - 1 <= RECORD_TOPIC_BYTES_MAX, 'the topic of a record is at most 127 bytes');
  target[topicLengthAt] = topicEnd - topicLengthAt - 1;
  target[topicEnd] = properties.length >>> 8;
  target[topicEnd + 1] = properties.length;
  target.set(properties, topicEnd + 2);
  return size;
}
