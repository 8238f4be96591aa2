import { addressText, assert, type Clock, type Conn, type ConnHandler } from '@rocketmq-ts/kernel';
import { HA_PUSH_HEADER_BYTES, HaFrameError, HaReportDecoder, writeHaPushHeader } from '@rocketmq-ts/remoting-protocol';
import type { LogSource } from './log-ports.ts';
import { type ReplicaLimits, type ReplicaRefusal, ReplicaState } from './replica-progress.ts';
import { SEND_BLOCK_BYTES, SendBlocks } from './send-blocks.ts';

/** Bytes accepted for one replica and not yet taken by the system: what a replica that does not read may cost us. */
const WINDOW_BYTES = 4 * 1024 * 1024;

export interface ReplicaSessionParts {
  readonly conn: Conn;
  readonly clock: Clock;
  readonly source: LogSource;
  readonly limits: ReplicaLimits;
  /** haTransferBatchSize, as far as a slave can take it. */
  readonly batchBytes: number;
  /** It has said where it is, and the place is in our log. */
  readonly onBegun: (session: ReplicaSession) => void;
  readonly onAcked: (session: ReplicaSession) => void;
  readonly onDrain: () => void;
  /** Exactly once. Undefined: the peer has closed, or the connection broke. */
  readonly onEnd: (session: ReplicaSession, refusal: ReplicaRefusal | undefined) => void;
}

/** One connection of a replica: its reports in, frames of the log out. */
export class ReplicaSession implements ConnHandler {
  readonly address: string;
  readonly host: string;
  readonly state: ReplicaState;
  readonly #parts: ReplicaSessionParts;
  readonly #decoder = new HaReportDecoder();
  readonly #blocks = new SendBlocks();
  /** Bytes given to the connection so far. */
  #handedBytes = 0;
  #isClosed = false;

  constructor(parts: ReplicaSessionParts) {
    this.#parts = parts;
    this.address = addressText(parts.conn.remote);
    this.host = parts.conn.remote.host;
    this.state = new ReplicaState(parts.limits, parts.clock.monotonicMs());
  }

  /** There are bytes for it, and room in its window. */
  get isHungry(): boolean {
    const { conn, source } = this.#parts;
    this.#blocks.passedOn(this.#handedBytes - conn.pendingBytes);
    return !this.#isClosed && this.state.isBegun && this.state.nextOffset < source.end && conn.pendingBytes < WINDOW_BYTES && this.#blocks.isAnyFree;
  }

  /** What has not been sent to it yet. */
  get backlogBytes(): number {
    return this.#parts.source.end - this.state.nextOffset;
  }

  onData(chunk: Buffer): void {
    if (this.#isClosed) return;
    const report = this.#decode(chunk);
    if (report === undefined) return;
    const hadReported = this.state.hasReported;
    const refusal = this.state.report(report, this.#parts.clock.monotonicMs());
    if (refusal !== undefined) this.end(refusal);
    else if (!hadReported) this.tryBegin();
    else if (this.state.isBegun) this.#parts.onAcked(this);
  }

  onDrain(): void {
    if (!this.#isClosed) this.#parts.onDrain();
  }

  onClose(): void {
    this.#finish(undefined);
  }

  /** After the first report, and again while the place it asks for has no byte yet. */
  tryBegin(): void {
    const outcome = this.state.begin(this.#parts.source);
    if (outcome === 'later') return;
    if (outcome !== 'begun') return this.end(outcome);
    this.#heartbeat();
    this.#parts.onBegun(this);
  }

  /** Hands at most `bytesMax` bytes of log to the connection, in one write; returns how many. */
  push(bytesMax: number): number {
    const { conn, source, clock } = this.#parts;
    const chunks: Buffer[] = [];
    const from = this.state.nextOffset;
    const end = Math.min(source.end, from + Math.min(bytesMax, WINDOW_BYTES - conn.pendingBytes));
    let next = from;
    let isGone = false;
    this.#blocks.passedOn(this.#handedBytes - conn.pendingBytes);
    while (next < end && this.#blocks.isAnyFree) {
      const block = source.read(next, Math.min(SEND_BLOCK_BYTES, end - next), this.#blocks);
      isGone = block === undefined;
      if (block === undefined) break;
      assert(block.length > 0 && next + block.length <= end, 'a block of the log is as long as was asked for');
      this.#frame(next, block, chunks);
      this.#blocks.sendsUpTo(this.#handedBytes);
      next += block.length;
    }
    if (chunks.length > 0) {
      conn.write(chunks);
      if (conn.pendingBytes > 0) source.keep(from, next);
      this.state.sent(next - from, clock.monotonicMs());
    }
    if (isGone) this.#placeIsGone(next);
    return next - from;
  }

  /** Called every now and then. */
  tick(nowMs: number): 'silent' | undefined {
    if (this.#isClosed) return undefined;
    this.#blocks.release();
    if (this.state.isSilent(nowMs)) return 'silent';
    // Bytes that are still on their way are a sign of life of their own.
    if (this.state.isHeartbeatDue(nowMs) && this.#parts.conn.pendingBytes === 0) this.#heartbeat();
    return undefined;
  }

  /** Sends what is queued, then closes. */
  close(): void {
    if (this.#isClosed) return;
    this.#parts.conn.end();
    this.#finish(undefined);
  }

  end(refusal: ReplicaRefusal | undefined): void {
    if (this.#isClosed) return;
    this.#parts.conn.destroy();
    this.#finish(refusal);
  }

  #decode(chunk: Buffer): number | undefined {
    try {
      return this.#decoder.push(chunk);
    } catch (error) {
      if (!(error instanceof HaFrameError)) throw error;
      this.end({ cause: 'forged', reason: `what it sends is not HA: ${error.message}` });
      return undefined;
    }
  }

  /** Headers of their own memory, for they must not change until they are sent. */
  #frame(physicalOffset: number, block: Buffer, chunks: Buffer[]): void {
    const { batchBytes } = this.#parts;
    const frameCount = Math.ceil(block.length / batchBytes);
    const headers = Buffer.allocUnsafe(frameCount * HA_PUSH_HEADER_BYTES);
    for (let frame = 0; frame < frameCount; frame += 1) {
      const body = frameCount === 1 ? block : block.subarray(frame * batchBytes, (frame + 1) * batchBytes);
      const at = frame * HA_PUSH_HEADER_BYTES;
      writeHaPushHeader(headers, at, physicalOffset + frame * batchBytes, body.length);
      chunks.push(headers.subarray(at, at + HA_PUSH_HEADER_BYTES), body);
    }
    this.#handedBytes += headers.length + block.length;
  }

  #heartbeat(): void {
    const header = Buffer.allocUnsafe(HA_PUSH_HEADER_BYTES);
    writeHaPushHeader(header, 0, this.state.nextOffset, 0);
    this.#parts.conn.write([header]);
    this.#handedBytes += header.length;
    this.state.sent(0, this.#parts.clock.monotonicMs());
  }

  /** Deleted before this replica could have it, or the disk does not give it. */
  #placeIsGone(physicalOffset: number): void {
    const { minOffset } = this.#parts.source;
    const reason =
      physicalOffset < minOffset
        ? `it lags behind what is kept: it needs the log from ${physicalOffset} on, but what lies before ${minOffset} is deleted. Start it empty.`
        : `the log cannot be read at ${physicalOffset}; look for a failing disk.`;
    this.end({ cause: 'deleted', reason });
  }

  #finish(refusal: ReplicaRefusal | undefined): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#parts.onEnd(this, refusal);
  }
}
