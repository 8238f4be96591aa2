/**
 * Messages by key: newest index file first, newest entry first, until enough are found; the answer is in log order.
 * Java differs: a hash may belong to another topic or key, so each record is read again and must bear both (4.6.0
 * returns whatever has the hash, and the wrong ones fill up the answer); a record is given once.
 * Source: store/index/IndexService.java queryOffset, store/index/IndexFile.java selectPhyOffset, isTimeMatched,
 * store/DefaultMessageStore.java queryMessage (4.6.0)
 */
import type { IndexEntry } from '../derive/index-file.ts';
import type { IndexTable } from '../derive/index-table.ts';
import { type IndexView, StoredIndex } from '../derive/index-view.ts';
import { hashText } from '../derive/key-hash.ts';
import { itemEnd, itemStart } from '../derive/key-items.ts';
import { type ByteRange, RecordFields } from '../derive/record-fields.ts';
import { indexHashOf } from '../format/index-layout.ts';
import type { LogReader } from '../log-reader.ts';
import type { KeyQuery, KeyQueryResult } from '../ports.ts';

export class KeyFinder {
  #index: IndexTable | undefined;
  readonly #reader: LogReader;
  readonly #countMax: number;
  readonly #fields = new RecordFields();
  readonly #entry: IndexEntry = { keyHash: 0, physicalOffset: 0, seconds: 0, previous: 0 };

  /** @param countMax maxMsgsNumBatch: no query gives more */
  constructor(reader: LogReader, countMax: number) {
    this.#reader = reader;
    this.#countMax = countMax;
  }

  /** Undefined: no index is kept. */
  useIndex(index: IndexTable | undefined): void {
    this.#index = index;
  }

  /** @throws DiskError */
  query(query: KeyQuery): KeyQueryResult {
    const found = new Map<number, Buffer>();
    let newest: IndexView | undefined;
    let hasEntries = false;
    const search = new Search(query, Math.min(query.maxCount, this.#countMax));
    for (const view of this.#index?.newestFirst() ?? []) {
      newest ??= view;
      if (isTimeMatched(view, query) && this.#searchFile(view, search, found)) hasEntries = true;
      if (view instanceof StoredIndex) view.close();
      if (view.header.beginTimestamp < query.beginWallMs || found.size >= search.countMax) break;
    }
    const offsets = [...found.keys()].sort((a, b) => a - b);
    return {
      records: offsets.map((offset) => found.get(offset) as Buffer),
      indexLastUpdateTimestamp: hasEntries ? (newest as IndexView).header.endTimestamp : 0,
      indexLastUpdatePhysicalOffset: hasEntries ? (newest as IndexView).header.endPhysicalOffset : 0,
    };
  }

  /** Whether any entry had the hash and the time, right or not. */
  #searchFile(view: IndexView, search: Search, found: Map<number, Buffer>): boolean {
    const { header, shape } = view;
    const entry = this.#entry;
    let hasEntries = false;
    let number = view.slots.get(search.keyHash % shape.slotCount);
    for (let before = header.indexCount; number > 0 && number < before && found.size < search.countMax;) {
      view.readEntry(number, entry);
      const storeTime = header.beginTimestamp + entry.seconds * 1000;
      if (entry.seconds < 0) break;
      if (entry.keyHash === search.keyHash && storeTime >= search.query.beginWallMs && storeTime <= search.query.endWallMs) {
        hasEntries = true;
        this.#take(entry.physicalOffset, search, found);
      }
      if (storeTime < search.query.beginWallMs) break;
      // Chains lead to older entries only; anything else is damage and would never end.
      before = number;
      number = entry.previous;
    }
    return hasEntries;
  }

  #take(physicalOffset: number, search: Search, found: Map<number, Buffer>): void {
    if (found.has(physicalOffset)) return;
    const record = this.#reader.recordAt(physicalOffset);
    if (record !== undefined && this.#isAsked(record, search)) found.set(physicalOffset, Buffer.from(record));
  }

  #isAsked(record: Buffer, search: Search): boolean {
    const fields = this.#fields;
    fields.read(record, 0);
    if (!equals(search.topic, record, fields.topicAt, fields.topicEnd)) return false;
    if (isRangeEqual(search.key, record, fields.uniqueKey)) return true;
    const until = fields.keys.end;
    for (let start = itemStart(record, fields.keys.start, until); start < until;) {
      const end = itemEnd(record, start, until);
      if (equals(search.key, record, start, end)) return true;
      start = itemStart(record, end, until);
    }
    return false;
  }
}

class Search {
  readonly query: KeyQuery;
  readonly countMax: number;
  readonly topic: Buffer;
  readonly key: Buffer;
  readonly keyHash: number;

  constructor(query: KeyQuery, countMax: number) {
    this.query = query;
    this.countMax = countMax;
    this.topic = Buffer.from(query.topic);
    this.key = Buffer.from(query.key);
    this.keyHash = indexHashOf(hashText(0, `${query.topic}#${query.key}`));
  }
}

function isTimeMatched(view: IndexView, { beginWallMs, endWallMs }: KeyQuery): boolean {
  const { beginTimestamp, endTimestamp } = view.header;
  if (beginWallMs < beginTimestamp && endWallMs > endTimestamp) return true;
  const isInside = (wallMs: number): boolean => wallMs >= beginTimestamp && wallMs <= endTimestamp;
  return isInside(beginWallMs) || isInside(endWallMs);
}

function isRangeEqual(bytes: Buffer, buffer: Buffer, range: ByteRange): boolean {
  return equals(bytes, buffer, range.start, range.end);
}

function equals(bytes: Buffer, buffer: Buffer, start: number, end: number): boolean {
  return bytes.length === end - start && bytes.compare(buffer, start, end) === 0;
}
