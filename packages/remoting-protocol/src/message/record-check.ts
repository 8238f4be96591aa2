/**
 * Is there a whole, well-formed record? Asked before anything is read from bytes that came off a disk or a wire. Never
 * throws and takes no memory.
 *
 * Source: store/CommitLog.java checkMessageAndReturnSize (4.6.0)
 */
import { crc32Of } from '../bytes/crc.ts';
import { readInt32 } from '../bytes/int64.ts';
import { BLANK_BYTES, BLANK_MAGIC, bodyLengthOffset, MESSAGE_MAGIC, peekRecord, RECORD_FIXED_BYTES, RecordOffset, recordSize } from './record-layout.ts';

export type RecordProblem =
  /** Fewer bytes than the record, or its head, needs: more may come. */
  | 'CUT'
  /** Not the start of a record. */
  | 'MAGIC'
  /** The lengths inside contradict the whole. */
  | 'LENGTHS'
  /** An offset inside is negative or beyond 2^53. */
  | 'OFFSETS'
  /** The body is not the one that was stored. */
  | 'CRC';

export interface CheckRecordOptions {
  /** Also compare the CRC of the body. */
  readonly crc: boolean;
}

/** Undefined when a whole record starts at `at` and ends before `end`. Its size is `peekRecord.totalSize`. */
export function checkRecord(buffer: Buffer, at: number, end: number, options: CheckRecordOptions): RecordProblem | undefined {
  if (end - at < 8) return 'CUT';
  if (readInt32(buffer, at + RecordOffset.magic) !== MESSAGE_MAGIC) return 'MAGIC';
  const totalSize = readInt32(buffer, at);
  if (totalSize < RECORD_FIXED_BYTES) return 'LENGTHS';
  if (end - at < totalSize) return 'CUT';
  const sysFlag = peekRecord.sysFlag(buffer, at);
  const bodyLengthAt = bodyLengthOffset(sysFlag);
  if (totalSize < recordSize(sysFlag, 0, 0, 0)) return 'LENGTHS';
  const bodyBytes = readInt32(buffer, at + bodyLengthAt);
  if (bodyBytes < 0 || recordSize(sysFlag, bodyBytes, 0, 0) > totalSize) return 'LENGTHS';
  const topicBytes = buffer[at + bodyLengthAt + 4 + bodyBytes] as number;
  if (topicBytes > 127 || recordSize(sysFlag, bodyBytes, topicBytes, 0) > totalSize) return 'LENGTHS';
  const propertiesBytes = peekRecord.propertiesBytes(buffer, at);
  if (propertiesBytes > 32767 || recordSize(sysFlag, bodyBytes, topicBytes, propertiesBytes) !== totalSize) return 'LENGTHS';
  if (!isOffset(buffer, at + RecordOffset.queueOffset) || !isOffset(buffer, at + RecordOffset.physicalOffset)) return 'OFFSETS';
  if (options.crc) {
    const bodyAt = at + bodyLengthAt + 4;
    if ((bodyBytes === 0 ? 0 : crc32Of(buffer, bodyAt, bodyAt + bodyBytes)) !== readInt32(buffer, at + RecordOffset.bodyCRC)) return 'CRC';
  }
  return undefined;
}

function isOffset(buffer: Buffer, at: number): boolean {
  const high = readInt32(buffer, at);
  return high >= 0 && high <= 0x1fffff;
}

/** Bytes up to the end of the file that hold no record, when a blank starts at `at`; 0 when none does. */
export function blankSize(buffer: Buffer, at: number, end: number): number {
  if (end - at < BLANK_BYTES || readInt32(buffer, at + RecordOffset.magic) !== BLANK_MAGIC) return 0;
  const size = readInt32(buffer, at);
  return size >= BLANK_BYTES ? size : 0;
}
