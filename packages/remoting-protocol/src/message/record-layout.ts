/**
 * The commit-log record: how every message lies in the log, travels to consumers and is viewed by tools. Big-endian.
 *
 * offset | size    | type  | field                     | meaning
 * 0      | 4       | int32 | totalSize                 | whole record
 * 4      | 4       | int32 | magic                     | 0xDAA320A7; 0xCBD43194 marks a blank to the end of the file
 * 8      | 4       | int32 | bodyCRC                   | CRC-32 & 0x7FFFFFFF of the body as stored; 0 for no body
 * 12     | 4       | int32 | queueId                   |
 * 16     | 4       | int32 | flag                      | the user's own
 * 20     | 8       | int64 | queueOffset               | position in its queue
 * 28     | 8       | int64 | physicalOffset            | of this record in the log
 * 36     | 4       | int32 | sysFlag                   | MessageSysFlag
 * 40     | 8       | int64 | bornTimestamp             | ms, by the producer
 * 48     | 8 or 20 | host  | bornHost                  | 20 when sysFlag has BORNHOST_V6
 * B      | 8       | int64 | storeTimestamp            | ms, by the broker; B = 56 or 68
 * B + 8  | 8 or 20 | host  | storeHost                 | 20 when sysFlag has STOREHOST_V6
 * S      | 4       | int32 | reconsumeTimes            | S = B + 16 or B + 28
 * S + 4  | 8       | int64 | preparedTransactionOffset |
 * S + 12 | 4 + n   | bytes | body                      | as received, maybe compressed
 * …      | 1 + n   | text  | topic                     | UTF-8, at most 127 bytes
 * …      | 2 + n   | text  | properties                | properties-codec.ts, at most 32767 bytes
 *
 * 91 bytes besides body, topic and properties when both hosts are IPv4.
 * Source: store/CommitLog.java calMsgLength, DefaultAppendMessageCallback; common/message/MessageDecoder.java (4.6.0)
 */
import { utf8Text } from '../bytes/text.ts';
import { readInt32, readInt64, readInt64Saturated } from '../bytes/int64.ts';
import { MessageSysFlag } from './flags.ts';

export const MESSAGE_MAGIC = 0xdaa320a7 | 0;
export const BLANK_MAGIC = 0xcbd43194 | 0;
/** Size and magic: all that a blank has. */
export const BLANK_BYTES = 8;

/** Record bytes without body, topic and properties, both hosts IPv4. */
export const RECORD_FIXED_BYTES = 91;
const V6_EXTRA_BYTES = 12;
/** Up to here everything is at a fixed place. */
export const RECORD_HEAD_BYTES = 48;
export const RECORD_TOPIC_BYTES_MAX = 127;
export const RECORD_PROPERTIES_BYTES_MAX = 32767;

export const RecordOffset = {
  totalSize: 0,
  magic: 4,
  bodyCRC: 8,
  queueId: 12,
  flag: 16,
  queueOffset: 20,
  physicalOffset: 28,
  sysFlag: 36,
  bornTimestamp: 40,
  bornHost: 48,
} as const;

/** Bytes of a whole record. */
export function recordSize(sysFlag: number, bodyBytes: number, topicBytes: number, propertiesBytes: number): number {
  return RECORD_FIXED_BYTES + extraHostBytes(sysFlag) + bodyBytes + topicBytes + propertiesBytes;
}

function extraHostBytes(sysFlag: number): number {
  return ((sysFlag & MessageSysFlag.BORNHOST_V6) === 0 ? 0 : V6_EXTRA_BYTES) + ((sysFlag & MessageSysFlag.STOREHOST_V6) === 0 ? 0 : V6_EXTRA_BYTES);
}

/** Offset of storeTimestamp from the record's start. */
export function storeTimestampOffset(sysFlag: number): number {
  return (sysFlag & MessageSysFlag.BORNHOST_V6) === 0 ? 56 : 68;
}

/** Offset of the length word of the body. */
export function bodyLengthOffset(sysFlag: number): number {
  return 84 + extraHostBytes(sysFlag);
}

/**
 * Fields of a record in place, without decoding the rest. `at` is where the record starts; the caller knows that a whole,
 * well-formed record lies there (`checkRecord`).
 */
export const peekRecord = {
  totalSize: (buffer: Buffer, at: number): number => readInt32(buffer, at),
  magic: (buffer: Buffer, at: number): number => readInt32(buffer, at + RecordOffset.magic),
  bodyCRC: (buffer: Buffer, at: number): number => readInt32(buffer, at + RecordOffset.bodyCRC),
  queueId: (buffer: Buffer, at: number): number => readInt32(buffer, at + RecordOffset.queueId),
  flag: (buffer: Buffer, at: number): number => readInt32(buffer, at + RecordOffset.flag),
  queueOffset: (buffer: Buffer, at: number): number => readInt64(buffer, at + RecordOffset.queueOffset),
  physicalOffset: (buffer: Buffer, at: number): number => readInt64(buffer, at + RecordOffset.physicalOffset),
  sysFlag: (buffer: Buffer, at: number): number => readInt32(buffer, at + RecordOffset.sysFlag),
  bornTimestamp: (buffer: Buffer, at: number): number => readInt64Saturated(buffer, at + RecordOffset.bornTimestamp),
  storeTimestamp: (buffer: Buffer, at: number): number => readInt64Saturated(buffer, at + storeTimestampOffset(peekRecord.sysFlag(buffer, at))),
  reconsumeTimes: (buffer: Buffer, at: number): number => readInt32(buffer, bodyLengthAt(buffer, at) - 12),
  preparedTransactionOffset: (buffer: Buffer, at: number): number => readInt64Saturated(buffer, bodyLengthAt(buffer, at) - 8),
  /** First byte of the body. */
  bodyAt: (buffer: Buffer, at: number): number => bodyLengthAt(buffer, at) + 4,
  bodyBytes: (buffer: Buffer, at: number): number => readInt32(buffer, bodyLengthAt(buffer, at)),
  /** First byte of the topic; its length is the byte before. */
  topicAt: (buffer: Buffer, at: number): number => topicLengthAt(buffer, at) + 1,
  topicBytes: (buffer: Buffer, at: number): number => buffer[topicLengthAt(buffer, at)] as number,
  topic(buffer: Buffer, at: number): string {
    const lengthAt = topicLengthAt(buffer, at);
    return utf8Text(buffer, lengthAt + 1, lengthAt + 1 + (buffer[lengthAt] as number));
  },
  /** First byte of the properties; their length is the two bytes before. They end with the record. */
  propertiesAt(buffer: Buffer, at: number): number {
    const lengthAt = topicLengthAt(buffer, at);
    return lengthAt + 3 + (buffer[lengthAt] as number);
  },
  propertiesBytes(buffer: Buffer, at: number): number {
    const propertiesAt = peekRecord.propertiesAt(buffer, at);
    return ((buffer[propertiesAt - 2] as number) << 8) | (buffer[propertiesAt - 1] as number);
  },
} as const;

function bodyLengthAt(buffer: Buffer, at: number): number {
  return at + bodyLengthOffset(peekRecord.sysFlag(buffer, at));
}

function topicLengthAt(buffer: Buffer, at: number): number {
  const lengthAt = bodyLengthAt(buffer, at);
  return lengthAt + 4 + readInt32(buffer, lengthAt);
}
