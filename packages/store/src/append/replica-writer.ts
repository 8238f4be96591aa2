import { assert, DiskError, type Log, type Timers } from '@rocketmq-ts/kernel';
import { detach } from '../detached.ts';
import { BLANK_MAGIC, BLANK_SIZE_MIN, storeTimestampOf } from '../format/commit-log-layout.ts';
import { isGuardPlace } from '../format/tail-guard-layout.ts';
import type { HotTail, Slab } from '../log/hot-tail.ts';
import type { LogBytes } from '../log/log-bytes.ts';
import type { ReplicaTail, TakeRefusal } from '../replicate/log-ports.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import type { Watermarks } from '../watermarks.ts';
import type { Writeability } from '../writeability.ts';
import { sizeOfNext, whyNoRecord } from './next-record.ts';
import type { TailGuard } from './tail-guard.ts';

export interface ReplicaWriterParts {
  readonly segments: SegmentSet;
  readonly hotTail: HotTail;
  readonly marks: Watermarks;
  readonly guard: TailGuard;
  readonly bytes: LogBytes;
  readonly writeability: Writeability;
  readonly timers: Timers;
  readonly log: Log;
  readonly slabSizeBytes: number;
  /** SYNC_FLUSH: the master hears of what is durable only. */
  readonly reportsFlushedOnly: boolean;
  /** Something waits for the turn's write. */
  readonly onAppended: () => void;
  /** The next file could not be created. */
  readonly onFileFailed: (error: DiskError) => void;
}

/**
 * The single writer of a replica. Its master's bytes come cut anywhere; they are copied once, behind what the newest
 * slab holds, and from there on whatever is whole belongs to the log. The beginning of a record waits in the slab:
 *
 *   slab   | whole records, part of the log … | partial |   room   |
 *          0                                used   used + partial
 *
 * What stands behind a blank belongs to the log as well, for logs are to be the same bytes. Zeros, which is what our
 * masters have there, are not written: the file has them. Java's leave anything there; that is kept as a record is.
 */
export class ReplicaWriter implements ReplicaTail {
  readonly #parts: ReplicaWriterParts;
  /** Bytes of what begins at the newest slab's `used`, as far as is known; counts while the slab has a partial. */
  #needed = 0;
  /** Where an empty log is to begin; undefined once it has. */
  #start: number | undefined;
  #startRefusal: TakeRefusal | undefined;
  #isClearing = false;
  #newestStoreTimestamp = 0;

  constructor(parts: ReplicaWriterParts) {
    this.#parts = parts;
  }

  get minOffset(): number {
    return this.#start ?? this.#parts.segments.first?.baseOffset ?? this.#parts.marks.appended;
  }

  get receivedEnd(): number {
    return this.#start ?? this.#parts.marks.appended + this.#partial;
  }

  get reportableEnd(): number {
    const { marks, reportsFlushedOnly } = this.#parts;
    return this.#start ?? (reportsFlushedOnly ? marks.flushed : marks.written);
  }

  /** Store time of the last whole record; 0: none since the start. */
  get newestStoreTimestamp(): number {
    return this.#newestStoreTimestamp;
  }

