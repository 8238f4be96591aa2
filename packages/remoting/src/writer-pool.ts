import { ByteWriter } from '@rocketmq-ts/remoting-protocol';

/** Idle writers kept; each is borrowed by one connection for one turn. */
const IDLE_COUNT_MAX = 64;
const SLAB_BYTES = 256 * 1024;
/** Output from this size on leaves in the writer's own memory; below, the copy costs less than new memory each time. */
const OWN_MEMORY_BYTES_MIN = 32 * 1024;

/**
 * Lends writers to connections, and turns what they wrote into bytes that never change again: the socket may hold on to
 * them for as long as its peer is slow. A slab is filled once and left to the garbage collector.
 */
export class WriterPool {
  readonly #idle: ByteWriter[] = [];
  #slab = Buffer.alloc(0);
  #slabUsed = 0;

  take(): ByteWriter {
    return this.#idle.pop() ?? new ByteWriter();
  }

  /** Nothing of it is wanted. */
  giveBack(writer: ByteWriter): void {
    writer.reset();
    if (this.#idle.length < IDLE_COUNT_MAX) this.#idle.push(writer);
  }

  /** Takes the writer back; returns what it holds. */
  finish(writer: ByteWriter): Buffer {
    const bytes = writer.view();
    if (bytes.length >= OWN_MEMORY_BYTES_MIN) return bytes;
    if (this.#slabUsed + bytes.length > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#slabUsed = 0;
    }
    const start = this.#slabUsed;
    this.#slabUsed += bytes.copy(this.#slab, start);
    this.giveBack(writer);
    return this.#slab.subarray(start, this.#slabUsed);
  }
}
