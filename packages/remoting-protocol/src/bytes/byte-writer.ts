/**
 * A buffer that grows, written front to back and reused: encoders of frames and bodies append to it, the connection sends
 * `view()` and calls `reset()`. Positions stay valid while it grows, views do not.
 */
import { writeInt32, writeInt64 } from './int64.ts';
import { writeDecimal, writeText } from './text.ts';

export class ByteWriter {
  /** Where the next byte goes, which is also how many there are. */
  position = 0;
  /** Backing store. Valid until the next call that may grow it. */
  buffer: Buffer;

  constructor(capacityBytes = 1024) {
    this.buffer = Buffer.allocUnsafe(capacityBytes);
  }

  /** Makes room for `count` further bytes; returns the present position, for those who write into `buffer` themselves. */
  reserve(count: number): number {
    const needed = this.position + count;
    if (needed > this.buffer.length) this.#grow(needed);
    return this.position;
  }

  u8(value: number): void {
    // First the room, then the buffer: growing replaces it.
    const at = this.reserve(1);
    this.buffer[at] = value;
    this.position = at + 1;
  }

  i16(value: number): void {
    const at = this.reserve(2);
    this.buffer[at] = value >>> 8;
    this.buffer[at + 1] = value;
    this.position = at + 2;
  }

  i32(value: number): void {
    const at = this.reserve(4);
    writeInt32(this.buffer, at, value);
    this.position = at + 4;
  }

  /** A safe integer as 8 bytes. */
  i64(value: number): void {
    const at = this.reserve(8);
    writeInt64(this.buffer, at, value);
    this.position = at + 8;
  }

  /** Overwrites 4 bytes written before, such as a length that is known only now. */
  patchI32(at: number, value: number): void {
    writeInt32(this.buffer, at, value);
  }

  bytes(source: Uint8Array): void {
    const at = this.reserve(source.length);
    this.buffer.set(source, at);
    this.position = at + source.length;
  }

  /** Returns the number of bytes written. */
  utf8(text: string): number {
    const at = this.reserve(text.length * 3);
    this.position = writeText(this.buffer, at, text);
    return this.position - at;
  }

  /** Text known to hold no character above U+00FF. Returns the number of bytes written. */
  latin1(text: string): number {
    const at = this.reserve(text.length);
    if (text.length > 64) this.buffer.write(text, at, 'latin1');
    else for (let index = 0; index < text.length; index++) this.buffer[at + index] = text.charCodeAt(index);
    this.position = at + text.length;
    return text.length;
  }

  /** A safe integer as decimal text. */
  decimal(value: number): void {
    const at = this.reserve(20);
    this.position = writeDecimal(this.buffer, at, value);
  }

  /** What was written. Shares memory: valid until the next write or `reset`. */
  view(): Buffer {
    return this.buffer.subarray(0, this.position);
  }

  /** What was written, in memory of its own. */
  copy(): Buffer {
    return Buffer.from(this.view());
  }

  /** Forgets the content, keeps the memory. */
  reset(): void {
    this.position = 0;
  }

  #grow(needed: number): void {
    const next = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(next, 0, 0, this.position);
    this.buffer = next;
  }
}
