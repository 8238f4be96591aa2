// Takes answers apart as little as a generator needs: where a frame ends, its opaque, whether its code is SUCCESS.

const OPAQUE = Buffer.from('"opaque":', 'latin1');
const CODE_OK = Buffer.from('"code":0,', 'latin1');

/** Calls `frame` for each whole frame: `bytes[headerAt, end)` is its JSON header and its body. */
export class FrameSplitter {
  #chunks: Buffer[] = [];
  #pending = 0;
  /** Bytes of the frame that is not whole yet, as far as they are known. */
  #wanted = 0;

  push(chunk: Buffer, frame: (bytes: Buffer, headerAt: number, end: number) => void): void {
    const bytes = this.#joined(chunk);
    if (bytes === undefined) return;
    let at = 0;
    this.#wanted = 8;
    while (bytes.length - at >= 8) {
      const length = 4 + bytes.readUInt32BE(at);
      if (bytes.length - at < length) {
        this.#wanted = length;
        break;
      }
      frame(bytes, at + 8, at + length);
      at += length;
    }
    if (at === bytes.length) return;
    this.#chunks = [bytes.subarray(at)];
    this.#pending = bytes.length - at;
  }

  /** Joins once for each frame, however many chunks it comes in. */
  #joined(chunk: Buffer): Buffer | undefined {
    if (this.#pending === 0) return chunk;
    this.#chunks.push(chunk);
    this.#pending += chunk.length;
    if (this.#pending < this.#wanted) return undefined;
    const joined = Buffer.concat(this.#chunks, this.#pending);
    this.#chunks = [];
    this.#pending = 0;
    return joined;
  }
}

export function opaqueOf(bytes: Buffer, headerAt: number): number {
  let at = bytes.indexOf(OPAQUE, headerAt) + OPAQUE.length;
  let opaque = 0;
  for (let digit = (bytes[at] ?? 0) - 48; digit >= 0 && digit <= 9; digit = (bytes[++at] ?? 0) - 48) opaque = opaque * 10 + digit;
  return opaque;
}

export function isSuccess(bytes: Buffer, headerAt: number, end: number): boolean {
  const at = bytes.indexOf(CODE_OK, headerAt);
  return at >= 0 && at < end;
}

export interface AnswerHeader {
  readonly code: number;
  readonly remark?: string;
  readonly opaque: number;
  readonly extFields?: Readonly<Record<string, string>>;
}

/** @throws SyntaxError */
export function headerOf(bytes: Buffer, headerAt: number): AnswerHeader {
  return JSON.parse(bytes.toString('utf8', headerAt, bodyAt(bytes, headerAt))) as AnswerHeader;
}

export function bodyAt(bytes: Buffer, headerAt: number): number {
  return headerAt + (bytes.readUInt32BE(headerAt - 4) & 0xff_ffff);
}

/** Code and remark of an answer, for a reader. */
export function remarkOf(bytes: Buffer, headerAt: number, end: number): string {
  try {
    const { code, remark } = headerOf(bytes, headerAt);
    return `code ${code}${remark === undefined ? '' : `, ${remark.split('\n')[0]}`}`;
  } catch {
    return `an answer that cannot be read: ${bytes.toString('latin1', headerAt, Math.min(end, headerAt + 200))}`;
  }
}
