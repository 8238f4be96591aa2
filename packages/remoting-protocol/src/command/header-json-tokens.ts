/**
 * Texts and numbers of a header in the spelling in which Java and we write JSON (header-json-regular.ts).
 *
 * Every function takes a position and returns the one behind what it has read, or −1. `text` and `whole` are what was read:
 * module state, because one header is read at a time and a second result would be an object for each token.
 */
import { latin1Text, letterText, utf8Text } from '../bytes/text.ts';
import { CACHED_TEXT_BYTES_MAX, headerTexts } from '../bytes/text-cache.ts';
import { endOfUnescaped, unescapeJson } from './json-unescape.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Shorter numbers (16, 333, 20000) come again and again; longer ones are times and offsets, new in every request. */
const CACHED_NUMBER_BYTES_MAX = 5;

/** What `readText` has read. */
export let text = '';
/** What `readWhole` has read. */
export let whole = 0;

/**
 * A string, whatever is inside of it.
 *
 * @throws ProtocolError HEADER_SYNTAX for escapes that nobody could read
 */
export function readText(header: Buffer, quoteAt: number): number {
  if (header[quoteAt] !== QUOTE) return -1;
  const start = quoteAt + 1;
  const end = plainEnd(header, start);
  if (header[end] !== QUOTE) return readUnusualText(header, start, end);
  const size = end - start;
  // One-letter keys and digits are half of all texts.
  if (size === 1) text = letterText(header[start] as number);
  else if (size > CACHED_TEXT_BYTES_MAX || (size > CACHED_NUMBER_BYTES_MAX && startsNumber(header[start] as number))) text = latin1Text(header, start, end);
  else text = headerTexts.ascii(header, start, end);
  return end + 1;
}

function startsNumber(byte: number): boolean {
  return byte >= 0x2b && byte <= 0x39;
}

/** Behind the ASCII that stands for itself. */
function plainEnd(header: Buffer, start: number): number {
  const { length } = header;
  let at = start;
  for (; at < length; at++) {
    const byte = header[at] as number;
    if (byte === QUOTE || byte === BACKSLASH || byte < 0x20 || byte >= 0x80) break;
  }
  return at;
}

/** A text with escapes or beyond ASCII; nothing unusual before `from`. */
function readUnusualText(header: Buffer, start: number, from: number): number {
  for (let at = from; at < header.length; at++) {
    const byte = header[at] as number;
    if (byte === QUOTE) {
      text = utf8Text(header, start, at);
      return at + 1;
    }
    if (byte === BACKSLASH) {
      text = unescapeJson(header, start);
      return endOfUnescaped() + 1;
    }
    if (byte < 0x20) return -1;
  }
  return -1;
}

/** Decimal digits with an optional minus: at most 15 of them, so that every number is exact. */
export function readWhole(header: Buffer, start: number, digitsMax: number): number {
  let at = start;
  const isNegative = header[at] === 0x2d;
  if (isNegative) at++;
  const digitsAt = at;
  let value = 0;
  for (;;) {
    const digit = (header[at] as number) - 0x30;
    // Also false for NaN: at −1 and at the end of the header.
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
    at++;
  }
  if (at === digitsAt || at - digitsAt > digitsMax) return -1;
  whole = isNegative ? 0 - value : value;
  return at;
}

/** The same of an int32. */
export function readInt32(header: Buffer, start: number): number {
  const at = readWhole(header, start, 10);
  return whole === (whole | 0) ? at : -1;
}
