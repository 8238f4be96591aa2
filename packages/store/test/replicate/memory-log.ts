import { assert, type Turn, type TurnTask } from '@rocketmq-ts/kernel';
import type { LogSource, ReadRoom, ReplicaProgress, ReplicaTail, ReplicationTurn, TakeRefusal } from '../../src/replicate/log-ports.ts';

export const FILE_BYTES = 256 * 1024;
const BLANK_BYTES = 8;

/**
 * A log in memory behind the ports of replication, with the contracts of the real one: records of `size · filling` in
 * files that end with a blank, what a turn appends is written at its end, then `advanced` is called. Outlives the process.
 */
export class MemoryLog implements LogSource, ReplicaTail, ReplicaProgress, TurnTask {
  minOffset = 0;
  /** Whole records, written. */
  end = 0;
  ackedOffset = 0;
  isAvailable = false;
  readonly availabilities: boolean[] = [];
  /** Makes the next `take` fail. */
  refusal: TakeRefusal | undefined;
  /** SYNC_FLUSH: written, but not flushed before somebody says so. */
  isFlushing = false;
  flushedEnd = 0;
  /** Nothing is in memory: everything is read into the room that is given. */
  isCold = false;
  /** What a slave's master had when it was connected to. */
  expectedEnd = 0;
  /** Handed out by `read`. */
  readBytes = 0;
  readonly #views = new Views();
  #bytes = Buffer.alloc(0);
  /** End of what was appended or taken, records that are not whole included. */
  #received = 0;
  #turn: Turn | undefined;
  #replication: ReplicationTurn | undefined;
  #isRequested = false;

  /** A new process works with this log. */
  open(turn: Turn, replication: ReplicationTurn): void {
    this.#turn = turn;
    this.#replication = replication;
    this.#isRequested = false;
    this.ackedOffset = 0;
    this.isAvailable = false;
    this.#received = this.end;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.end - this.minOffset);
  }

  /** Appends a record of this many bytes, size included; returns its end. */
  append(sizeBytes: number, filling = sizeBytes): number {
    const room = FILE_BYTES - (this.#received % FILE_BYTES);
    if (sizeBytes + BLANK_BYTES > room) this.#addRecord(room, 0);
    this.#addRecord(sizeBytes, filling);
    this.request();
    return this.#received;
  }

  #addRecord(sizeBytes: number, filling: number): void {
    const record = Buffer.alloc(sizeBytes, filling);
    record.writeInt32BE(sizeBytes, 0);
    this.#add(record);
  }

  deleteFile(): void {
    this.#bytes = this.#bytes.subarray(FILE_BYTES);
    this.minOffset += FILE_BYTES;
  }

  /** As a power failure does: the newest bytes are lost. */
  cutTo(end: number): void {
    this.#bytes = Buffer.from(this.#bytes.subarray(0, end - this.minOffset));
    this.end = end;
    this.flushedEnd = Math.min(this.flushedEnd, end);
    this.#received = end;
  }

  flushAll(): void {
    this.flushedEnd = this.#wholeEnd();
    this.request();
  }

  request(): void {
    if (this.#isRequested || this.#turn === undefined) return;
    this.#isRequested = true;
    this.#turn.work(this);
  }

  runTurn(): void {
    this.#isRequested = false;
    this.end = this.isFlushing ? this.flushedEnd : this.#wholeEnd();
    this.#replication?.advanced();
  }

  // LogSource

  get lastFileOffset(): number {
    return Math.max(this.minOffset, this.#received - (this.#received % FILE_BYTES));
  }

  read(physicalOffset: number, sizeBytesMax: number, room?: ReadRoom): Buffer | undefined {
    if (physicalOffset < this.minOffset || physicalOffset >= this.end) return undefined;
    const fileEnd = physicalOffset - (physicalOffset % FILE_BYTES) + FILE_BYTES;
    const end = Math.min(physicalOffset + sizeBytesMax, fileEnd, this.end);
    this.readBytes += end - physicalOffset;
    const bytes = this.#bytes.subarray(physicalOffset - this.minOffset, end - this.minOffset);
    if (!this.isCold || room === undefined) return this.#views.of(physicalOffset, bytes, this.#turn);
    const block = room.next();
    return block.subarray(0, bytes.copy(block));
  }

  keep(from: number, end: number): void {
    this.#views.keep(from, end);
  }

  // ReplicaProgress

  acked(offset: number): void {
    assert(offset <= this.end, 'no replica has what is not written');
    assert(offset >= this.ackedOffset, 'acks rise');
    this.ackedOffset = offset;
  }

  setAvailable(isAvailable: boolean): void {
    assert(isAvailable !== this.isAvailable, 'availability is told when it changes');
    this.isAvailable = isAvailable;
    this.availabilities.push(isAvailable);
  }

  // ReplicaTail

  get receivedEnd(): number {
    return this.#received;
  }

  get reportableEnd(): number {
    return this.end;
  }

  take(bytes: Buffer): TakeRefusal | undefined {
    if (this.refusal !== undefined) return this.refusal;
    assert(bytes.length > 0, 'something is taken');
    this.#add(bytes);
    this.request();
    return undefined;
  }

  expect(masterEnd: number): void {
    this.expectedEnd = masterEnd;
  }

  dropPartial(): void {
    this.#received = this.#wholeEnd();
  }

  startAt(physicalOffset: number): void {
    assert(this.end === this.minOffset, 'only an empty log begins anywhere');
    assert(physicalOffset % FILE_BYTES === 0, 'a log begins with a file');
    this.#bytes = Buffer.alloc(0);
    this.minOffset = physicalOffset;
    this.end = physicalOffset;
    this.flushedEnd = physicalOffset;
    this.#received = physicalOffset;
  }

  firstDifference(physicalOffset: number, bytes: Buffer): number | undefined {
    assert(physicalOffset >= this.minOffset && physicalOffset + bytes.length <= this.#received, 'only what is here is compared');
    for (let at = 0; at < bytes.length; at += 1) {
      if (bytes[at] !== this.#bytes[physicalOffset - this.minOffset + at]) return physicalOffset + at;
    }
    return undefined;
  }

  #add(bytes: Buffer): void {
    const at = this.#received - this.minOffset;
    if (at + bytes.length > this.#bytes.length) {
      const grown = Buffer.alloc((at + bytes.length) * 2);
      this.#bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    bytes.copy(this.#bytes, at);
    this.#received += bytes.length;
  }

  #wholeEnd(): number {
    let end = this.end;
    for (;;) {
      const at = end - this.minOffset;
      if (this.#received - end < 4) return end;
      const size = this.#bytes.readInt32BE(at);
      if (size <= 0 || end + size > this.#received) return end;
      end += size;
    }
  }
}

/** Views that are spoilt when their turn is over, so that whoever uses one later is found out. */
class Views implements TurnTask {
  #given: { readonly from: number; readonly bytes: Buffer }[] = [];
  #isRequested = false;

  of(from: number, bytes: Buffer, turn: Turn | undefined): Buffer {
    const view = Buffer.from(bytes);
    this.#given.push({ from, bytes: view });
    if (!this.#isRequested) turn?.output(this);
    this.#isRequested = true;
    return view;
  }

  keep(from: number, end: number): void {
    this.#given = this.#given.filter((view) => view.from >= end || view.from + view.bytes.length <= from);
  }

  runTurn(): void {
    for (const { bytes } of this.#given) bytes.fill(0xee);
    this.#given = [];
    this.#isRequested = false;
  }
}
