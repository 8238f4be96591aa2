import type { Clock, Conn, ConnHandler } from '@rocketmq-ts/kernel';
import { encodeHaReport, HaFrameError, HaPushDecoder } from '@rocketmq-ts/remoting-protocol';
import { aheadOf, diverged, type FirstReport, otherFileSize } from './first-report.ts';
import type { ReplicaTail, TakeRefusal } from './log-ports.ts';

/** A master that beats so often while it has not sent what we have already has not got it. */
const BEATS_WITHOUT_BYTES_MAX = 3;

const CLOSED_WITHOUT_A_WORD = 'it closed the connection without a word; its log may say why, and this must be its HA port (its listenPort + 1)';

/** Why a session is over. */
export type SessionEnd =
  /** To be tried again soon. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** The disk does not take the bytes. */
  | { readonly kind: 'not writeable'; readonly reason: string }
  /** This log cannot go on from that master. */
  | { readonly kind: 'refused'; readonly cause: string; readonly reason: string };

export interface SlaveSessionParts {
  readonly conn: Conn;
  readonly clock: Clock;
  readonly tail: ReplicaTail;
  readonly first: FirstReport & { readonly kind: 'report' };
  /** What the master said; for messages. */
  readonly masterEnd: number | undefined;
  readonly fileBytes: number;
  readonly heartbeatIntervalMs: number;
  readonly silenceMs: number;
  /** The end of our log is the master's too. */
  readonly onFollowing: () => void;
  /** Exactly once. */
  readonly onEnd: (end: SessionEnd) => void;
}

/**
 * One connection to a master: compares the end of our log with what the master sends, then takes what follows.
 *
 * A report is an acknowledgement, so until the comparison is done nothing is reported, not even in answer to the heartbeat
 * with which a master of ours takes up the first report. It is answered as soon as our end is confirmed; from then on
 * whatever is written is reported once a turn.
 */
export class SlaveSession implements ConnHandler {
  readonly #parts: SlaveSessionParts;
  readonly #decoder = new HaPushDecoder();
  /** Where our log ended when the connection was made. */
  readonly #ownEnd: number;
  readonly #startMs: number;
  /** The byte that must come next; −1: wherever the master begins. */
  #next: number;
  #reported: number;
  #lastReportMs: number;
  #lastHeardMs: number;
  #beats = 0;
  #beatsWithoutBytes = 0;
  #isFollowing = false;
  #isClosed = false;

  constructor(parts: SlaveSessionParts) {
    const { tail, first, clock } = parts;
    this.#parts = parts;
    tail.expect(parts.masterEnd ?? 0);
    if (first.startAt !== undefined && first.startAt !== tail.receivedEnd) tail.startAt(first.startAt);
    if (first.takesZeroByte) tail.take(Buffer.alloc(1));
    this.#ownEnd = tail.receivedEnd;
    this.#next = first.offset === 0 ? -1 : first.offset;
    this.#reported = first.offset;
    this.#startMs = clock.monotonicMs();
    this.#lastReportMs = this.#startMs;
    this.#lastHeardMs = this.#startMs;
    parts.conn.handler = this;
    parts.conn.write([encodeHaReport(first.offset)]);
  }

  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** Since the first report, ms. */
  get ageMs(): number {
    return this.#parts.clock.monotonicMs() - this.#startMs;
  }

