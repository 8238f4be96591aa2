/**
 * What the deriver wants to know of a record, read straight from its bytes: no string is made for ASCII. One object is
 * filled again and again; positions point into the buffer given last.
 *
 * Properties are `name \x01 value \x02 …`. As in Java's split, an item counts only when it has exactly one separator
 * (trailing ones aside) and a value; of two items of one name the later wins.
 * Source: store/CommitLog.java checkMessageAndReturnSize, common/message/MessageDecoder.java string2messageProperties (4.6.0)
 */
import { bodyLengthOffset, QUEUE_ID_AT, QUEUE_OFFSET_AT, storeTimestampOffset, SYS_FLAG_AT } from '../format/commit-log-layout.ts';
import { readInt32, readLong } from '../format/big-endian.ts';
import { hashUtf8 } from './key-hash.ts';

const NAME_END = 1;
const ITEM_END = 2;
const TRANSACTION_TYPE_MASK = 0xc;
const TRANSACTION_PREPARED = 0x4;
const TRANSACTION_ROLLBACK = 0xc;

export class RecordFields {
  buffer: Buffer = Buffer.alloc(0);
  queueId = 0;
  queueOffset = 0;
  sysFlag = 0;
  storeTimestamp = 0;
  topicAt = 0;
  topicEnd = 0;
  /** Java's hash of TAGS; 0 without tags. */
  tagsCode = 0;
  /** Values of UNIQ_KEY, KEYS and DELAY; empty ranges when absent. */
  readonly uniqueKey = new ByteRange();
  readonly keys = new ByteRange();
  readonly delay = new ByteRange();

  /** `buffer` holds a record at `at` whose inner lengths have been checked. */
  read(buffer: Buffer, at: number): void {
    this.buffer = buffer;
    this.queueId = readInt32(buffer, at + QUEUE_ID_AT);
    this.queueOffset = readLong(buffer, at + QUEUE_OFFSET_AT);
    this.sysFlag = readInt32(buffer, at + SYS_FLAG_AT);
    this.storeTimestamp = readLong(buffer, at + storeTimestampOffset(this.sysFlag));
    const bodyLengthAt = at + bodyLengthOffset(this.sysFlag);
    const topicLengthAt = bodyLengthAt + 4 + readInt32(buffer, bodyLengthAt);
    this.topicAt = topicLengthAt + 1;
    this.topicEnd = this.topicAt + (buffer[topicLengthAt] as number);
    const propertiesAt = this.topicEnd + 2;
    const propertiesEnd = propertiesAt + (((buffer[this.topicEnd] as number) << 8) | (buffer[this.topicEnd + 1] as number));
    this.#readProperties(propertiesAt, propertiesEnd);
  }

  /** Whether it has a unit in its consume queue. */
  get takesUnit(): boolean {
    const type = this.sysFlag & TRANSACTION_TYPE_MASK;
    return type !== TRANSACTION_PREPARED && type !== TRANSACTION_ROLLBACK;
  }

  get takesIndex(): boolean {
    return (this.sysFlag & TRANSACTION_TYPE_MASK) !== TRANSACTION_ROLLBACK;
  }

  #readProperties(start: number, end: number): void {
    const { buffer } = this;
    this.tagsCode = 0;
    this.uniqueKey.clear();
    this.keys.clear();
    this.delay.clear();
    for (let itemAt = start; itemAt < end;) {
      let nameEnd = itemAt;
      while (nameEnd < end && buffer[nameEnd] !== NAME_END && buffer[nameEnd] !== ITEM_END) nameEnd++;
      let itemEnd = nameEnd;
      while (itemEnd < end && buffer[itemEnd] !== ITEM_END) itemEnd++;
      if (nameEnd < itemEnd) this.#take(itemAt, nameEnd, itemEnd);
      itemAt = itemEnd + 1;
    }
  }

  #take(nameAt: number, nameEnd: number, itemEnd: number): void {
    const { buffer } = this;
    const range = this.#wanted(nameAt, nameEnd - nameAt);
    if (range === undefined) return;
    let valueEnd = itemEnd;
    while (valueEnd > nameEnd + 1 && buffer[valueEnd - 1] === NAME_END) valueEnd--;
    const valueAt = nameEnd + 1;
    if (valueEnd <= valueAt) return;
    for (let at = valueAt; at < valueEnd; at++) if (buffer[at] === NAME_END) return;
    if (range === TAGS) this.tagsCode = hashUtf8(0, buffer, valueAt, valueEnd);
    else range.set(valueAt, valueEnd);
  }

  #wanted(at: number, length: number): ByteRange | undefined {
    const { buffer } = this;
    switch (length) {
      case 4:
        if (matches(buffer, at, 'TAGS')) return TAGS;
        return matches(buffer, at, 'KEYS') ? this.keys : undefined;
      case 5:
        return matches(buffer, at, 'DELAY') ? this.delay : undefined;
      case 8:
        return matches(buffer, at, 'UNIQ_KEY') ? this.uniqueKey : undefined;
      default:
        return undefined;
    }
  }
}

function matches(buffer: Buffer, at: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    if (buffer[at + index] !== name.charCodeAt(index)) return false;
  }
  return true;
}

/** A piece of the record's bytes; empty: the property is absent. */
export class ByteRange {
  start = 0;
  end = 0;

  set(start: number, end: number): void {
    this.start = start;
    this.end = end;
  }

  clear(): void {
    this.start = 0;
    this.end = 0;
  }

  get isEmpty(): boolean {
    return this.end <= this.start;
  }
}

/** Stands for "tags", of which only the hash is kept. */
const TAGS = new ByteRange();
