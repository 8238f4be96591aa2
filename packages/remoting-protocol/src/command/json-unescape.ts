/**
 * Resolves the escapes of a JSON string from bytes to bytes. The properties of a message travel as one string full of
 * `\u0001` and `\u0002`, so this runs once for every send; the store wants the bytes, not a string.
 */
import { utf8Text } from '../bytes/text.ts';
import { ProtocolError } from '../errors.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Reused for every text; grows to the largest header seen, which the frame limit bounds. */
let scratch = Buffer.allocUnsafe(4096);

let textEnd = 0;

/**
 * The text whose first byte behind the opening quote is at `start`. `endOfUnescaped` tells where its closing quote is.
 *
 * @throws ProtocolError HEADER_SYNTAX, also when there is no closing quote
 */
export function unescapeJson(source: Buffer, start: number): string {
  const bytesMax = source.length - start;
  // A JSON escape is never longer as UTF-8 than as escape.
  if (scratch.length < bytesMax) scratch = Buffer.allocUnsafe(Math.max(bytesMax, scratch.length * 2));
  const size = unescapeJsonInto(source, start, source.length, scratch, 0);
  if (textEnd >= source.length) throw new ProtocolError('HEADER_SYNTAX', `header is not valid JSON: a string without end at byte ${start}`);
  return utf8Text(scratch, 0, size);
}

/** Position of the closing quote that ended the last `unescapeJson`. */
export function endOfUnescaped(): number {
  return textEnd;
}

/**
 * Writes the unescaped UTF-8 of `source[start, end)` to `target`, as far as the first quote that is not escaped, and returns
 * the position behind it. `target` needs at most `end − start` bytes. A lone surrogate becomes U+FFFD, as on every way
 * through UTF-8.
 *
 * @throws ProtocolError HEADER_SYNTAX
 */
export function unescapeJsonInto(source: Buffer, start: number, end: number, target: Buffer, targetAt: number): number {
  let to = targetAt;
  let at = start;
  while (at < end) {
    const byte = source[at] as number;
    if (byte !== BACKSLASH) {
      if (byte === QUOTE) break;
      if (byte < 0x20) throw new ProtocolError('HEADER_SYNTAX', `header is not valid JSON: a raw control character at byte ${at}`);
      target[to++] = byte;
      at++;
      continue;
    }
    const kind = at + 1 < end ? (source[at + 1] as number) : 0;
    if (kind !== 0x75) {
      target[to++] = simpleEscape(kind, at);
      at += 2;
      continue;
    }
    let point = hex4(source, at + 2, end);
    at += 6;
    if (point < 0x80) {
      target[to++] = point;
      continue;
    }
    if (point >= 0xd800 && point <= 0xdfff) {
      const low = point < 0xdc00 && source[at] === BACKSLASH && source[at + 1] === 0x75 && at + 6 <= end ? hex4(source, at + 2, end) : 0;
      if (low >= 0xdc00 && low <= 0xdfff) {
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        at += 6;
      } else {
        point = 0xfffd;
      }
    }
    to = writePoint(target, to, point);
  }
  textEnd = at;
  return to;
}

function simpleEscape(kind: number, at: number): number {
  switch (kind) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x27: // ' (fastjson)
      return kind;
    case 0x62:
      return 0x08;
    case 0x66:
    case 0x46:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    case 0x76: // \v (fastjson)
      return 0x0b;
    default:
      // fastjson also reads \0 to \7 as the control characters.
      if (kind >= 0x30 && kind <= 0x37) return kind - 0x30;
      throw new ProtocolError('HEADER_SYNTAX', `header is not valid JSON: unknown escape at byte ${at}`);
  }
}

function hex4(source: Buffer, at: number, end: number): number {
  if (at + 4 > end) throw new ProtocolError('HEADER_SYNTAX', `header is not valid JSON: cut escape at byte ${at}`);
  let value = 0;
  for (let index = at; index < at + 4; index++) {
    const byte = source[index] as number;
    let digit: number;
    if (byte >= 0x30 && byte <= 0x39) digit = byte - 0x30;
    else if (byte >= 0x41 && byte <= 0x46) digit = byte - 0x37;
    else if (byte >= 0x61 && byte <= 0x66) digit = byte - 0x57;
    else throw new ProtocolError('HEADER_SYNTAX', `header is not valid JSON: bad escape at byte ${at}`);
    value = value * 16 + digit;
  }
  return value;
}

function writePoint(target: Buffer, at: number, point: number): number {
  if (point < 0x800) {
    target[at] = 0xc0 | (point >> 6);
    target[at + 1] = 0x80 | (point & 0x3f);
    return at + 2;
  }
  if (point < 0x10000) {
    target[at] = 0xe0 | (point >> 12);
    target[at + 1] = 0x80 | ((point >> 6) & 0x3f);
    target[at + 2] = 0x80 | (point & 0x3f);
    return at + 3;
  }
  target[at] = 0xf0 | (point >> 18);
  target[at + 1] = 0x80 | ((point >> 12) & 0x3f);
  target[at + 2] = 0x80 | ((point >> 6) & 0x3f);
  target[at + 3] = 0x80 | (point & 0x3f);
  return at + 4;
}
