import type { Log } from '@rocketmq-ts/kernel';

export type SaveListener = (error: Error | undefined) => void;

export interface FileSaverParts {
  /** For the log: 'topics.json'. */
  readonly name: string;
  /** The whole content as of now. */
  readonly encode: () => string;
  /** Replaces the file; resolves when that survives a power cut. */
  readonly write: (text: string) => Promise<void>;
  readonly log: Log;
}

/**
 * Keeps one file in step with one table: any number of changes while a write is under way become one more write.
 *
 *   clean ──request──► writing ──request──► writing + dirty
 *     ▲                  │ done                 │ done: writes again
 *     └──────────────────┘◄─────────────────────┘
 *
 * A write that failed leaves the file as it was and the table dirty; the next request, or `retry`, writes again.
 */
export class FileSaver {
  readonly #parts: FileSaverParts;
  #isDirty = false;
  #writing: Promise<void> | undefined;
  /** Wait for the write under way. */
  #current: SaveListener[] = [];
  /** Wait for the write after it. */
  #next: SaveListener[] = [];

  constructor(parts: FileSaverParts) {
    this.#parts = parts;
  }

  /** The table changed. */
  request(): void {
    this.#isDirty = true;
    this.#writing ??= this.#run();
  }

  /** Calls back when everything up to now is on disk, or could not be brought there; at once when there is nothing to write. */
  whenSaved(listener: SaveListener): void {
    if (this.#isDirty) this.#next.push(listener);
    else if (this.#writing !== undefined) this.#current.push(listener);
    else listener(undefined);
  }

  /** Writes again what an earlier write failed to. */
  retry(): void {
    if (this.#isDirty) this.request();
  }

  /** Resolves when no write is under way; the last one may have failed. */
  async flush(): Promise<void> {
    this.retry();
    await this.#writing;
  }

  async #run(): Promise<void> {
    // The rest of this turn may change the table again.
    await Promise.resolve();
    let failure: Error | undefined;
    do {
      this.#isDirty = false;
      this.#current = this.#next;
      this.#next = [];
      failure = await this.#writeOnce();
      const listeners = this.#current;
      this.#current = [];
      for (const listener of listeners) listener(failure);
    } while (this.#isDirty && failure === undefined);
    if (failure !== undefined) this.#isDirty = true;
    this.#writing = undefined;
    // Who asked while a failing write was under way must hear of something: try once more for them.
    if (this.#next.length > 0) this.request();
  }

  async #writeOnce(): Promise<Error | undefined> {
    try {
      await this.#parts.write(this.#parts.encode());
      return undefined;
    } catch (error) {
      this.#parts.log.error('A file could not be saved; it is as it was before.', { file: this.#parts.name, error: error as Error });
      return error as Error;
    }
  }
}
