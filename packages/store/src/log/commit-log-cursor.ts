import type { Log } from '@rocketmq-ts/kernel';
import { checkRecord, Verdict } from '../format/commit-log-layout.ts';
import type { LogCursor, LogRecordView } from '../log-reader.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import type { Watermarks } from '../watermarks.ts';
import type { HotTail } from './hot-tail.ts';
import { LogScanner } from './log-scanner.ts';

interface CursorParts {
  readonly segments: SegmentSet;
  readonly hotTail: HotTail;
  readonly marks: Watermarks;
  readonly log: Log;
}

interface MutableView {
  buffer: Buffer;
  at: number;
  sizeBytes: number;
  physicalOffset: number;
}

const NOTHING = Buffer.alloc(0);

/**
 * Log order, record by record. Bodies are not verified here: a record whose body is damaged keeps its place in its
 * queue (and is refused when somebody reads it). Where even the head is damaged, the cursor goes on at the next whole
 * record and says so once.
 */
export class CommitLogCursor implements LogCursor {
  readonly #log: { readonly readableEnd: number; readonly minOffset: number };
  readonly #parts: CursorParts;
  /** Made when the hot tail does not have what is wanted, and let go when it has. */
  #scanner: LogScanner | undefined;
  readonly #view: MutableView = { buffer: NOTHING, at: 0, sizeBytes: 0, physicalOffset: 0 };
  #position: number;

  constructor(log: { readonly readableEnd: number; readonly minOffset: number }, parts: CursorParts, from: number) {
    this.#log = log;
    this.#parts = parts;
    this.#position = from;
  }

  get position(): number {
    return this.#position;
  }

  next(): LogRecordView | undefined {
    const limit = this.#log.readableEnd;
    if (this.#position < this.#log.minOffset) this.#skipTo(this.#log.minOffset, 'The log begins later than this place; reading goes on where it begins.');
    while (this.#position < limit) {
      // Judged by all that is written: the limit may lie inside a record, which is not damage.
      const verdict = this.#judge(this.#parts.marks.written);
      const next = this.#nextPlace(verdict);
      if (next > limit) return undefined;
      if (verdict > 0) return this.#take(verdict);
      if (verdict === Verdict.blank) this.#position = next;
      else this.#skipTo(next, 'A damaged region of the commit log is stepped over.');
    }
    return undefined;
  }

  #judge(limit: number): number {
    const slab = this.#parts.hotTail.find(this.#position);
    if (slab === undefined) {
      this.#scanner ??= new LogScanner(this.#parts.segments);
      const verdict = this.#scanner.judge(this.#position, limit, false);
      this.#view.buffer = this.#scanner.buffer;
      this.#view.at = this.#scanner.at;
      return verdict;
    }
    this.#scanner = undefined;
    this.#view.buffer = slab.buffer;
    this.#view.at = this.#position - slab.baseOffset;
    return checkRecord(slab.buffer, this.#view.at, slab.used, this.#position, this.#fileEnd() - this.#position, false);
  }

  #nextPlace(verdict: number): number {
    if (verdict > 0) return this.#position + verdict;
    return verdict === Verdict.blank ? this.#fileEnd() : this.#nextWhole(this.#parts.marks.written);
  }

  #take(sizeBytes: number): LogRecordView {
    this.#view.sizeBytes = sizeBytes;
    this.#view.physicalOffset = this.#position;
    this.#position += sizeBytes;
    return this.#view;
  }

  #nextWhole(limit: number): number {
    this.#scanner ??= new LogScanner(this.#parts.segments);
    return this.#scanner.findRecord(this.#position + 1, limit);
  }

  #skipTo(offset: number, why: string): void {
    this.#parts.log.warn(why, { from: this.#position, to: offset });
    this.#position = offset;
  }

  #fileEnd(): number {
    return this.#parts.segments.find(this.#position)?.endOffset ?? this.#position;
  }
}
