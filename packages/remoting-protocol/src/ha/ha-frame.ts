/**
 * The HA protocol: how a slave's commit log follows its master's over a connection of its own (listenPort + 1). No
 * handshake, no versions, no checksums; everything big-endian.
 *
 * Slave → master, a report: how far the slave's log has come. The first one says where the master has to begin (0: at the
 * start of its last file), later ones acknowledge.
 *
 * offset | size | type  | field
 * 0      | 8    | int64 | physical offset
 *
 * Master → slave, a push: bytes of the log as they are in the file, cut anywhere, never across two files. Without a body
 * it is a heartbeat and names the offset of the next push.
 *
 * offset | size | type  | field
 * 0      | 8    | int64 | physical offset of the body's first byte
 * 8      | 4    | int32 | body size B, at most haTransferBatchSize
 * 12     | B    | bytes | body
 *
 * Source: store/ha/HAService.java HAClient, store/ha/HAConnection.java (4.6.0)
 */
import { readInt32, readInt64, writeInt32, writeInt64 } from '../bytes/int64.ts';
import { ProtocolError } from '../errors.ts';

export const HA_REPORT_BYTES = 8;
export const HA_PUSH_HEADER_BYTES = 12;
/** A push must fit into the 4 MiB in which a Java slave gathers it. Source: HAService.java READ_MAX_BUFFER_SIZE (4.6.0) */
export const HA_PUSH_BODY_BYTES_MAX = 4 * 1024 * 1024 - HA_PUSH_HEADER_BYTES;

/** The stream is not that of 4.6.0's HA: close the connection. */
export class HaFrameError extends ProtocolError {
  constructor(problem: string) {
    super('HA_FRAME', problem);
  }
}

/** A report in memory of its own: it may be given to a socket. */
export function encodeHaReport(physicalOffset: number): Buffer {
  const bytes = Buffer.allocUnsafe(HA_REPORT_BYTES);
  writeInt64(bytes, 0, physicalOffset);
  return bytes;
}

/** Writes the 12 bytes before a body. The caller has made room. */
export function writeHaPushHeader(buffer: Buffer, at: number, physicalOffset: number, bodyBytes: number): void {
  writeInt64(buffer, at, physicalOffset);
  writeInt32(buffer, at + 8, bodyBytes);
}

/** Bytes of fixed-size heads that a stream cuts anywhere; holds fewer than `size` of them between two chunks. */
class HeadGatherer {
  readonly #head: Buffer;
  #bytes = 0;

  constructor(size: number) {
    this.#head = Buffer.alloc(size);
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** Moves what is missing; returns how many bytes of `chunk` are used up. */
  add(chunk: Buffer, at: number): number {
    const count = Math.min(this.#head.length - this.#bytes, chunk.length - at);
    chunk.copy(this.#head, this.#bytes, at, at + count);
    this.#bytes += count;
    return count;
  }

  /** The whole head, until the next `add`; undefined when bytes are missing. */
  take(): Buffer | undefined {
    if (this.#bytes < this.#head.length) return undefined;
    this.#bytes = 0;
    return this.#head;
  }
}

/** The master's side: what a slave reports. Keeps at most seven bytes of the stream. */
export class HaReportDecoder {
  readonly #gatherer = new HeadGatherer(HA_REPORT_BYTES);
  #last = -1;

  /**
   * The last report that is complete with this chunk; undefined when none is.
   * @throws HaFrameError for a negative or falling offset, or one beyond 2^53: these bytes are no reports
   */
  push(chunk: Buffer): number | undefined {
    let isAny = false;
    for (let at = 0; at < chunk.length; ) {
      if (this.#gatherer.isEmpty && chunk.length - at >= HA_REPORT_BYTES) {
        this.#accept(chunk, at);
        at += HA_REPORT_BYTES;
        isAny = true;
        continue;
      }
      at += this.#gatherer.add(chunk, at);
      const head = this.#gatherer.take();
      if (head === undefined) break;
      this.#accept(head, 0);
      isAny = true;
    }
    return isAny ? this.#last : undefined;
  }

  #accept(buffer: Buffer, at: number): void {
    const offset = readOffset(buffer, at, 'a report');
    if (offset < this.#last) throw new HaFrameError(`a report of ${offset} after one of ${this.#last}: a log does not become shorter`);
    this.#last = offset;
  }
}

/** What comes out of a master's stream: each header once, then its body in as many pieces as it came in. */
export type HaPushPart =
  | { readonly kind: 'header'; readonly physicalOffset: number; readonly bodyBytes: number }
  /** `bytes` is a view of the chunk. */
  | { readonly kind: 'body'; readonly physicalOffset: number; readonly bytes: Buffer };

/** The slave's side: bodies are handed on as they come and never gathered. */
export class HaPushDecoder {
  readonly #gatherer = new HeadGatherer(HA_PUSH_HEADER_BYTES);
  #chunk: Buffer | undefined;
  #at = 0;
  #bodyOffset = 0;
  #bodyLeft = 0;

  /** To be called when `next` has given everything of the chunk before. */
  push(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /**
   * The next part of the chunk; undefined at its end.
   * @throws HaFrameError for a negative offset or size, or a body above HA_PUSH_BODY_BYTES_MAX
   */
  next(): HaPushPart | undefined {
    const chunk = this.#chunk;
    if (chunk === undefined || this.#at === chunk.length) {
      this.#chunk = undefined;
      return undefined;
    }
    if (this.#bodyLeft > 0) return this.#takeBody(chunk);
    if (this.#gatherer.isEmpty && chunk.length - this.#at >= HA_PUSH_HEADER_BYTES) {
      const header = this.#openPush(chunk, this.#at);
      this.#at += HA_PUSH_HEADER_BYTES;
      return header;
    }
    this.#at += this.#gatherer.add(chunk, this.#at);
    const head = this.#gatherer.take();
    return head === undefined ? this.next() : this.#openPush(head, 0);
  }

  #openPush(buffer: Buffer, at: number): HaPushPart {
    const physicalOffset = readOffset(buffer, at, 'a push');
    const bodyBytes = readInt32(buffer, at + 8);
    if (bodyBytes < 0 || bodyBytes > HA_PUSH_BODY_BYTES_MAX) throw new HaFrameError(`a push of ${bodyBytes} bytes, limit ${HA_PUSH_BODY_BYTES_MAX}`);
    this.#bodyOffset = physicalOffset;
    this.#bodyLeft = bodyBytes;
    return { kind: 'header', physicalOffset, bodyBytes };
  }

  #takeBody(chunk: Buffer): HaPushPart {
    const bytes = chunk.subarray(this.#at, Math.min(chunk.length, this.#at + this.#bodyLeft));
    const physicalOffset = this.#bodyOffset;
    this.#at += bytes.length;
    this.#bodyOffset += bytes.length;
    this.#bodyLeft -= bytes.length;
    return { kind: 'body', physicalOffset, bytes };
  }
}

function readOffset(buffer: Buffer, at: number, what: string): number {
  // The high word first: `readInt64` would name a byte of our buffer, which tells nobody anything.
  const high = readInt32(buffer, at);
  if (high < 0) throw new HaFrameError(`${what} at a negative offset`);
  if (high >= 0x20_0000) throw new HaFrameError(`${what} at an offset beyond 2^53`);
  return readInt64(buffer, at);
}