  take(bytes: Buffer): TakeRefusal | undefined {
    const refusal = this.#refusal();
    if (refusal !== undefined) return refusal;
    try {
      for (let from = 0; from < bytes.length; ) {
        const slab = this.#slabWithRoom();
        const at = slab.used + slab.partial;
        const count = bytes.copy(slab.buffer, at, from);
        slab.partial += count;
        from += count;
        const whyNot = this.#commitWhole(slab);
        if (whyNot !== undefined) return { kind: 'not a log', reason: whyNot };
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#parts.onFileFailed(error);
      return { kind: 'not writeable', reason: `The next file of the commit log cannot be created (${error.systemCode}).` };
    }
  }

  expect(masterEnd: number): void {
    this.#parts.marks.setExpected(masterEnd);
  }

  dropPartial(): void {
    const { newest } = this.#parts.hotTail;
    if (newest !== undefined) newest.partial = 0;
  }

  startAt(physicalOffset: number): void {
    const { marks, segments } = this.#parts;
    assert(marks.appended === (segments.first?.baseOffset ?? marks.appended), 'only an empty log begins anew');
    this.dropPartial();
    this.#startRefusal = this.#whyNotStartAt(physicalOffset);
    this.#start = this.#startRefusal === undefined && physicalOffset !== marks.appended ? physicalOffset : undefined;
    // A file of an earlier beginning, without a record.
    if (this.#start !== undefined && segments.first !== undefined) this.#clear();
  }

  firstDifference(physicalOffset: number, bytes: Buffer): number | undefined {
    const { segments } = this.#parts;
    for (let at = 0; at < bytes.length; ) {
      const own = this.#own(physicalOffset + at, bytes.length - at);
      if (own === undefined) return undefined;
      if (own.compare(bytes, at, at + own.length) !== 0) {
        for (let index = 0; index < own.length; index++) {
          const place = physicalOffset + at + index;
          if (own[index] === bytes[at + index]) continue;
          // A guard was there on either side, and nothing of the log.
          if (own[index] === 0 && isGuardPlace(segments.segmentSizeBytes, place - (segments.find(place)?.baseOffset ?? 0))) continue;
          return place;
        }
      }
      at += own.length;
    }
    return undefined;
  }

  get #partial(): number {
    return this.#parts.hotTail.newest?.partial ?? 0;
  }

  #refusal(): TakeRefusal | undefined {
    const { writeability } = this.#parts;
    if (this.#startRefusal !== undefined) return this.#startRefusal;
    if (this.#isClearing) return { kind: 'not writeable', reason: 'An empty file of an earlier beginning is being removed.' };
    for (const cause of ['write-failed', 'flush-failed', 'stopped'] as const) {
      if (writeability.has(cause)) return { kind: 'not writeable', reason: writeability.reason ?? cause };
    }
    return undefined;
  }

  /** A slab with room behind what it has received, and for all of the record that has begun. @throws DiskError */
  #slabWithRoom(): Slab {
    const { hotTail } = this.#parts;
    const newest = hotTail.newest;
    if (newest === undefined || newest.isClosed || this.#start !== undefined) return this.#openSlab(0);
    const needed = newest.partial === 0 ? 1 : Math.max(this.#needed, newest.partial + 1);
    if (newest.used + needed <= newest.buffer.length) return newest;
    const slab = this.#openSlab(needed);
    slab.partial = newest.buffer.copy(slab.buffer, 0, newest.used, newest.used + newest.partial);
    newest.partial = 0;
    return slab;
  }

  /** @throws DiskError when the next file cannot be created; nothing has changed then */
  #openSlab(sizeBytesMin: number): Slab {
    const { segments, hotTail, marks, guard, slabSizeBytes } = this.#parts;
    const from = this.#start ?? marks.appended;
    const segment = segments.find(from) ?? segments.ensure(from);
    if (this.#start !== undefined) {
      marks.start(this.#start);
      guard.startAnew();
      this.#start = undefined;
    }
    return hotTail.open(from, Math.min(Math.max(slabSizeBytes, sizeBytesMin), segment.endOffset - from));
  }

  /** Whatever is whole now is part of the log. Returns why the rest is none, which is then forgotten. */
  #commitWhole(slab: Slab): string | undefined {
    const { segments, marks } = this.#parts;
    const fileEnd = segments.find(slab.baseOffset)?.endOffset ?? 0;
    const end = slab.used + slab.partial;
    let at = slab.used;
    let endOffset = slab.endOffset;
    let lastAt = -1;
    let size = 0;
    while (at < end) {
      const place = slab.baseOffset + at;
      size = sizeOfNext(slab.buffer, at, end, place, fileEnd - place);
      if (size === 0 || size > end - at) break;
      if (slab.buffer.readInt32BE(at + 4) === BLANK_MAGIC) {
        endOffset = fileEnd;
        at += isZero(slab.buffer, at + BLANK_SIZE_MIN, end) ? BLANK_SIZE_MIN : size;
        size = 0;
        break;
      }
      lastAt = at;
      at += size;
      endOffset = slab.baseOffset + at;
    }
    const isWhole = endOffset === fileEnd;
    if (at > slab.used) {
      slab.used = at;
      slab.endOffset = endOffset;
      if (lastAt >= 0) this.#newestStoreTimestamp = storeTimestampOf(slab.buffer, lastAt);
      marks.setAppended(endOffset);
      this.#parts.onAppended();
    }
    slab.partial = isWhole ? 0 : end - at;
    this.#needed = size;
    if (size !== 0 || slab.partial === 0) return undefined;
    slab.partial = 0;
    const place = slab.baseOffset + at;
    return whyNoRecord(slab.buffer, at, place, fileEnd - place);
  }

  /** Own bytes from here on; undefined: there are none, or they cannot be read and nothing is known against them. */
  #own(physicalOffset: number, length: number): Buffer | undefined {
    const { bytes, hotTail, marks, log } = this.#parts;
    const { newest } = hotTail;
    const intoPartial = physicalOffset - marks.appended;
    if (newest !== undefined && intoPartial >= 0) {
      if (intoPartial >= newest.partial) return undefined;
      return newest.buffer.subarray(newest.used + intoPartial, newest.used + Math.min(newest.partial, intoPartial + length));
    }
    try {
      return bytes.read(physicalOffset, length, marks.appended);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      log.error('Reading the commit log failed; it is not compared with the master’s here.', { physicalOffset, error });
      return undefined;
    }
  }

  #whyNotStartAt(physicalOffset: number): TakeRefusal | undefined {
    const { marks, segments } = this.#parts;
    const size = segments.segmentSizeBytes;
    if (physicalOffset % size !== 0) {
      return { kind: 'not a log', reason: `The master's log begins at ${physicalOffset}, where no file of ${size} bytes does. Set mappedFileSizeCommitLog to the master's.` };
    }
    if (physicalOffset >= marks.appended) return undefined;
    return { kind: 'not a log', reason: `The master's log begins at ${physicalOffset}; this store is empty and begins at ${marks.appended}. Start with an empty ${segments.folder}.` };
  }

  #clear(): void {
    const { segments, timers, log } = this.#parts;
    this.#isClearing = true;
    const clearing = segments.dropTail(0).catch((error: unknown) => {
      if (!(error instanceof DiskError)) throw error;
      log.error('An empty commit log file could not be removed.', { error, path: error.path });
    });
    detach(timers, clearing.then(() => void (this.#isClearing = false)));
  }
}

const ZEROS = Buffer.alloc(64 * 1024);

function isZero(buffer: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += ZEROS.length) {
    const length = Math.min(ZEROS.length, end - at);
    if (buffer.compare(ZEROS, 0, length, at, at + length) !== 0) return false;
  }
  return true;
}
