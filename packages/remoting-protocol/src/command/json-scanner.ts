/**
 * Reads JSON from the bytes of a header, one token at a time, without building a tree. Used by the generic header decoder;
 * the send path has a scanner of its own (send-message-scan.ts). It accepts what fastjson writes and what other clients
 * send: any order, blanks, all escapes. Depth and key count are bounded, so a hostile header costs no more than its size.
 *
 * Source: the JSON form of remoting/protocol/RemotingSerializable.java (4.6.0), RFC 8259
 */
import { CACHED_TEXT_BYTES_MAX, headerTexts } from '../bytes/text-cache.ts';
import { ProtocolError } from '../errors.ts';
import { unescapeJson } from './json-unescape.ts';

export const HEADER_DEPTH_MAX = 8;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export function headerSyntax(what: string, at: number): ProtocolError {
  return new ProtocolError('HEADER_SYNTAX', `header is not valid JSON: ${what} at byte ${at}`);
}

export class JsonScanner {
  #bytes: Buffer;
  #at = 0;
  /** Content of the last string scanned, between its quotes. */
  #start = 0;
  #end = 0;
  #escaped = false;
  #highBits = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  /** Skips blanks and returns the byte there without taking it; −1 at the end. */
  peek(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    let byte = at < bytes.length ? (bytes[at] as number) : -1;
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      at++;
      byte = at < bytes.length ? (bytes[at] as number) : -1;
    }
    this.#at = at;
    return byte;
  }

  /** Takes `byte` after blanks. */
  expect(byte: number): void {
    if (this.peek() !== byte) throw headerSyntax(`'${String.fromCharCode(byte)}' expected`, this.#at);
    this.#at++;
  }

  /** Takes `byte` if it comes next. */
  accept(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.#at++;
    return true;
  }

  /** Nothing but blanks may follow. */
  end(): void {
    if (this.peek() !== -1) throw headerSyntax('bytes behind the object', this.#at);
  }

  /** A key: always from the cache when short. */
  key(): string {
    this.#scanString();
    return this.#text(true);
  }

  /** A string value. Values that look like numbers change with every request and stay out of the cache. */
  text(): string {
    this.#scanString();
    const first = this.#bytes[this.#start] as number;
    return this.#text(first > 0x39 || first < 0x2b);
  }

  /** A string, number or boolean as text; null is undefined. An object or array is refused. */
  scalarText(): string | undefined {
    const byte = this.peek();
    if (byte === QUOTE) return this.text();
    if (byte === 0x7b || byte === 0x5b) throw headerSyntax('a text expected', this.#at);
    const start = this.#at;
    this.#scanWord();
    const word = this.#bytes.toString('latin1', start, this.#at);
    if (word === 'null') return undefined;
    if (word === 'true' || word === 'false' || isJsonNumber(word)) return word;
    throw headerSyntax('a value expected', start);
  }

  /** An int32, as a number or as decimal text. */
  int32(): number {
    const quoted = this.peek() === QUOTE;
    if (quoted) this.#at++;
    const bytes = this.#bytes;
    const from = this.#at;
    let at = from;
    const negative = bytes[at] === 0x2d;
    if (negative) at++;
    const digitsAt = at;
    let value = 0;
    for (let byte = bytes[at]; byte !== undefined && byte >= 0x30 && byte <= 0x39; byte = bytes[at]) {
      value = value * 10 + byte - 0x30;
      at++;
      if (at - digitsAt > 10) throw headerSyntax('integer out of range', from);
    }
    if (at === digitsAt) throw headerSyntax('an integer expected', from);
    if (negative) value = -value;
    if (value > 0x7fffffff || value < -0x80000000) throw headerSyntax('integer out of range', from);
    if (quoted) {
      if (bytes[at] !== QUOTE) throw headerSyntax('an integer expected', from);
      at++;
    } else if (at < bytes.length && isWordByte(bytes[at] as number)) {
      throw headerSyntax('an integer expected', from);
    }
    this.#at = at;
    // −0 would not be the same value to everybody.
    return value | 0;
  }

  /** Steps over any value. */
  skip(depth: number): void {
    if (depth > HEADER_DEPTH_MAX) throw headerSyntax(`deeper than ${HEADER_DEPTH_MAX}`, this.#at);
    const byte = this.peek();
    if (byte === QUOTE) {
      this.#scanString();
    } else if (byte === 0x7b) {
      this.#at++;
      if (this.accept(0x7d)) return;
      do {
        this.#scanString();
        this.expect(0x3a);
        this.skip(depth + 1);
      } while (this.accept(0x2c));
      this.expect(0x7d);
    } else if (byte === 0x5b) {
      this.#at++;
      if (this.accept(0x5d)) return;
      do this.skip(depth + 1);
      while (this.accept(0x2c));
      this.expect(0x5d);
    } else {
      this.scalarText();
    }
  }

  /** Finds both ends of a string and notes whether it needs more than a plain copy. */
  #scanString(): void {
    this.expect(QUOTE);
    const bytes = this.#bytes;
    const { length } = bytes;
    let at = this.#at;
    this.#start = at;
    let highBits = 0;
    let escaped = false;
    while (at < length) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        this.#end = at;
        this.#at = at + 1;
        this.#escaped = escaped;
        this.#highBits = highBits & 0x80;
        return;
      }
      if (byte === BACKSLASH) {
        escaped = true;
        at++;
      } else if (byte < 0x20) {
        throw headerSyntax('a raw control character in a string', at);
      }
      highBits |= byte;
      at++;
    }
    throw headerSyntax('a string without end', this.#start);
  }

  #text(cached: boolean): string {
    if (this.#escaped) return unescapeJson(this.#bytes, this.#start, this.#end);
    if (this.#highBits !== 0) return this.#bytes.toString('utf8', this.#start, this.#end);
    if (cached && this.#end - this.#start <= CACHED_TEXT_BYTES_MAX) return headerTexts.ascii(this.#bytes, this.#start, this.#end);
    return this.#bytes.toString('latin1', this.#start, this.#end);
  }

  #scanWord(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < bytes.length && isWordByte(bytes[at] as number)) at++;
    if (at === this.#at) throw headerSyntax('a value expected', at);
    this.#at = at;
  }
}

function isWordByte(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x2e || byte === 0x2d || byte === 0x2b;
}

function isJsonNumber(word: string): boolean {
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(word);
}
