/**
 * The spelling in which Java and we write JSON headers, read straight from the bytes: no blanks, known members, fields whose
 * values are quoted. Whatever else stands there, down to a null, is left to the tolerant reader (header-json-decoder.ts),
 * which begins anew. What is accepted here means the same there. Fields of a header class that comes often become values at
 * once (header-json-fields.ts), all others texts.
 *
 * Every function takes a position and returns the one behind what it has read, or −1.
 *
 * Source: the output of fastjson 1.2.61 for remoting/protocol/RemotingCommand.java (4.6.0)
 */
import { LanguageCode } from '../codes/language-code.ts';
import { ShortBytes } from '../bytes/short-bytes.ts';
import { fieldsRead, readFieldsBy } from './header-json-fields.ts';
import { type ExpectedLayouts, nothingExpected } from './header-layout.ts';
import { readInt32, readText, text, whole } from './header-json-tokens.ts';
import { languageNumber } from './language.ts';
import { type ExtFields, RemotingCommand } from './remoting-command.ts';

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

const MEMBERS_MAX = 8;
/** Above what any header class has. */
const FIELDS_MAX = 64;

const KEY_CODE = ShortBytes.of('"code":');
const KEY_EXT_FIELDS = ShortBytes.of('"extFields":');
const KEY_FLAG = ShortBytes.of('"flag":');
const KEY_LANGUAGE = ShortBytes.of('"language":');
const KEY_OPAQUE = ShortBytes.of('"opaque":');
const KEY_REMARK = ShortBytes.of('"remark":');
const KEY_SERIALIZE_TYPE = ShortBytes.of('"serializeTypeCurrentRPC":');
const KEY_VERSION = ShortBytes.of('"version":');

/** What stands in nearly every header. */
const LANGUAGE_JAVA = ShortBytes.of('"language":"JAVA"');
const SERIALIZE_TYPE_JSON = ShortBytes.of('"serializeTypeCurrentRPC":"JSON"');

/**
 * Undefined when the header is spelled in another way, be it well or badly.
 * @throws ProtocolError HEADER_SYNTAX for escapes that nobody could read
 */
export function readRegularHeader(header: Buffer, expected: ExpectedLayouts = nothingExpected): RemotingCommand | undefined {
  if (header.length < 2 || header[0] !== OPEN) return undefined;
  const command = new RemotingCommand(0);
  command.version = 0;
  let at = 1;
  for (let members = 0; members < MEMBERS_MAX; members++) {
    at = readMember(header, at, command, expected);
    if (at < 0) return undefined;
    const next = header[at++];
    if (next !== COMMA) return next === CLOSE && at === header.length ? command : undefined;
  }
  return undefined;
}

/** The first letter tells the members apart, and its key compares the rest. */
function readMember(header: Buffer, start: number, command: RemotingCommand, expected: ExpectedLayouts): number {
  if (header[start] !== QUOTE) return -1;
  let at: number;
  switch (header[start + 1]) {
    case 0x63:
      at = readInt32(header, KEY_CODE.behind(header, start));
      command.code = whole | 0;
      return at;
    case 0x65:
      return readFields(header, KEY_EXT_FIELDS.behind(header, start), command, expected);
    case 0x66:
      at = readInt32(header, KEY_FLAG.behind(header, start));
      command.flag = whole | 0;
      return at;
    case 0x6c:
      at = LANGUAGE_JAVA.behind(header, start);
      if (at >= 0) {
        command.language = LanguageCode.JAVA;
        return at;
      }
      at = readText(header, KEY_LANGUAGE.behind(header, start));
      command.language = languageNumber(text);
      return at;
    case 0x6f:
      at = readInt32(header, KEY_OPAQUE.behind(header, start));
      command.opaque = whole | 0;
      return at;
    case 0x72:
      at = readText(header, KEY_REMARK.behind(header, start));
      command.remark = text;
      return at;
    case 0x73:
      at = SERIALIZE_TYPE_JSON.behind(header, start);
      return at >= 0 ? at : readText(header, KEY_SERIALIZE_TYPE.behind(header, start));
    case 0x76:
      at = readInt32(header, KEY_VERSION.behind(header, start));
      command.version = whole | 0;
      return at;
    default:
      return -1;
  }
}

function readFields(header: Buffer, start: number, command: RemotingCommand, expected: ExpectedLayouts): number {
  if (header[start] !== OPEN) return -1;
  for (const layout of expected(command.code)) {
    const end = readFieldsBy(layout, header, start);
    if (end < 0) continue;
    command.extFields = fieldsRead;
    return end;
  }
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

