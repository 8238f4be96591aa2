// As much of the NATS client protocol as a publisher to JetStream needs to read.

export interface NatsEvents {
  /** An acknowledgement came to the inbox of this slot; `text` gives its JSON. */
  acknowledged(slot: number, isStored: boolean, text: () => string): void;
  ping(): void;
  /** `-ERR …` */
  failed(text: string): void;
}

const LF = 0x0a;
const SPACE = 0x20;
const DOT = 0x2e;
/** `M` of MSG, `P` of PING, `-` of -ERR; INFO, +OK and PONG want nothing. */
const MSG = 0x4d;
const PING = 0x50;
const PING_SECOND = 0x49;
const ERR = 0x2d;
const ERROR_KEY = Buffer.from('"error":', 'latin1');

export class NatsSplitter {
  readonly #events: NatsEvents;
  #pending: Buffer = Buffer.alloc(0);

  constructor(events: NatsEvents) {
    this.#events = events;
  }

  push(chunk: Buffer): void {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    let at = 0;
    for (let lineEnd = bytes.indexOf(LF, at); lineEnd >= 0; lineEnd = bytes.indexOf(LF, at)) {
      const next = bytes[at] === MSG ? this.#message(bytes, at, lineEnd) : this.#line(bytes, at, lineEnd);
      if (next === undefined) break;
      at = next;
    }
    this.#pending = at === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
  }

  #line(bytes: Buffer, at: number, lineEnd: number): number {
    if (bytes[at] === PING && bytes[at + 1] === PING_SECOND) this.#events.ping();
    else if (bytes[at] === ERR) this.#events.failed(bytes.toString('latin1', at, lineEnd).trim());
    return lineEnd + 1;
  }

  /** `MSG inbox.slot sid bytes␍␊payload␍␊`. @returns where the next begins; undefined while this one is not whole */
  #message(bytes: Buffer, at: number, lineEnd: number): number | undefined {
    const subjectEnd = bytes.indexOf(SPACE, at + 4);
    let length = 0;
    let scale = 1;
    for (let digit = lineEnd - 2; bytes[digit] !== SPACE; digit--, scale *= 10) length += ((bytes[digit] as number) - 0x30) * scale;
    const end = lineEnd + 1 + length;
    if (bytes.length < end + 2) return undefined;
    let slot = 0;
    scale = 1;
    for (let digit = subjectEnd - 1; bytes[digit] !== DOT; digit--, scale *= 10) slot += ((bytes[digit] as number) - 0x30) * scale;
    const errorAt = bytes.indexOf(ERROR_KEY, lineEnd);
    const isStored = errorAt < 0 || errorAt >= end;
    this.#events.acknowledged(slot, isStored, () => bytes.toString('utf8', lineEnd + 1, end));
    return end + 2;
  }
}
