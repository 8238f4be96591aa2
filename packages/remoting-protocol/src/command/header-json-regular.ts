/**
 * The spelling in which Java and we write JSON headers, read straight from the bytes: no blanks, known members, fields whose
 * values are quoted. Whatever else stands there, down to a null, is left to the tolerant reader (header-json-decoder.ts),
 * which begins anew. What is accepted here means the same there.
 *
 * Every function takes a position and returns the one behind what it has read, or −1. `text` and `int` are what was read:
 * module state, because one header is read at a time and a second result would be an object for each token.
 *
 * Source: the output of fastjson 1.2.61 for remoting/protocol/RemotingCommand.java (4.6.0)
 */
import { latin1Text, letterText, utf8Text } from '../bytes/text.ts';
import { CACHED_TEXT_BYTES_MAX, headerTexts } from '../bytes/text-cache.ts';
import { endOfUnescaped, unescapeJson } from './json-unescape.ts';
import { languageNumber } from './language.ts';
import { type ExtFields, RemotingCommand } from './remoting-command.ts';

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const BACKSLASH = 0x5c;

const MEMBERS_MAX = 8;
/** Above what any header class has. */
const FIELDS_MAX = 64;
/** Shorter numbers (16, 333, 20000) come again and again; longer ones are times and offsets, new in every request. */
const CACHED_NUMBER_BYTES_MAX = 5;

const KEY_CODE = keyOf('code');
const KEY_EXT_FIELDS = keyOf('extFields');
const KEY_FLAG = keyOf('flag');
const KEY_LANGUAGE = keyOf('language');
const KEY_OPAQUE = keyOf('opaque');
const KEY_REMARK = keyOf('remark');
const KEY_SERIALIZE_TYPE = keyOf('serializeTypeCurrentRPC');
const KEY_VERSION = keyOf('version');

function keyOf(name: string): Buffer {
  return Buffer.from(`"${name}":`);
}

let text = '';
let int = 0;

/**
 * Undefined when the header is spelled in another way, be it well or badly.
 * @throws ProtocolError HEADER_SYNTAX for escapes that nobody could read
 */
export function readRegularHeader(header: Buffer): RemotingCommand | undefined {
  if (header.length < 2 || header[0] !== OPEN) return undefined;
  const command = new RemotingCommand(0);
  command.version = 0;
  let at = 1;
  for (let members = 0; members < MEMBERS_MAX; members++) {
    at = readMember(header, at, command);
    if (at < 0) return undefined;
    const next = header[at++];
    if (next !== COMMA) return next === CLOSE && at === header.length ? command : undefined;
  }
  return undefined;
}

/** The first letter tells the members apart, and `behind` compares the rest. */
function readMember(header: Buffer, start: number, command: RemotingCommand): number {
  if (header[start] !== QUOTE) return -1;
  let at: number;
  switch (header[start + 1]) {
    case 0x63:
      at = readInt32(header, behind(header, start, KEY_CODE));
      command.code = int;
      return at;
    case 0x65:
      return readFields(header, behind(header, start, KEY_EXT_FIELDS), command);
    case 0x66:
      at = readInt32(header, behind(header, start, KEY_FLAG));
      command.flag = int;
      return at;
    case 0x6c:
      at = readText(header, behind(header, start, KEY_LANGUAGE));
      command.language = languageNumber(text);
      return at;
    case 0x6f:
      at = readInt32(header, behind(header, start, KEY_OPAQUE));
      command.opaque = int;
      return at;
    case 0x72:
      at = readText(header, behind(header, start, KEY_REMARK));
      command.remark = text;
      return at;
    case 0x73:
      return readText(header, behind(header, start, KEY_SERIALIZE_TYPE));
    case 0x76:
      at = readInt32(header, behind(header, start, KEY_VERSION));
      command.version = int;
      return at;
    default:
      return -1;
  }
}

function behind(header: Buffer, start: number, key: Buffer): number {
  const { length } = key;
  for (let index = 1; index < length; index++) {
    if (header[start + index] !== key[index]) return -1;
  }
  return start + length;
}

function readFields(header: Buffer, start: number, command: RemotingCommand): number {
  if (header[start] !== OPEN) return -1;
  const fields: ExtFields = new Map();
  command.extFields = fields;
  let at = start + 1;
  if (header[at] === CLOSE) return at + 1;
  for (let count = 0; count < FIELDS_MAX; count++) {
    at = readText(header, at);
    if (at < 0 || header[at] !== COLON) return -1;
    const key = text;
    at = readText(header, at + 1);
    if (at < 0) return -1;
    fields.set(key, text);
    const next = header[at++];
    if (next !== COMMA) return next === CLOSE ? at : -1;
  }
  return -1;
}

/** A string, whatever is inside of it. */
function readText(header: Buffer, quoteAt: number): number {
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

function readInt32(header: Buffer, start: number): number {
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
  if (at === digitsAt || at - digitsAt > 10) return -1;
  if (isNegative) value = 0 - value;
  int = value | 0;
  return int === value ? at : -1;
}
