/**
 * Records → messages, for consumers and tools: bodies of PULL_MESSAGE, QUERY_MESSAGE and VIEW_MESSAGE_BY_ID answers.
 * A record that can't be given out (CRC, compression) does not hide its neighbours, which Java's reader does.
 *
 * Source: common/message/MessageDecoder.java decode, decodes (4.6.0)
 */
import { inflateSync } from 'node:zlib';
import { readInt64Saturated } from '../bytes/int64.ts';
import { RecordError } from '../errors.ts';
import { MessageSysFlag } from './flags.ts';
import { readHost } from './host-address.ts';
import type { MessageExt } from './message.ts';
import { encodeOffsetMsgId } from './message-id.ts';
import { decodeProperties } from './properties-codec.ts';
import { PropertyName } from './property-names.ts';
import { checkRecord } from './record-check.ts';
import { peekRecord, RECORD_FIXED_BYTES, RecordOffset, storeTimestampOffset } from './record-layout.ts';
import { RecordView } from './record-view.ts';

/** A compressed body may become this large and no larger. */
export const INFLATED_BODY_BYTES_MAX = 32 * 1024 * 1024;

const NOWHERE = { queueId: -1, queueOffset: -1, physicalOffset: -1 };

/**
 * The message of the record at `at`. Its body is a view of `buffer`, or fresh memory when it was compressed.
 *
 * @throws RecordError RECORD_CUT, RECORD_MAGIC, RECORD_LENGTHS, RECORD_OFFSETS, RECORD_CRC, RECORD_INFLATE
 */
export function decodeRecord(buffer: Buffer, at = 0): MessageExt {
  assertSound(buffer, at);
  const sysFlag = peekRecord.sysFlag(buffer, at);
  const storeTimestampAt = at + storeTimestampOffset(sysFlag);
  const storeHost = readHost(buffer, storeTimestampAt + 8, (sysFlag & MessageSysFlag.STOREHOST_V6) !== 0);
  const bodyAt = peekRecord.bodyAt(buffer, at);
  const propertiesAt = peekRecord.propertiesAt(buffer, at);
  const storeSize = peekRecord.totalSize(buffer, at);
  const properties = decodeProperties(buffer.subarray(propertiesAt, at + storeSize));
  const commitLogOffset = peekRecord.physicalOffset(buffer, at);
  const offsetMsgId = encodeOffsetMsgId(storeHost, commitLogOffset);
  return {
    topic: peekRecord.topic(buffer, at),
    body: bodyOf(buffer, at, bodyAt, sysFlag),
    flag: peekRecord.flag(buffer, at),
    properties,
    queueId: peekRecord.queueId(buffer, at),
    storeSize,
    queueOffset: peekRecord.queueOffset(buffer, at),
    sysFlag,
    bornTimestamp: peekRecord.bornTimestamp(buffer, at),
    bornHost: readHost(buffer, at + RecordOffset.bornHost, (sysFlag & MessageSysFlag.BORNHOST_V6) !== 0),
    storeTimestamp: peekRecord.storeTimestamp(buffer, at),
    storeHost,
    msgId: properties.get(PropertyName.UNIQ_CLIENT_MESSAGE_ID_KEYIDX) ?? offsetMsgId,
    offsetMsgId,
    commitLogOffset,
    bodyCRC: peekRecord.bodyCRC(buffer, at),
    reconsumeTimes: peekRecord.reconsumeTimes(buffer, at),
    preparedTransactionOffset: peekRecord.preparedTransactionOffset(buffer, at),
    brokerName: undefined,
  };
}

/**
 * The same without what is costly and seldom asked for (see `RecordView`).
 *
 * @throws RecordError as `decodeRecord`
 */
export function viewRecord(buffer: Buffer, at = 0): RecordView {
  assertSound(buffer, at);
  return new RecordView(buffer, at, bodyOf(buffer, at, peekRecord.bodyAt(buffer, at), peekRecord.sysFlag(buffer, at)));
}

const WITH_CRC = { crc: true };

function assertSound(buffer: Buffer, at: number): void {
  const problem = checkRecord(buffer, at, buffer.length, WITH_CRC);
  if (problem !== undefined) throw recordError(buffer, at, `RECORD_${problem}`, `the record is damaged (${problem})`);
}

function bodyOf(buffer: Buffer, at: number, bodyAt: number, sysFlag: number): Buffer {
  const stored = buffer.subarray(bodyAt, bodyAt + peekRecord.bodyBytes(buffer, at));
  if ((sysFlag & MessageSysFlag.COMPRESSED) === 0 || stored.length === 0) return stored;
  try {
    return inflateSync(stored, { maxOutputLength: INFLATED_BODY_BYTES_MAX });
  } catch (cause) {
    throw recordError(buffer, at, 'RECORD_INFLATE', 'the body is marked compressed and can not be inflated', cause);
  }
}

/**
 * All messages of concatenated records.
 *
 * @param onDamaged hears of each record that can't be given out; reading goes on behind it as long as its size can be
 * trusted. Without it the first such record throws, so that nothing is lost unseen.
 * @throws RecordError
 */
export function decodeRecords(buffer: Buffer, onDamaged?: (error: RecordError) => void): MessageExt[] {
  return readRecords(buffer, decodeRecord, onDamaged);
}

/** The same as views. @throws RecordError */
export function viewRecords(buffer: Buffer, onDamaged?: (error: RecordError) => void): RecordView[] {
  return readRecords(buffer, viewRecord, onDamaged);
}

function readRecords<M extends MessageExt>(buffer: Buffer, read: (buffer: Buffer, at: number) => M, onDamaged: ((error: RecordError) => void) | undefined): M[] {
  const messages: M[] = [];
  let at = 0;
  while (at < buffer.length) {
    try {
      const message = read(buffer, at);
      messages.push(message);
      at += message.storeSize;
    } catch (error) {
      if (onDamaged === undefined || !(error instanceof RecordError)) throw error;
      onDamaged(error);
      if (error.sizeBytes === 0) break;
      at += error.sizeBytes;
    }
  }
  return messages;
}

/** Says as much of where the record belongs as its bytes tell. */
function recordError(buffer: Buffer, at: number, code: string, message: string, cause?: unknown): RecordError {
  const left = buffer.length - at;
  const size = left >= RECORD_FIXED_BYTES && code !== 'RECORD_MAGIC' && code !== 'RECORD_CUT' ? peekRecord.totalSize(buffer, at) : 0;
  const sizeBytes = size >= RECORD_FIXED_BYTES && size <= left ? size : 0;
  const place = sizeBytes > 0 ? placeOf(buffer, at) : NOWHERE;
  return new RecordError(code, `${message} at byte ${at}`, { at, sizeBytes, ...place }, cause);
}

/** Of a record that may be damaged anywhere, so nothing here throws. */
function placeOf(buffer: Buffer, at: number): typeof NOWHERE {
  return {
    queueId: peekRecord.queueId(buffer, at),
    queueOffset: readInt64Saturated(buffer, at + RecordOffset.queueOffset),
    physicalOffset: readInt64Saturated(buffer, at + RecordOffset.physicalOffset),
  };
}
