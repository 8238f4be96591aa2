/**
 * `{"queueId":"1","maxMsgNums":"32",…}` ↔ the values of a header object, straight from and to the bytes. One reader and one
 * writer for all header classes; what tells them apart is their layout.
 *
 * The reader knows one spelling of one layout: no blanks, fields in the layout's order, those that may be absent left out,
 * nothing else, numbers and booleans as Java writes them. Whatever else comes is left to those who read name by name.
 */
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { ShortBytes } from '../bytes/short-bytes.ts';
import { putBytes, writeDecimal } from '../bytes/text.ts';
import { HeaderFields } from './header-fields.ts';
import { readInt32, readText, readWhole, text, whole } from './header-json-tokens.ts';
import type { FieldValue, HeaderLayout, PlacedField } from './header-layout.ts';
import { jsonTextBytesMax, putJsonText } from './json-text.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const ZERO = 0x30;
const MINUS = 0x2d;

/** All numbers of so many digits are exact. */
const LONG_DIGITS_MAX = 15;

const TRUE = ShortBytes.of('true');
const FALSE = ShortBytes.of('false');

/** What `readValue` has read. */
let value: FieldValue = '';

/** What `readFieldsBy` has read. */
export let fieldsRead: HeaderFields | undefined;

/** From the brace on; returns the position behind the other one, −1 when the fields are not of this layout. */
export function readFieldsBy(layout: HeaderLayout, header: Buffer, start: number): number {
  if (header[start] !== OPEN) return -1;
  const values = new Array<FieldValue | undefined>(layout.fields.length);
  let at = start;
  let isEnd = false;
  for (let index = 0; index < values.length; index++) {
    const field = layout.fields[index] as PlacedField;
    const valueAt = isEnd ? -1 : field.key.behind(header, at + 1);
    if (valueAt < 0) {
      if (field.presence === 'required') return -1;
      values[index] = undefined;
      continue;
    }
    at = readValue(header, valueAt, field);
    if (at < 0) return -1;
    isEnd = header[at] === CLOSE;
    if (!isEnd && header[at] !== COMMA) return -1;
    values[index] = value;
  }
  if (!isEnd) return -1;
  fieldsRead = HeaderFields.read(layout, values);
  return at + 1;
}

/** From behind the opening quote to behind the closing one. */
function readValue(header: Buffer, start: number, { type, recurring }: PlacedField): number {
  let end: number;
  switch (type) {
    case 'string':
      end = recurring.behind(header, start);
      if (end < 0) {
        end = readText(header, start - 1);
        if (end < 0) return -1;
        recurring.learn(text, header, start, end - 1);
      }
      value = recurring.text;
      return end;
    case 'int':
      end = readInt32(header, start);
      break;
    case 'long':
      end = readWhole(header, start, LONG_DIGITS_MAX);
      break;
    case 'boolean':
      end = TRUE.behind(header, start);
      value = end >= 0;
      if (end < 0) end = FALSE.behind(header, start);
      return header[end] === QUOTE ? end + 1 : -1;
    case 'double':
      return -1;
  }
  value = whole;
  return header[end] === QUOTE && isAsWritten(header, start, end) ? end + 1 : -1;
}

/** No zeros in front and no −0: the number's text is the one that came. */
function isAsWritten(header: Buffer, start: number, end: number): boolean {
  const first = header[start];
  return first === ZERO ? end - start === 1 : first !== MINUS || header[start + 1] !== ZERO;
}

/** Room for quotes, comma and any number. */
const FIELD_BYTES = 32;

/** The fields between the braces. */
export function writeFieldsBy(out: ByteWriter, fields: HeaderFields): void {
  let isFirst = true;
  const placed = fields.layout.fields;
  for (let index = 0; index < placed.length; index++) {
    const given = fields.valueAt(index);
    if (given === undefined) continue;
    const { bytes } = (placed[index] as PlacedField).key;
    const isNumber = typeof given === 'number' && Number.isSafeInteger(given);
    const words = isNumber ? '' : typeof given === 'string' ? given : String(given);
    let at = out.reserve(bytes.length + jsonTextBytesMax(words) + FIELD_BYTES);
    const { buffer } = out;
    if (!isFirst) buffer[at++] = COMMA;
    isFirst = false;
    at = putBytes(buffer, at, bytes);
    if (isNumber) {
      at = writeDecimal(buffer, at, given);
      buffer[at++] = QUOTE;
    } else {
      // Its quote is the key's last byte.
      at = putJsonText(buffer, at - 1, words);
    }
    out.position = at;
  }
}