  onData(chunk: Buffer): void {
    if (this.#isClosed) return;
    this.#lastHeardMs = this.#parts.clock.monotonicMs();
    const end = this.#readAll(chunk);
    if (end !== undefined) this.end(end);
  }

  onDrain(): void {}

  onClose(error: Error | undefined): void {
    const isHeard = this.#lastHeardMs > this.#startMs;
    this.#finish({ kind: 'broken', reason: error?.message ?? (isHeard ? 'it closed the connection' : CLOSED_WITHOUT_A_WORD) });
  }

  /** What is safe here has grown, perhaps. */
  advanced(): void {
    if (this.#isFollowing && !this.#isClosed) this.#report(false);
  }

  /** Called every now and then. */
  tick(nowMs: number): void {
    if (this.#isClosed) return;
    const { heartbeatIntervalMs, silenceMs } = this.#parts;
    if (nowMs - this.#lastHeardMs > silenceMs) this.end({ kind: 'broken', reason: `it has been silent for more than ${silenceMs} ms (haHousekeepingInterval)` });
    else if (this.#isFollowing && nowMs - this.#lastReportMs >= heartbeatIntervalMs) this.#report(true);
  }

  end(end: SessionEnd): void {
    if (this.#isClosed) return;
    this.#parts.conn.destroy();
    this.#finish(end);
  }

  #readAll(chunk: Buffer): SessionEnd | undefined {
    this.#decoder.push(chunk);
    try {
      for (let part = this.#decoder.next(); part !== undefined; part = this.#decoder.next()) {
        const end = part.kind === 'header' ? this.#header(part.physicalOffset, part.bodyBytes) : this.#body(part.physicalOffset, part.bytes);
        if (end !== undefined) return end;
      }
    } catch (error) {
      if (!(error instanceof HaFrameError)) throw error;
      return { kind: 'refused', cause: 'not HA', reason: `what comes from there is not HA: ${error.message}. Is this the master's HA port (its listenPort + 1)?` };
    }
    return undefined;
  }

  #header(physicalOffset: number, bodyBytes: number): SessionEnd | undefined {
    if (this.#next < 0) {
      const end = this.#startWhere(physicalOffset);
      if (end !== undefined) return end;
    }
    if (physicalOffset !== this.#next) return { kind: 'broken', reason: `it sent the log from ${physicalOffset} on where ${this.#next} follows` };
    if (bodyBytes === 0) this.#beats += 1;
    if (this.#next >= this.#ownEnd) this.#follow();
    return bodyBytes === 0 && !this.#isFollowing ? this.#beatWhileVerifying() : undefined;
  }

  /** We had nothing and said 0: the master begins where it likes. */
  #startWhere(physicalOffset: number): SessionEnd | undefined {
    const { tail, fileBytes } = this.#parts;
    if (physicalOffset % fileBytes !== 0) return { kind: 'refused', cause: 'file size', reason: otherFileSize(physicalOffset, fileBytes) };
    if (physicalOffset !== tail.receivedEnd) tail.startAt(physicalOffset);
    this.#next = physicalOffset;
    return undefined;
  }

  #beatWhileVerifying(): SessionEnd | undefined {
    this.#beatsWithoutBytes += 1;
    if (this.#beatsWithoutBytes < BEATS_WITHOUT_BYTES_MAX) return undefined;
    return { kind: 'refused', cause: 'ahead', reason: aheadOf(this.#ownEnd, this.#next) };
  }

  #body(physicalOffset: number, bytes: Buffer): SessionEnd | undefined {
    const { tail, masterEnd } = this.#parts;
    this.#beatsWithoutBytes = 0;
    const known = bytes.subarray(0, Math.max(0, this.#ownEnd - physicalOffset));
    if (known.length > 0) {
      const differsAt = tail.firstDifference(physicalOffset, known);
      if (differsAt !== undefined) return { kind: 'refused', cause: 'diverged', reason: diverged(differsAt, this.#ownEnd, masterEnd) };
      this.#next += known.length;
      if (this.#next >= this.#ownEnd) this.#follow();
    }
    return known.length < bytes.length ? this.#take(bytes.subarray(known.length)) : undefined;
  }

  #take(bytes: Buffer): SessionEnd | undefined {
    const { tail } = this.#parts;
    if (tail.receivedEnd !== this.#next) return { kind: 'not writeable', reason: `what was received up to ${this.#next} could not be written` };
    const refusal = tail.take(bytes);
    if (refusal !== undefined) return endOf(refusal);
    this.#next += bytes.length;
    return undefined;
  }

  #follow(): void {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    this.#parts.onFollowing();
    // A heartbeat that has come already wants an answer, whatever it says.
    this.#report(this.#beats > 0);
  }

  /** Never less than before, and never more than this connection has brought or confirmed. */
  #report(evenIfSame: boolean): void {
    const offset = Math.max(this.#reported, Math.min(this.#parts.tail.reportableEnd, this.#next));
    if (offset === this.#reported && !evenIfSame) return;
    this.#reported = offset;
    this.#lastReportMs = this.#parts.clock.monotonicMs();
    this.#parts.conn.write([encodeHaReport(offset)]);
  }

  #finish(end: SessionEnd): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#parts.tail.dropPartial();
    this.#parts.onEnd(end);
  }
}

function endOf(refusal: TakeRefusal): SessionEnd {
  return refusal.kind === 'not a log' ? { kind: 'refused', cause: 'not a log', reason: refusal.reason } : { kind: 'not writeable', reason: refusal.reason };
}
