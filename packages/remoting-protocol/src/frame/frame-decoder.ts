/**
 * Cuts a byte stream into frames. The connection pushes what the socket gave and takes frames until there are none.
 *
 * offset | size  | type  | field
 * 0      | 4     | int32 | length L of everything behind this field, at least 4
 * 4      | 1     | uint8 | serialize type of the header: 0 JSON, 1 ROCKETMQ
 * 5      | 3     | uint  | header length H, at most L − 4
 * 8      | H     | bytes | header
 * 8 + H  | L−4−H | bytes | body; none is undefined, not empty
 *
 * A frame that lies whole in a chunk is a view of it. One that does not is gathered in memory that grows with what really
 * arrived: a length word alone never makes us take more than `FIRST_GATHER_BYTES`.
 * Source: remoting/netty/NettyDecoder.java, remoting/protocol/RemotingCommand.java decode (4.6.0)
 */
import { readInt32 } from '../bytes/int64.ts';
import { ProtocolError } from '../errors.ts';
import { DEFAULT_FRAME_LIMITS, type FrameLimits } from './frame-limits.ts';

/** One frame. Header and body are views: valid in the turn of arrival, copy to keep. */
export interface Frame {
  readonly serializeType: number;
  readonly header: Buffer;
  readonly body: Buffer | undefined;
}

/** The stream is not RocketMQ's, or breaks a limit. Nothing behind it can be understood: close the connection. */
export class FrameError extends ProtocolError {}

const WORDS_BYTES = 8;
const FIRST_GATHER_BYTES = 64 * 1024;

export class FrameDecoder {
  readonly #limits: FrameLimits;
  readonly #chunks: Buffer[] = [];
  /** Position in the first chunk. */
  #at = 0;
  /** Start of a frame whose rest has not come, and how much of it is filled. */
  #gathered: Buffer = Buffer.alloc(0);
  #gatheredBytes = 0;
  #chunkBytes = 0;
  #error: FrameError | undefined;

  constructor(limits: FrameLimits = DEFAULT_FRAME_LIMITS) {
    this.#limits = limits;
  }

  /** Set once the stream is broken, and final. */
  get error(): FrameError | undefined {
    return this.#error;
  }

  /** Bytes received and not yet given out. */
  get bufferedBytes(): number {
    return this.#gatheredBytes + this.#chunkBytes;
  }

  /** Takes over `chunk`; frames may be views of it. */
  push(chunk: Buffer): void {
    if (chunk.length === 0 || this.#error !== undefined) return;
    this.#chunks.push(chunk);
    this.#chunkBytes += chunk.length;
  }

  /** The next whole frame; undefined when more bytes are needed or `error` is set. */
  next(): Frame | undefined {
    if (this.#error !== undefined) return undefined;
    for (;;) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) return undefined;
      const frame = this.#gatheredBytes > 0 ? this.#gather(chunk) : this.#cut(chunk);
      if (frame !== undefined) return frame;
      if (this.#error !== undefined) {
        this.#forget();
        return undefined;
      }
    }
  }

  /** A frame that starts in `chunk`. A part of one is moved to `#gathered`. */
  #cut(chunk: Buffer): Frame | undefined {
    const available = chunk.length - this.#at;
    if (available < WORDS_BYTES) {
      this.#startGathering(chunk, available, WORDS_BYTES);
      return undefined;
    }
    const size = this.#frameSize(chunk, this.#at);
    if (size === 0) return undefined;
    if (available < size) {
      this.#startGathering(chunk, available, size);
      return undefined;
    }
    const frame = frameAt(chunk, this.#at, size);
    this.#consume(chunk, size);
    return frame;
  }

  #startGathering(chunk: Buffer, available: number, size: number): void {
    this.#gathered = Buffer.allocUnsafe(Math.min(size, Math.max(available * 2, FIRST_GATHER_BYTES)));
    chunk.copy(this.#gathered, 0, this.#at, chunk.length);
    this.#gatheredBytes = available;
    this.#consume(chunk, available);
  }

  /** Adds to the gathered start what `chunk` has of that frame. */
  #gather(chunk: Buffer): Frame | undefined {
    if (this.#gatheredBytes < WORDS_BYTES) {
      this.#take(chunk, WORDS_BYTES);
      if (this.#gatheredBytes < WORDS_BYTES) return undefined;
    }
    const size = this.#frameSize(this.#gathered, 0);
    if (size === 0) return undefined;
    if (this.#gatheredBytes < size && this.#chunks.length > 0) this.#take(this.#chunks[0] as Buffer, size);
    if (this.#gatheredBytes < size) return undefined;
    const frame = frameAt(this.#gathered, 0, size);
    // The frame keeps this memory.
    this.#gathered = Buffer.alloc(0);
    this.#gatheredBytes = 0;
    return frame;
  }

  /** Moves bytes of `chunk` until `size` are gathered or it is used up. */
  #take(chunk: Buffer, size: number): void {
    const count = Math.min(size - this.#gatheredBytes, chunk.length - this.#at);
    const needed = this.#gatheredBytes + count;
    if (needed > this.#gathered.length) {
      const grown = Buffer.allocUnsafe(Math.min(size, Math.max(needed, this.#gathered.length * 2, FIRST_GATHER_BYTES)));
      this.#gathered.copy(grown, 0, 0, this.#gatheredBytes);
      this.#gathered = grown;
    }
    chunk.copy(this.#gathered, this.#gatheredBytes, this.#at, this.#at + count);
    this.#gatheredBytes = needed;
    this.#consume(chunk, count);
  }

  #consume(chunk: Buffer, count: number): void {
    this.#at += count;
    this.#chunkBytes -= count;
    if (this.#at === chunk.length) {
      this.#chunks.shift();
      this.#at = 0;
    }
  }

  /** Checks the two words; 0 after setting `#error`. */
  #frameSize(buffer: Buffer, at: number): number {
    const length = readInt32(buffer, at);
    const word = readInt32(buffer, at + 4);
    const serializeType = word >>> 24;
    const headerBytes = word & 0xffffff;
    let problem: string | undefined;
    if (length < 4) problem = `frame length ${length}`;
    else if (length + 4 > this.#limits.frameBytesMax) problem = `frame of ${length + 4} bytes, limit ${this.#limits.frameBytesMax}`;
    else if (serializeType > 1) problem = `serialize type ${serializeType}`;
    else if (headerBytes > length - 4) problem = `header of ${headerBytes} bytes in a frame of ${length + 4}`;
    else if (headerBytes > this.#limits.headerBytesMax) problem = `header of ${headerBytes} bytes, limit ${this.#limits.headerBytesMax}`;
    if (problem === undefined) return length + 4;
    this.#error = new FrameError('FRAME', `not a RocketMQ frame: ${problem}`);
    return 0;
  }

  #forget(): void {
    this.#chunks.length = 0;
    this.#chunkBytes = 0;
    this.#at = 0;
    this.#gathered = Buffer.alloc(0);
    this.#gatheredBytes = 0;
  }
}

function frameAt(buffer: Buffer, at: number, size: number): Frame {
  const word = readInt32(buffer, at + 4);
  const bodyAt = at + WORDS_BYTES + (word & 0xffffff);
  const end = at + size;
  return { serializeType: word >>> 24, header: buffer.subarray(at + WORDS_BYTES, bodyAt), body: bodyAt === end ? undefined : buffer.subarray(bodyAt, end) };
}
