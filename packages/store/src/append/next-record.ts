import { BLANK_MAGIC, BLANK_SIZE_MIN, PHYSICAL_OFFSET_AT, RECORD_MAGIC, RECORD_SIZE_MIN } from '../format/commit-log-layout.ts';

/** With so many bytes a record's own place is known. */
const HEAD_SIZE = PHYSICAL_OFFSET_AT + 8;

/**
 * How many bytes what begins at `at` has, when there are only `end - at` of them yet: a record, or a blank with all
 * that is behind it. With too few bytes to know, as many as are needed to know more. 0: neither begins here.
 *
 * @param fileRest bytes from `at` to the end of its file: what a blank has, and more than any record
 */
export function sizeOfNext(buffer: Buffer, at: number, end: number, physicalOffset: number, fileRest: number): number {
  if (end - at < BLANK_SIZE_MIN) return BLANK_SIZE_MIN;
  const size = buffer.readInt32BE(at);
  const magic = buffer.readInt32BE(at + 4);
  if (magic === BLANK_MAGIC) return size === fileRest ? size : 0;
  if (magic !== RECORD_MAGIC || size < RECORD_SIZE_MIN || size > fileRest - BLANK_SIZE_MIN) return 0;
  return end - at < HEAD_SIZE || placeAt(buffer, at) === physicalOffset ? size : 0;
}

/** Why `sizeOfNext` has found neither, and what an operator may do about it. */
export function whyNoRecord(buffer: Buffer, at: number, physicalOffset: number, fileRest: number): string {
  const size = buffer.readInt32BE(at);
  const magic = buffer.readInt32BE(at + 4);
  if (magic === BLANK_MAGIC || (magic === RECORD_MAGIC && size > fileRest - BLANK_SIZE_MIN)) {
    const what = magic === BLANK_MAGIC ? 'a file ends with' : 'a record has';
    return `At ${physicalOffset} of the master's log ${what} ${size} bytes, and the file here has ${fileRest} bytes left. Set mappedFileSizeCommitLog to the master's.`;
  }
  if (magic !== RECORD_MAGIC || size < RECORD_SIZE_MIN) return `No record begins at ${physicalOffset} of the master's log (size ${size}, magic 0x${(magic >>> 0).toString(16)}).`;
  return `The record at ${physicalOffset} of the master's log says that it belongs at ${placeAt(buffer, at)}.`;
}

function placeAt(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + PHYSICAL_OFFSET_AT) * 0x1_0000_0000 + buffer.readUInt32BE(at + PHYSICAL_OFFSET_AT + 4);
}
