import { crc32Of } from '@rocketmq-ts/remoting-protocol';
import { writeInt32, writeLong } from '../../src/format/big-endian.ts';
import { RECORD_MAGIC, recordSize } from '../../src/format/commit-log-layout.ts';
import type { LogCursor, LogReader, LogRecordView } from '../../src/log-reader.ts';

export interface RecordSpec {
  readonly topic: string;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly sysFlag?: number;
  readonly storeTimestamp?: number;
  readonly body?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

interface Kept {
  readonly spec: RecordSpec;
  readonly physicalOffset: number;
  readonly sizeBytes: number;
  damage: 'none' | 'body' | 'head';
}

/** The properties string of a message. */
export function propertiesText(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}\u0001${value}\u0002`)
    .join('');
}

export function encodeRecord(spec: RecordSpec, physicalOffset: number): Buffer {
  const topic = Buffer.from(spec.topic);
  const body = Buffer.from(spec.body ?? 'body');
  const properties = Buffer.from(propertiesText(spec.properties ?? {}));
  const sysFlag = spec.sysFlag ?? 0;
  const size = recordSize(sysFlag, body.length, topic.length, properties.length);
  const record = Buffer.alloc(size);
  writeInt32(record, 0, size);
  writeInt32(record, 4, RECORD_MAGIC);
  writeInt32(record, 8, crc32Of(body, 0, body.length));
  writeInt32(record, 12, spec.queueId);
  writeLong(record, 20, spec.queueOffset);
  writeLong(record, 28, physicalOffset);
  writeInt32(record, 36, sysFlag);
  writeLong(record, 56, spec.storeTimestamp ?? 0);
  writeInt32(record, 84, body.length);
  body.copy(record, 88);
  record[88 + body.length] = topic.length;
  topic.copy(record, 89 + body.length);
  const propertiesAt = 89 + body.length + topic.length;
  record.writeInt16BE(properties.length, propertiesAt);
  properties.copy(record, propertiesAt + 2);
  return record;
}

/** A commit log in memory: one piece, so that neighbours lie side by side; records can be damaged, the head deleted. */
export class MemoryLog implements LogReader {
  minOffset = 0;
  readableEnd = 0;
  readonly records: Kept[] = [];
  #bytes = Buffer.alloc(1 << 20);
  readonly #byOffset = new Map<number, number>();

  append(spec: RecordSpec): { physicalOffset: number; sizeBytes: number } {
    const record = encodeRecord(spec, this.readableEnd);
    while (this.readableEnd + record.length > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    record.copy(this.#bytes, this.readableEnd);
    const kept: Kept = { spec, physicalOffset: this.readableEnd, sizeBytes: record.length, damage: 'none' };
    this.#byOffset.set(kept.physicalOffset, this.records.length);
    this.records.push(kept);
    this.readableEnd += record.length;
    return kept;
  }

  /** 'body': refused when read; 'head': not even found in log order. */
  damage(index: number, what: 'body' | 'head'): void {
    (this.records[index] as Kept).damage = what;
  }

  /** As after a crash that lost the end. */
  cutAt(index: number): void {
    this.readableEnd = (this.records[index] as Kept).physicalOffset;
    for (const gone of this.records.splice(index)) this.#byOffset.delete(gone.physicalOffset);
  }

  deleteBefore(index: number): void {
    this.minOffset = (this.records[index] as Kept).physicalOffset;
  }

  recordAt(physicalOffset: number): Buffer | undefined {
    const kept = this.records[this.#byOffset.get(physicalOffset) ?? -1];
    return kept === undefined ? undefined : this.record(physicalOffset, kept.sizeBytes);
  }

  record(physicalOffset: number, sizeBytes: number): Buffer | undefined {
    const kept = this.records[this.#byOffset.get(physicalOffset) ?? -1];
    if (kept === undefined || kept.damage !== 'none' || kept.sizeBytes !== sizeBytes || physicalOffset < this.minOffset) return undefined;
    return this.#bytes.subarray(physicalOffset, physicalOffset + sizeBytes);
  }

  isInHotTail(): boolean {
    return true;
  }

  cursor(from: number): LogCursor {
    return new MemoryCursor(this, from, (at) => ({ buffer: this.#bytes, at }));
  }
}

class MemoryCursor implements LogCursor {
  position: number;
  readonly #log: MemoryLog;
  readonly #place: (at: number) => { buffer: Buffer; at: number };
  #index = -1;

  constructor(log: MemoryLog, from: number, place: (at: number) => { buffer: Buffer; at: number }) {
    this.#log = log;
    this.position = from;
    this.#place = place;
  }

  next(): LogRecordView | undefined {
    const { records } = this.#log;
    this.position = Math.max(this.position, this.#log.minOffset);
    if (this.#index < 0) this.#index = firstFrom(this.#log, this.position);
    for (let kept = records[this.#index]; kept !== undefined; kept = records[this.#index]) {
      this.#index++;
      if (kept.physicalOffset < this.position) continue;
      this.position = kept.physicalOffset + kept.sizeBytes;
      if (kept.damage !== 'head')
        return { ...this.#place(kept.physicalOffset), sizeBytes: kept.sizeBytes, physicalOffset: kept.physicalOffset };
    }
    return undefined;
  }
}

function firstFrom(log: MemoryLog, position: number): number {
  const index = log.records.findIndex((kept) => kept.physicalOffset >= position);
  return index < 0 ? log.records.length : index;
}
