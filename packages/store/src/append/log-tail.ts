import { assert } from '@rocketmq-ts/kernel';
import { BLANK_MAGIC, BLANK_SIZE_MIN, writeBlank } from '../format/commit-log-layout.ts';
import { guardedCapacity } from '../format/tail-guard-layout.ts';
import type { HotTail, Slab } from '../log/hot-tail.ts';
import type { SegmentFile } from '../segment/segment-file.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import type { Watermarks } from '../watermarks.ts';
import type { TailGuard } from './tail-guard.ts';

/** Hears of each record that is taken back, in log order. */
export type TakenBack = (buffer: Buffer, at: number) => void;

/**
 * The end of the log, where the single writer puts its bytes: room in the newest slab, the roll to the next file, and
 * the turn's write. Between `reserve` and `commit` nothing else may touch the tail.
 */
export class LogTail {
  readonly #segments: SegmentSet;
  readonly #hotTail: HotTail;
  readonly #marks: Watermarks;
  readonly #guard: TailGuard;
  readonly #slabSizeBytes: number;
  /** Bytes at the end of each file that are not for records. */
  readonly #guardSizeBytes: number;

  constructor(parts: { segments: SegmentSet; hotTail: HotTail; marks: Watermarks; guard: TailGuard; slabSizeBytes: number }) {
    this.#segments = parts.segments;
    this.#hotTail = parts.hotTail;
    this.#marks = parts.marks;
    this.#guard = parts.guard;
    this.#slabSizeBytes = parts.slabSizeBytes;
    this.#guardSizeBytes = this.#segments.segmentSizeBytes - guardedCapacity(this.#segments.segmentSizeBytes);
  }

  /** Bytes that wait for the turn's write. */
  get pendingBytes(): number {
    return this.#marks.appended - this.#marks.written;
  }

  /**
   * A slab with contiguous room for `sizeBytes` at `slab.used`, which is `watermarks.appended` of the log. Ends the
   * file with a blank first when the bytes and a blank do not fit into it.
   * @throws DiskError when the next file cannot be created; nothing has changed then
   */
  reserve(sizeBytes: number): Slab {
    assert(sizeBytes + BLANK_SIZE_MIN <= this.#segments.segmentSizeBytes - this.#guardSizeBytes, 'what is reserved fits into a file');
    const segment = this.#segments.find(this.#marks.appended) ?? this.#segments.ensure(this.#marks.appended);
    let fileRest = segment.endOffset - this.#marks.appended;
    if (sizeBytes + BLANK_SIZE_MIN > fileRest - this.#guardSizeBytes) {
      this.#segments.ensure(segment.endOffset);
      this.#endFile(fileRest);
      fileRest = this.#segments.segmentSizeBytes;
    }
    return this.#slabWithRoom(sizeBytes, fileRest);
  }

  /** The bytes are in the slab: they are part of the log now. */
  commit(slab: Slab, sizeBytes: number): void {
    slab.used += sizeBytes;
    slab.endOffset += sizeBytes;
    this.#marks.setAppended(slab.endOffset);
  }

  /**
   * Gives everything appended to the system: one write per slab (a turn has rarely more than one), and the guard that
   * vouches for them.
   * @throws DiskError nothing counts as written; all of it is to be taken back
   */
  write(): void {
    const slabs = this.#hotTail.unwritten();
    let { dataCrc } = this.#guard;
    let segment: SegmentFile | undefined;
    for (const slab of slabs) {
      // A replica may have received no more than the beginning of a record into it.
      if (slab.written === slab.used) continue;
      const from = slab.baseOffset + slab.written;
      segment = this.#segments.find(from);
      assert(segment !== undefined, 'a file takes what the slab holds');
      segment.writeAt(from, slab.buffer, slab.written, slab.used);
      dataCrc = this.#guard.extended(dataCrc, slab.buffer, slab.written, slab.used);
    }
    if (segment === undefined) return;
    this.#guard.write(segment, this.#marks.appended, dataCrc);
    for (const slab of slabs) slab.written = slab.used;
    this.#marks.setWritten(this.#marks.appended);
    this.#hotTail.trim();
  }

  /** No guard vouches for what was taken back. @throws DiskError; to be tried again before anything is appended */
  takeBackGuard(): void {
    this.#guard.takeBack();
  }

  /** Nothing but zeros behind the log's end, as Java leaves it. @throws DiskError */
  clearBehind(): void {
    this.#segments.find(this.#marks.appended)?.clearFrom(this.#marks.appended);
  }

  /** Forgets everything that is not written. */
  rollBack(takenBack: TakenBack): void {
    for (const slab of this.#hotTail.unwritten()) {
      let at = slab.written;
      while (at < slab.used && slab.buffer.readInt32BE(at + 4) !== BLANK_MAGIC) {
        takenBack(slab.buffer, at);
        at += slab.buffer.readInt32BE(at);
      }
    }
    this.#hotTail.rollBack();
    this.#marks.rollBack();
  }

  #endFile(fileRest: number): void {
    const slab = this.#slabWithRoom(BLANK_SIZE_MIN, BLANK_SIZE_MIN);
    writeBlank(slab.buffer, slab.used, fileRest);
    slab.used += BLANK_SIZE_MIN;
    slab.endOffset += fileRest;
    this.#marks.setAppended(slab.endOffset);
  }

  /** @param capacityMax bytes a new slab may have at most: slabs do not reach over the end of a file */
  #slabWithRoom(sizeBytes: number, capacityMax: number): Slab {
    const newest = this.#hotTail.newest;
    if (newest !== undefined && newest.room >= sizeBytes) return newest;
    const capacity = Math.min(Math.max(this.#slabSizeBytes, sizeBytes), capacityMax);
    return this.#hotTail.open(this.#marks.appended, capacity);
  }
}
