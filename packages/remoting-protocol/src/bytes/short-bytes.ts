/**
 * Short ASCII that is looked for at a place in a buffer: the keys of a header, a name that came before. Compared four bytes
 * at a time, which takes little more than half as long as one by one, and a fifth of a native call.
 */
export class ShortBytes {
  readonly bytes: Buffer;
  /** The same little-endian, as far as it fills words. */
  readonly #words: Int32Array;
  #length = 0;

  constructor(bytesMax: number) {
    this.bytes = Buffer.alloc(bytesMax);
    this.#words = new Int32Array(bytesMax >> 2);
  }

  /** That text for ever. */
  static of(text: string): ShortBytes {
    const bytes = Buffer.from(text, 'latin1');
    const short = new ShortBytes(bytes.length);
    short.copy(bytes, 0, bytes.length);
    return short;
  }

  /** From now on `source[start, end)`. */
  copy(source: Buffer, start: number, end: number): void {
    this.#length = end - start;
    for (let index = 0; index < this.#length; index++) this.bytes[index] = source[start + index] as number;
    for (let index = 0; index < this.#length >> 2; index++) this.#words[index] = wordAt(source, start + index * 4);
  }

  /** The position behind, when it stands at `start`; −1 when it does not. `start` may lie outside of the buffer. */
  behind(buffer: Buffer, start: number): number {
    const words = this.#words;
    const wordCount = this.#length >> 2;
    let at = start;
    for (let index = 0; index < wordCount; index++) {
      if (wordAt(buffer, at) !== words[index]) return -1;
      at += 4;
    }
    const { bytes } = this;
    const end = start + this.#length;
    for (; at < end; at++) {
      if (buffer[at] !== bytes[at - start]) return -1;
    }
    return end;
  }
}

/** Bytes outside of the buffer are undefined, which counts as zero here; no text has a zero. */
function wordAt(buffer: Buffer, at: number): number {
  return (buffer[at] as number) | ((buffer[at + 1] as number) << 8) | ((buffer[at + 2] as number) << 16) | ((buffer[at + 3] as number) << 24);
}
