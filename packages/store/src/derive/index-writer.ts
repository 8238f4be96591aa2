/**
 * Puts the keys of a record into the index: UNIQ_KEY first, then each item of KEYS. Hashes are made from the bytes.
 * Source: store/index/IndexService.java buildIndex (4.6.0)
 */
import { indexHashOf } from '../format/index-layout.ts';
import type { IndexTable } from './index-table.ts';
import { hashUtf8 } from './key-hash.ts';
import type { ByteRange, RecordFields } from './record-fields.ts';

const KEY_SEPARATOR = 0x20;

/** @param prefixHash Java's hash of `topic#`. @throws DiskError; the record may then be indexed in part */
export function indexRecord(table: IndexTable, fields: RecordFields, prefixHash: number, physicalOffset: number): void {
  if (!fields.takesIndex) return;
  const { buffer, uniqueKey, storeTimestamp } = fields;
  if (!uniqueKey.isEmpty) table.put(indexHashOf(hashUtf8(prefixHash, buffer, uniqueKey.start, uniqueKey.end)), physicalOffset, storeTimestamp);
  if (fields.keys.isEmpty) return;
  for (const item of itemsOf(buffer, fields.keys)) table.put(indexHashOf(hashUtf8(prefixHash, buffer, item.start, item.end)), physicalOffset, storeTimestamp);
}

const item = { start: 0, end: 0 };

/** The blank-separated keys in a range; one object is reused. */
export function* itemsOf(buffer: Buffer, range: ByteRange): Generator<{ readonly start: number; readonly end: number }> {
  for (let start = range.start; start < range.end; ) {
    let end = start;
    while (end < range.end && buffer[end] !== KEY_SEPARATOR) end++;
    if (end > start) {
      item.start = start;
      item.end = end;
      yield item;
    }
    start = end + 1;
  }
}
