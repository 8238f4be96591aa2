/**
 * The commit log's bytes, big-endian. A file of `mappedFileSizeCommitLog` bytes holds records back to back:
 *
 *   | record | record | … | blank: size of the rest (4), 0xCBD43194 (4), anything |
 *
 * | offset | size   | field             | meaning                                            |
 * |--------|--------|-------------------|----------------------------------------------------|
 * | 0      | 4      | totalSize         | of the whole record; 0: never written              |
 * | 4      | 4      | magic             | 0xDAA320A7                                         |
 * | 8      | 4      | bodyCRC           | CRC-32 of the body & 0x7FFFFFFF                    |
 * | 12     | 4      | queueId           |                                                    |
 * | 16     | 4      | flag              | the user's                                         |
 * | 20     | 8      | queueOffset       | 0 for prepared and rollback records                |
 * | 28     | 8      | physicalOffset    | of this record: what makes a whole record provable |
 * | 36     | 4      | sysFlag           | 0x10, 0x20: born, store host is IPv6               |
 * | 40     | 8      | bornTimestamp     |                                                    |
 * | 48     | 8 / 20 | bornHost          | address, port as 4 bytes                           |
 * | +0     | 8      | storeTimestamp    |                                                    |
 * | +8     | 8 / 20 | storeHost         |                                                    |
 * | +0     | 4      | reconsumeTimes    |                                                    |
 * | +4     | 8      | preparedTransactionOffset |                                            |
 * | +12    | 4 + n  | body              |                                                    |
 * |        | 1 + n  | topic             | at most 127 bytes                                  |
 * |        | 2 + n  | properties        | at most 32767 bytes                                |
 *
 * A record never straddles files: when record + 8 exceeds what is left, a blank ends the file.
 * Source: store/CommitLog.java checkMessageAndReturnSize, DefaultAppendMessageCallback (4.6.0)
 */
import {
  BLANK_BYTES,
  BLANK_MAGIC,
  bodyLengthOffset,
  checkRecord as checkWholeRecord,
  MESSAGE_MAGIC,
  peekRecord,
  RECORD_FIXED_BYTES,
  RECORD_HEAD_BYTES,
  RecordOffset,
  recordSize,
  storeTimestampOffset,
} from '@rocketmq-ts/remoting-protocol';

export { BLANK_MAGIC, bodyLengthOffset, recordSize, storeTimestampOffset };

export const RECORD_MAGIC = MESSAGE_MAGIC;
/** Every file keeps this much room for its blank. */
export const BLANK_SIZE_MIN = BLANK_BYTES;
/** A record with IPv4 hosts, and nothing in body, topic and properties. */
export const RECORD_SIZE_MIN = RECORD_FIXED_BYTES;

export const QUEUE_ID_AT = RecordOffset.queueId;
export const QUEUE_OFFSET_AT = RecordOffset.queueOffset;
export const PHYSICAL_OFFSET_AT = RecordOffset.physicalOffset;
export const SYS_FLAG_AT = RecordOffset.sysFlag;

const TRANSACTION_TYPE_MASK = 0xc;
const TRANSACTION_PREPARED = 0x4;
const TRANSACTION_ROLLBACK = 0xc;

/** What `checkRecord` says when there is no whole record; a whole one is its size, above 0. */
export const Verdict = {
  /** Size and magic are 0: nothing was ever written here. */
  unwritten: 0,
  /** The blank that ends a file. */
  blank: -1,
  /** The head is not one of a record at this place, or the lengths inside disagree. */
  damaged: -2,
  /** Everything is sound but the body, which is not what its CRC says. */
  bodyDamaged: -3,
  /** The head announces more bytes than were given. */
  cut: -4,
} as const;

const WITH_CRC = { crc: true };
const WITHOUT_CRC = { crc: false };

/**
 * Judges the bytes at `at`: the size of a whole record, or a `Verdict`.
 *
 * @param end first byte behind what may be looked at
 * @param physicalOffset where in the log `at` is; a record that says otherwise is not one
 * @param fileRest bytes from `at` to the end of its file: no record may be longer, a blank is exactly as long
 */
export function checkRecord(buffer: Buffer, at: number, end: number, physicalOffset: number, fileRest: number, withBodyCrc: boolean): number {
  if (end - at < BLANK_SIZE_MIN) return Verdict.cut;
  const totalSize = peekRecord.totalSize(buffer, at);
  const magic = peekRecord.magic(buffer, at);
  if (magic !== RECORD_MAGIC) {
    if (magic === BLANK_MAGIC) return totalSize === fileRest ? Verdict.blank : Verdict.damaged;
    return magic === 0 && totalSize === 0 ? Verdict.unwritten : Verdict.damaged;
  }
  if (totalSize < RECORD_SIZE_MIN || totalSize > fileRest - BLANK_SIZE_MIN) return Verdict.damaged;
  if (end - at < RECORD_HEAD_BYTES) return Verdict.cut;
  if (!isInt64(buffer, at + PHYSICAL_OFFSET_AT, physicalOffset)) return Verdict.damaged;
  if (end - at < totalSize) return Verdict.cut;
  const problem = checkWholeRecord(buffer, at, end, withBodyCrc ? WITH_CRC : WITHOUT_CRC);
  if (problem === undefined) return totalSize;
  return problem === 'CRC' ? Verdict.bodyDamaged : Verdict.damaged;
}

function isInt64(buffer: Buffer, at: number, value: number): boolean {
  return buffer.readInt32BE(at) * 0x1_0000_0000 + buffer.readUInt32BE(at + 4) === value;
}

/** Whether a record with these flags takes a place in its queue: all but prepared and rollback ones. */
export function takesQueueOffset(sysFlag: number): boolean {
  const type = sysFlag & TRANSACTION_TYPE_MASK;
  return type !== TRANSACTION_PREPARED && type !== TRANSACTION_ROLLBACK;
}

export function isTransactional(sysFlag: number): boolean {
  return (sysFlag & TRANSACTION_TYPE_MASK) !== 0;
}

/** Writes the 8 bytes that end a file; the rest of the file stays as it is. */
export function writeBlank(buffer: Buffer, at: number, fileRest: number): void {
  buffer.writeInt32BE(fileRest, at);
  buffer.writeInt32BE(BLANK_MAGIC, at + 4);
}

/** Store time of a record whose head is sound. */
export function storeTimestampOf(buffer: Buffer, at: number): number {
  return peekRecord.storeTimestamp(buffer, at);
}
