/**
 * The write cork of one connection: frames of a turn are encoded one behind the other and leave as one socket write.
 *
 *   append ─► writer bytes ─┐
 *   large body pieces ──────┴─► flush(): [bytes, piece, bytes, …] in the order given ─► conn.write
 *
 * The writer is borrowed for the turn, so an idle connection holds no buffer.
 */
import type { Conn } from '@rocketmq-ts/kernel';
import { type ByteWriter, encodeCommand, encodeCommandHead, type RemotingCommand } from '@rocketmq-ts/remoting-protocol';
import type { WriterPool } from './writer-pool.ts';

/** Pieces from this size on go by reference: below, one more buffer in the write costs more than the copy. */
const REFERENCE_BYTES_MIN = 4096;

export class Outbox {
  readonly #conn: Conn;
  readonly #pool: WriterPool;
  #writer: ByteWriter | undefined;
  /** Large pieces, and where in the writer's bytes each belongs. */
  #pieces: Buffer[] = [];
  #pieceAt: number[] = [];
  #pieceBytes = 0;

  constructor(conn: Conn, pool: WriterPool) {
    this.#conn = conn;
    this.#pool = pool;
  }

  /** Bytes collected since the last flush. */
  get collectedBytes(): number {
    return (this.#writer?.position ?? 0) + this.#pieceBytes;
  }

  /** Where the next frame goes; the caller writes it whole before the turn goes on. */
  writer(): ByteWriter {
    return (this.#writer ??= this.#pool.take());
  }

  append(command: RemotingCommand): void {
    encodeCommand(this.writer(), command);
  }

  /** A frame whose body is `pieces`; `command.body` is not looked at. */
  appendParts(command: RemotingCommand, pieces: readonly Buffer[]): void {
    const writer = this.writer();
    let bodyBytes = 0;
    for (const piece of pieces) bodyBytes += piece.length;
    encodeCommandHead(writer, command, bodyBytes);
    for (const piece of pieces) {
      if (piece.length < REFERENCE_BYTES_MIN) {
        writer.bytes(piece);
      } else {
        this.#pieces.push(piece);
        this.#pieceAt.push(writer.position);
        this.#pieceBytes += piece.length;
      }
    }
  }

  /** One socket write of everything collected. False: the system does not take more for now. */
  flush(): boolean {
    const writer = this.#writer;
    if (writer === undefined) return true;
    this.#writer = undefined;
    const bytes = writer.view();
    const isAccepted = this.#conn.write(this.#pieces.length === 0 ? [bytes] : this.#interleave(bytes));
    // What the socket holds on to, because its peer is slow, stays as it is.
    if (this.#conn.pendingBytes === 0) this.#pool.giveBack(writer);
    return isAccepted;
  }

  discard(): void {
    if (this.#writer !== undefined) this.#pool.giveBack(this.#writer);
    this.#writer = undefined;
    this.#pieces = [];
    this.#pieceAt = [];
    this.#pieceBytes = 0;
  }

  #interleave(bytes: Buffer): Buffer[] {
    const chunks: Buffer[] = [];
    let start = 0;
    for (let index = 0; index < this.#pieces.length; index++) {
      const at = this.#pieceAt[index] as number;
      if (at > start) chunks.push(bytes.subarray(start, at));
      chunks.push(this.#pieces[index] as Buffer);
      start = at;
    }
    if (bytes.length > start) chunks.push(bytes.subarray(start));
    this.#pieces = [];
    this.#pieceAt = [];
    this.#pieceBytes = 0;
    return chunks;
  }
}
