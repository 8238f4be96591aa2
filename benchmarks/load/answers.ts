// Takes answers apart as little as a generator needs: where a frame ends, its opaque, whether its code is SUCCESS.

const OPAQUE = Buffer.from('"opaque":', 'latin1');
const CODE_OK = Buffer.from('"code":0,', 'latin1');

/** Calls `frame` for each whole frame: `bytes[headerAt, end)` is its JSON header and its body. */
export class FrameSplitter {
  #pending: Buffer = Buffer.alloc(0);

  push(chunk: Buffer, frame: (bytes: Buffer, headerAt: number, end: number) => void): void {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    let at = 0;
    while (bytes.length - at >= 8) {
      const end = at + 4 + bytes.readUInt32BE(at);
      if (end > bytes.length) break;
      frame(bytes, at + 8, end);
      at = end;
    }
    this.#pending = at === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
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

/** Code and remark of an answer, for a reader. */
export function remarkOf(bytes: Buffer, headerAt: number, end: number): string {
  const headerLength = bytes.readUInt32BE(headerAt - 4) & 0xff_ffff;
  const text = bytes.toString('utf8', headerAt, Math.min(end, headerAt + headerLength));
  try {
    const { code, remark } = JSON.parse(text) as { code: number; remark?: string };
    return `code ${code}${remark === undefined ? '' : `, ${remark.split('\n')[0]}`}`;
  } catch {
    return `an answer that cannot be read: ${text.slice(0, 200)}`;
  }
}
