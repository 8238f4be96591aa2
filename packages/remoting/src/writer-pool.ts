import { ByteWriter } from '@rocketmq-ts/remoting-protocol';

/** Idle writers kept; each is borrowed by one connection for one turn. */
const IDLE_COUNT_MAX = 64;
/** A writer that grew beyond this in a burst is left to the garbage collector. */
const IDLE_BYTES_MAX = 256 * 1024;

export class WriterPool {
  readonly #idle: ByteWriter[] = [];

  take(): ByteWriter {
    return this.#idle.pop() ?? new ByteWriter();
  }

  giveBack(writer: ByteWriter): void {
    if (this.#idle.length >= IDLE_COUNT_MAX || writer.buffer.length > IDLE_BYTES_MAX) return;
    writer.reset();
    this.#idle.push(writer);
  }
}
