/**
 * Collects the records of an answer and gives them memory of their own, in one piece: what the log is read from is used
 * again before a slow reader has taken its answer.
 */
export class RecordRun {
  bytes = 0;
  readonly #views: Buffer[] = [];

  get count(): number {
    return this.#views.length;
  }

  /** @param record a view, see `LogReader.record` */
  add(record: Buffer): void {
    this.bytes += record.length;
    this.#views.push(record);
  }

  finish(): Buffer[] {
    return this.count === 0 ? [] : [Buffer.concat(this.#views, this.bytes)];
  }
}
