// Chunks that leave some time after they came, in order. Pure: told the time, it says what is due.
export class DelayLine {
  readonly #delayMs: number;
  readonly #waiting: { readonly dueAt: number; readonly chunk: Buffer }[] = [];
  #bytes = 0;

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** Bytes that have come and not left. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When the next chunk leaves; undefined while there is none. */
  get nextAt(): number | undefined {
    return this.#waiting[0]?.dueAt;
  }

  put(chunk: Buffer, now: number): void {
    this.#waiting.push({ dueAt: now + this.#delayMs, chunk });
    this.#bytes += chunk.length;
  }

  /** What has been here long enough. */
  take(now: number): Buffer[] {
    const out: Buffer[] = [];
    while (this.#waiting.length > 0 && (this.#waiting[0] as { dueAt: number }).dueAt <= now) {
      const { chunk } = this.#waiting.shift() as { chunk: Buffer };
      this.#bytes -= chunk.length;
      out.push(chunk);
    }
    return out;
  }
}
