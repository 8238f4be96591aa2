/**
 * Collects records for an answer. Those that lie side by side in one piece of memory, as the newest ones of a busy queue
 * do, become one slice: fewer objects here, fewer pieces for the socket.
 */
export class RecordRun {
  readonly records: Buffer[] = [];
  bytes = 0;
  count = 0;
  #last: Buffer | undefined;
  #lastLength = 0;

  add(record: Buffer): void {
    const { length } = record;
    this.bytes += length;
    this.count++;
    const last = this.#last;
    if (last !== undefined && last.buffer === record.buffer && last.byteOffset + this.#lastLength === record.byteOffset) {
      this.#lastLength += length;
      return;
    }
    this.#close();
    this.#last = record;
    this.#lastLength = length;
  }

  finish(): Buffer[] {
    this.#close();
    this.#last = undefined;
    return this.records;
  }

  #close(): void {
    const last = this.#last;
    if (last === undefined) return;
    this.records.push(last.length === this.#lastLength ? last : Buffer.from(last.buffer, last.byteOffset, this.#lastLength));
  }
}
