/** A JSON string in fastjson's spelling, quotes included. */
import type { ByteWriter } from '../bytes/byte-writer.ts';

const HEX = Buffer.from('0123456789ABCDEF', 'latin1');

/** The letter behind the backslash, for the characters that have one. */
function letterOf(unit: number): number {
  switch (unit) {
    case 0x08:
      return 0x62;
    case 0x09:
      return 0x74;
    case 0x0a:
      return 0x6e;
    case 0x0c:
      return 0x66;
    case 0x0d:
      return 0x72;
    case 0x22:
    case 0x5c:
      return unit;
    default:
      return 0;
  }
}

/** Whether fastjson escapes this UTF-16 unit: controls of both halves of Latin-1, quote, backslash, the line separators. */
export function isEscapedByFastjson(unit: number): boolean {
  return unit < 0x20 || unit === 0x22 || unit === 0x5c || (unit >= 0x7f && unit <= 0x9f) || unit === 0x2028 || unit === 0x2029;
}

/** Writes `text` quoted. */
export function writeJsonText(out: ByteWriter, text: string): void {
  const at = out.reserve(jsonTextBytesMax(text));
  out.position = putJsonText(out.buffer, at, text);
}

/** `putJsonText` writes no more. */
export function jsonTextBytesMax(text: string): number {
  return text.length * 6 + 2;
}

/**
 * Writes `text` quoted and returns the position behind it. The caller has made room. A lone surrogate becomes U+FFFD
 * (Java: `?`).
 */
export function putJsonText(buffer: Buffer, start: number, text: string): number {
  const { length } = text;
  let at = start;
  buffer[at++] = 0x22;
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x20 && unit < 0x7f && unit !== 0x22 && unit !== 0x5c) {
      buffer[at++] = unit;
    } else if (isEscapedByFastjson(unit)) {
      at = writeEscape(buffer, at, unit);
    } else {
      at = writeUnit(buffer, at, unit, text.charCodeAt(index + 1));
      if (unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(index + 1))) index++;
    }
  }
  buffer[at++] = 0x22;
  return at;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function writeEscape(buffer: Buffer, at: number, unit: number): number {
  buffer[at] = 0x5c;
  const letter = letterOf(unit);
  if (letter !== 0) {
    buffer[at + 1] = letter;
    return at + 2;
  }
  buffer[at + 1] = 0x75;
  buffer[at + 2] = HEX[unit >>> 12] as number;
  buffer[at + 3] = HEX[(unit >>> 8) & 15] as number;
  buffer[at + 4] = HEX[(unit >>> 4) & 15] as number;
  buffer[at + 5] = HEX[unit & 15] as number;
  return at + 6;
}

/** A unit above ASCII as UTF-8; with `next` when the two are a pair. */
function writeUnit(buffer: Buffer, at: number, unit: number, next: number): number {
  if (unit < 0x800) {
    buffer[at] = 0xc0 | (unit >> 6);
    buffer[at + 1] = 0x80 | (unit & 0x3f);
    return at + 2;
  }
  if (unit >= 0xd800 && unit < 0xdc00 && isLow(next)) {
    const point = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
    buffer[at] = 0xf0 | (point >> 18);
    buffer[at + 1] = 0x80 | ((point >> 12) & 0x3f);
    buffer[at + 2] = 0x80 | ((point >> 6) & 0x3f);
    buffer[at + 3] = 0x80 | (point & 0x3f);
    return at + 4;
  }
  const whole = unit >= 0xd800 && unit <= 0xdfff ? 0xfffd : unit;
  buffer[at] = 0xe0 | (whole >> 12);
  buffer[at + 1] = 0x80 | ((whole >> 6) & 0x3f);
  buffer[at + 2] = 0x80 | (whole & 0x3f);
  return at + 3;
}
