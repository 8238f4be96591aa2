/**
 * Puts the keys of a record into the index: UNIQ_KEY first, then each item of KEYS. Hashes are made from the bytes.
 * Source: store/index/IndexService.java buildIndex (4.6.0)
 */
import { indexHashOf } from '../format/index-layout.ts';
import type { IndexTable } from './index-table.ts';
import { hashUtf8 } from './key-hash.ts';
import { itemEnd, itemStart } from './key-items.ts';
import type { RecordFields } from './record-fields.ts';

/** @param prefixHash Java's hash of `topic#`. @throws DiskError; the record may then be indexed in part */
export function indexRecord(table: IndexTable, fields: RecordFields, prefixHash: number, physicalOffset: number): void {
  if (!fields.takesIndex) return;
  const { buffer, uniqueKey, storeTimestamp } = fields;
  if (!uniqueKey.isEmpty)
    table.put(indexHashOf(hashUtf8(prefixHash, buffer, uniqueKey.start, uniqueKey.end)), physicalOffset, storeTimestamp);
  const until = fields.keys.end;
  for (let start = itemStart(buffer, fields.keys.start, until); start < until;) {
    const end = itemEnd(buffer, start, until);
    table.put(indexHashOf(hashUtf8(prefixHash, buffer, start, end)), physicalOffset, storeTimestamp);
    start = itemStart(buffer, end, until);
  }
}
