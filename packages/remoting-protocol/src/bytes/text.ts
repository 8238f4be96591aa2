/**
 * Short texts into and out of buffers. Names and numbers are ASCII almost always and shorter than what a native call costs
 * to enter, so they go byte by byte; everything else goes the native way.
 */

const SHORT = 64;

/** What `toString` calls in the end; in every Node, though not in the typings of all. */
interface SlicedBuffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}

/** Text of bytes known to be ASCII or Latin-1. */
export function latin1Text(buffer: Buffer, start: number, end: number): string {
  return (buffer as unknown as SlicedBuffer).latin1Slice(start, end);
}

/** Text of UTF-8 bytes; what is none becomes U+FFFD. */
export function utf8Text(buffer: Buffer, start: number, end: number): string {
  return (buffer as unknown as SlicedBuffer).utf8Slice(start, end);
}

const letters: readonly string[] = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

/** The text of one ASCII byte, always the same object. */
export function letterText(byte: number): string {
  return letters[byte] as string;
}

/** Bytes that `writeText` will write. */
export function textSize(text: string): number {
  if (text.length > SHORT) return Buffer.byteLength(text, 'utf8');
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) >= 0x80) return Buffer.byteLength(text, 'utf8');
  }
  return text.length;
}

/** Writes UTF-8 and returns the position behind it. The caller has made room. */
export function writeText(buffer: Buffer, at: number, text: string): number {
  const { length } = text;
  if (length > SHORT) return at + buffer.write(text, at, 'utf8');
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x80) return at + buffer.write(text, at, 'utf8');
    buffer[at + index] = unit;
  }
  return at + length;
}

/** Writes a safe integer in decimal and returns the position behind it; at most 20 bytes. */
export function writeDecimal(buffer: Buffer, at: number, value: number): number {
  if (value < 0 || value > Number.MAX_SAFE_INTEGER) return writeText(buffer, at, String(value));
  if (value > 0x7fffffff) {
    const high = Math.floor(value / LOW_DIGITS);
    return writeDigits(buffer, writeDecimal(buffer, at, high), value - high * LOW_DIGITS, LOW_DIGIT_COUNT);
  }
  let digits = 1;
  for (let rest = value; rest >= 10; rest = (rest / 10) | 0) digits++;
  return writeDigits(buffer, at, value, digits);
}

/** Of a time or offset so many go on their own, in numbers that the processor divides as integers. */
const LOW_DIGIT_COUNT = 8;
const LOW_DIGITS = 1e8;

function writeDigits(buffer: Buffer, at: number, value: number, digits: number): number {
  let rest = value | 0;
  for (let index = at + digits - 1; index >= at; index--) {
    const next = (rest / 10) | 0;
    buffer[index] = 48 + rest - next * 10;
    rest = next;
  }
  return at + digits;
}

/** Copies small constants and returns the position behind them: a native copy costs more than these few bytes. */
export function putBytes(buffer: Buffer, at: number, bytes: Buffer): number {
  const { length } = bytes;
  for (let index = 0; index < length; index++) buffer[at + index] = bytes[index] as number;
  return at + length;
}
