/**
 * Properties of a message as one text: `name` U+0001 `value` U+0002, repeated. In a record and in a batch item as UTF-8, in
 * a send header as a string.
 *
 * Reading follows Java's `split`, which forgets empty parts at the end: an item counts when it has exactly two parts after
 * that; an item without value is dropped.
 *
 * Source: common/message/MessageDecoder.java messageProperties2String, string2messageProperties (4.6.0)
 */

import type { ByteWriter } from '../bytes/byte-writer.ts';

export const NAME_VALUE_SEPARATOR = 1;
export const PROPERTY_SEPARATOR = 2;

const NAME_END = '\u0001';
const ITEM_END = '\u0002';

export function propertiesText(properties: ReadonlyMap<string, string>): string {
  let text = '';
  for (const [name, value] of properties) text += name + NAME_END + value + ITEM_END;
  return text;
}

export function encodeProperties(properties: ReadonlyMap<string, string>): Buffer {
  return Buffer.from(propertiesText(properties), 'utf8');
}

/** Appends what `encodeProperties` gives. */
export function writeProperties(out: ByteWriter, properties: ReadonlyMap<string, string>): void {
  for (const [name, value] of properties) {
    out.utf8(name);
    out.u8(NAME_VALUE_SEPARATOR);
    out.utf8(value);
    out.u8(PROPERTY_SEPARATOR);
  }
}

/** Never throws; what is no property is dropped. */
export function decodeProperties(source: Buffer | string): Map<string, string> {
  const text = typeof source === 'string' ? source : source.toString('utf8');
  const properties = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    let end = text.indexOf(ITEM_END, at);
    if (end < 0) end = text.length;
    addItem(properties, text, at, end);
    at = end + 1;
  }
  return properties;
}

function addItem(properties: Map<string, string>, text: string, start: number, end: number): void {
  const nameEnd = text.indexOf(NAME_END, start);
  if (nameEnd < 0 || nameEnd >= end) return;
  // Separators at the end make empty parts, which do not count.
  let valueEnd = end;
  while (valueEnd > nameEnd + 1 && text.charCodeAt(valueEnd - 1) === NAME_VALUE_SEPARATOR) valueEnd--;
  if (valueEnd === nameEnd + 1) return;
  const next = text.indexOf(NAME_END, nameEnd + 1);
  if (next >= 0 && next < valueEnd) return;
  properties.set(text.slice(start, nameEnd), text.slice(nameEnd + 1, valueEnd));
}

/** Where a value stands in the bytes. Reused by callers on hot paths. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Finds the value of `name` in encoded properties without making strings. Of a repeated name the last counts, as when
 * decoding into a map. False: not there (or has no value).
 */
export function findProperty(buffer: Buffer, start: number, end: number, name: Buffer, out: ByteRange): boolean {
  let found = false;
  let at = start;
  while (at < end) {
    let itemEnd = at;
    let nameEnd = -1;
    let separators = 0;
    for (; itemEnd < end; itemEnd++) {
      const byte = buffer[itemEnd];
      if (byte === PROPERTY_SEPARATOR) break;
      if (byte === NAME_VALUE_SEPARATOR && separators++ === 0) nameEnd = itemEnd;
    }
    if (nameEnd - at === name.length && nameEnd >= 0 && startsWith(buffer, at, name)) {
      let valueEnd = itemEnd;
      while (valueEnd > nameEnd + 1 && buffer[valueEnd - 1] === NAME_VALUE_SEPARATOR) {
        valueEnd--;
        separators--;
      }
      if (valueEnd > nameEnd + 1 && separators === 1) {
        out.start = nameEnd + 1;
        out.end = valueEnd;
        found = true;
      }
    }
    at = itemEnd + 1;
  }
  return found;
}

function startsWith(buffer: Buffer, at: number, expected: Buffer): boolean {
  for (let index = 0; index < expected.length; index++) {
    if (buffer[at + index] !== expected[index]) return false;
  }
  return true;
}
