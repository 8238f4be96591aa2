/**
 * A server asked with bare frames over one connection: written by hand, so that it shares no code with the programs
 * under test and waits for nobody's retries.
 *
 *   0 length 4 | 4 serialize type 1 (0: JSON) + header length 3 | 8 header JSON | body
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';

const TIMEOUT_MS = 10_000;

export interface WireAnswer {
  readonly code: number;
  readonly remark: string;
  readonly ext: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Waiting {
  readonly resolve: (answer: WireAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export class WireClient implements Disposable {
  readonly address: string;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #received: Buffer = Buffer.alloc(0);
  #opaque = 0;

  private constructor(address: string, socket: Socket) {
    this.address = address;
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => this.#failAll());
  }

  /** @throws Error when nobody listens there. */
  static async connect(address: string): Promise<WireClient> {
    const [host = '', port = ''] = address.split(':');
    const socket = connect({ host, port: Number(port), noDelay: true });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new WireClient(address, socket);
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** @throws Error when the connection ends or nothing comes within `timeoutMs`: the outcome is unknown then. */
  async request(code: number, ext: Readonly<Record<string, string | number | boolean>> = {}, body: string | Buffer = '', timeoutMs = TIMEOUT_MS): Promise<WireAnswer> {
    this.#opaque += 1;
    const opaque = this.#opaque;
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(opaque);
        reject(new Error(`${this.address}: no answer to ${code} within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#waiting.set(opaque, { resolve, reject, timer });
      if (this.isOpen) this.#socket.write(frameOf(code, opaque, ext, body));
      else this.#failAll();
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    let at = 0;
    while (bytes.length - at >= 4 && bytes.length - at >= 4 + bytes.readInt32BE(at)) {
      const end = at + 4 + bytes.readInt32BE(at);
      this.#answered(bytes.subarray(at + 4, end));
      at = end;
    }
    this.#received = bytes.subarray(at);
  }

  #answered(frame: Buffer): void {
    const headerEnd = 4 + (frame.readInt32BE(0) & 0xffffff);
    const header = JSON.parse(frame.toString('utf8', 4, headerEnd)) as { code: number; flag: number; opaque: number; remark?: string; extFields?: Record<string, string> };
    const waiting = this.#waiting.get(header.opaque);
    if ((header.flag & 1) === 0 || waiting === undefined) return; // a request of the server's own, or too late
    this.#waiting.delete(header.opaque);
    clearTimeout(waiting.timer);
    waiting.resolve({ code: header.code, remark: header.remark ?? '', ext: header.extFields ?? {}, body: Buffer.from(frame.subarray(headerEnd)) });
  }

  #failAll(): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Error(`${this.address}: the connection is gone`));
    }
    this.#waiting.clear();
  }
}

function frameOf(code: number, opaque: number, ext: Readonly<Record<string, string | number | boolean>>, body: string | Buffer): Buffer {
  const extFields = Object.fromEntries(Object.entries(ext).map(([name, value]) => [name, String(value)]));
  const header = Buffer.from(JSON.stringify({ code, extFields, flag: 0, language: 'JAVA', opaque, serializeTypeCurrentRPC: 'JSON', version: 333 }));
  const content = Buffer.from(body);
  const lengths = Buffer.alloc(8);
  lengths.writeInt32BE(4 + header.length + content.length, 0);
  lengths.writeInt32BE(header.length, 4);
  return Buffer.concat([lengths, header, content]);
}
