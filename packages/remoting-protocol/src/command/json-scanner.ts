/**
 * Reads JSON from the bytes of a header, one token at a time, without building a tree. Used for headers that are not spelled
 * as Java spells them (those have header-json-regular.ts, sends have send-message-scan.ts). It accepts what fastjson writes
 * and what other clients send: any order, blanks, all escapes. Depth is bounded, so a hostile header costs no more than its
 * size.
 *
 * Functions over module state instead of an object: one header is read at a time, from start to end.
 * Source: the JSON form of remoting/protocol/RemotingSerializable.java (4.6.0), RFC 8259
 */
import { latin1Text, utf8Text } from '../bytes/text.ts';
import { CACHED_TEXT_BYTES_MAX, headerTexts } from '../bytes/text-cache.ts';
import { ProtocolError } from '../errors.ts';
import { endOfUnescaped, unescapeJson } from './json-unescape.ts';

const DEPTH_MAX = 8;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const nothing = Buffer.alloc(0);
let bytes: Buffer = nothing;
let cursor = 0;

/** Begins with a new header. */
export function startScan(header: Buffer): void {
  bytes = header;
  cursor = 0;
}

/** Lets the header go. */
export function endScan(): void {
  bytes = nothing;
}

export function headerSyntax(what: string, at: number = cursor): ProtocolError {
  return new ProtocolError('HEADER_SYNTAX', `header is not valid JSON: ${what} at byte ${at}`);
}

/** Skips blanks and returns the byte there without taking it; −1 at the end. */
export function peekByte(): number {
  if (cursor >= bytes.length) return -1;
  const byte = bytes[cursor] as number;
  return byte > 0x20 ? byte : peekBehindBlanks();
}

function peekBehindBlanks(): number {
  for (; cursor < bytes.length; cursor++) {
    const byte = bytes[cursor] as number;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
  }
  return -1;
}

/** Takes `byte` after blanks. */
export function expectByte(byte: number): void {
  if (peekByte() !== byte) throw headerSyntax(`'${String.fromCharCode(byte)}' expected`);
  cursor++;
}

/** Takes `byte` if it comes next. */
export function acceptByte(byte: number): boolean {
  if (peekByte() !== byte) return false;
  cursor++;
  return true;
}

/** A string. */
export function scanText(): string {
  expectByte(QUOTE);
  const start = cursor;
  const { length } = bytes;
  let at = start;
  for (; at < length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      cursor = at + 1;
      return at - start > CACHED_TEXT_BYTES_MAX ? latin1Text(bytes, start, at) : headerTexts.ascii(bytes, start, at);
    }
    if (byte === BACKSLASH || byte < 0x20 || byte >= 0x80) break;
  }
  return scanUnusualText(start, at);
}

/** A string with escapes or beyond ASCII; nothing unusual before `from`. */
function scanUnusualText(start: number, from: number): string {
  const { length } = bytes;
  for (let at = from; at < length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      cursor = at + 1;
      return utf8Text(bytes, start, at);
    }
    if (byte === BACKSLASH) {
      const text = unescapeJson(bytes, start);
      cursor = endOfUnescaped() + 1;
      return text;
    }
    if (byte < 0x20) throw headerSyntax('a raw control character in a string', at);
  }
  throw headerSyntax('a string without end', start);
}

/** A string, number or boolean as text; null is undefined. An object or array is refused. */
export function scanScalarText(): string | undefined {
  const byte = peekByte();
  if (byte === QUOTE) return scanText();
  if (byte === 0x7b || byte === 0x5b) throw headerSyntax('a text expected');
  const start = cursor;
  while (cursor < bytes.length && isWordByte(bytes[cursor] as number)) cursor++;
  const word = latin1Text(bytes, start, cursor);
  if (word === 'null') return undefined;
  if (word === 'true' || word === 'false' || isJsonNumber(word)) return word;
  throw headerSyntax('a value expected', start);
}

/** An int32, as a number or as decimal text. */
export function scanInt32(): number {
  const isQuoted = peekByte() === QUOTE;
  const from = isQuoted ? cursor + 1 : cursor;
  let at = from;
  const isNegative = bytes[at] === 0x2d;
  if (isNegative) at++;
  const digitsAt = at;
  let value = 0;
  for (; at < bytes.length; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
    if (at - digitsAt >= 10) throw headerSyntax('integer out of range', from);
  }
  if (at === digitsAt) throw headerSyntax('an integer expected', from);
  if (isNegative) value = -value;
  if (value > 0x7fffffff || value < -0x80000000) throw headerSyntax('integer out of range', from);
  const next = at < bytes.length ? (bytes[at] as number) : -1;
  if (isQuoted ? next !== QUOTE : next >= 0 && isWordByte(next)) throw headerSyntax('an integer expected', from);
  cursor = isQuoted ? at + 1 : at;
  // −0 would not be the same value to everybody.
  return value | 0;
}

/** Steps over any value at this depth below the header's own members. */
export function skipValue(depth = 1): void {
  if (depth > DEPTH_MAX) throw headerSyntax(`deeper than ${DEPTH_MAX}`);
  const byte = peekByte();
  if (byte === 0x7b) {
    cursor++;
    if (acceptByte(0x7d)) return;
    do {
      scanText();
      expectByte(0x3a);
      skipValue(depth + 1);
    } while (acceptByte(0x2c));
    expectByte(0x7d);
  } else if (byte === 0x5b) {
    cursor++;
    if (acceptByte(0x5d)) return;
    do skipValue(depth + 1);
    while (acceptByte(0x2c));
    expectByte(0x5d);
  } else {
    scanScalarText();
  }
}

function isWordByte(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x2e || byte === 0x2d || byte === 0x2b;
}

function isJsonNumber(word: string): boolean {
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(word);
}
