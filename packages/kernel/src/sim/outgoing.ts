import { assert } from '../assert.ts';
import type { Random } from '../random.ts';

/** What the systems at both ends and the line hold of one direction. */
const WIRE_BYTES_MAX = 256 * 1024;
const CHUNK_BYTES_MAX = 64 * 1024;

/** The bytes of one direction: the sender's queue, of which the system takes as much as the wire holds. */
export class Outgoing {
  queuedBytes = 0;
  private wireBytes = 0;
  private queue: Uint8Array[] = [];
  private wire: Uint8Array[] = [];

  get isEmpty(): boolean {
    return this.queuedBytes + this.wireBytes === 0;
  }

  add(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      if (chunk.length === 0) continue;
      this.queue.push(chunk);
      this.queuedBytes += chunk.length;
    }
    this.fillWire();
  }

  dropQueue(): void {
    this.queue = [];
    this.queuedBytes = 0;
  }

  dropWire(): void {
    this.wire = [];
    this.wireBytes = 0;
  }

  /** Mostly all there is, sometimes a part: receivers must not rely on borders. */
  nextChunkBytes(random: Random): number {
    const most = Math.min(this.wireBytes, CHUNK_BYTES_MAX);
    return random.below(4) === 0 ? 1 + random.below(most) : most;
  }

  take(bytes: number): Buffer {
    const taken = Buffer.alloc(Math.min(bytes, this.wireBytes));
    let count = 0;
    let at = 0;
    while (at < taken.length) {
      const chunk = this.wire[count];
      assert(chunk !== undefined, 'the wire holds what it counts');
      const part = chunk.subarray(0, taken.length - at);
      taken.set(part, at);
      at += part.length;
      if (part.length === chunk.length) count++;
      else this.wire[count] = chunk.subarray(part.length);
    }
    this.wire.splice(0, count);
    this.wireBytes -= taken.length;
    this.fillWire();
    return taken;
  }

  /** Copies only here, where the system takes the bytes, so that a sender that changes a buffer before it is sent is found out. */
  private fillWire(): void {
    let count = 0;
    for (const chunk of this.queue) {
      const part = chunk.subarray(0, WIRE_BYTES_MAX - this.wireBytes);
      if (part.length === 0) break;
      this.wire.push(new Uint8Array(part));
      this.wireBytes += part.length;
      this.queuedBytes -= part.length;
      if (part.length < chunk.length) {
        this.queue[count] = chunk.subarray(part.length);
        break;
      }
      count++;
    }
    this.queue.splice(0, count);
  }
}
