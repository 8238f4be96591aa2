import { ByteWriter } from '@rocketmq-ts/remoting-protocol';

/** Memory of idle writers in all; each is borrowed by one connection for one turn. */
const IDLE_BYTES_MAX = 4 * 1024 * 1024;
/** A writer that has grown beyond this is not kept. */
const KEPT_BYTES_MAX = 256 * 1024;

/** Lends writers to connections, so that one that is idle holds no buffer and a busy one needs no new memory. */
export class WriterPool {
  readonly #idle: ByteWriter[] = [];
  #idleBytes = 0;

  take(): ByteWriter {
    const writer = this.#idle.pop();
    if (writer === undefined) return new ByteWriter();
    this.#idleBytes -= writer.buffer.length;
    return writer;
  }

  /** Nobody reads its bytes any more. */
  giveBack(writer: ByteWriter): void {
    const bytes = writer.buffer.length;
    if (bytes > KEPT_BYTES_MAX || this.#idleBytes + bytes > IDLE_BYTES_MAX) return;
    writer.reset();
    this.#idleBytes += bytes;
    this.#idle.push(writer);
  }
}
