/**
 * The shortest way from the bytes of a send request (310, 320; JSON as Java writes it) to what the broker needs: numbers,
 * three cached names, and where the properties stand. No tree, no Map, no string for the properties, whose bytes go straight
 * into the store's slab with `copySendProperties`.
 *
 * It knows one spelling only: no blanks, one-letter fields as quoted texts, nothing repeated, nothing unknown. For all else
 * it answers false, and the generic decoder decides; it never accepts what that one would refuse.
 * Source: common/protocol/header/SendMessageRequestHeaderV2.java, fastjson 1.2.61 (4.6.0)
 */
import { ShortBytes } from '../bytes/short-bytes.ts';
import { latin1Text } from '../bytes/text.ts';
import { CACHED_TEXT_BYTES_MAX, headerTexts } from '../bytes/text-cache.ts';
import { RequestCode } from '../codes/request-code.ts';
import { readInt32, readWhole, whole } from './header-json-tokens.ts';
import { unescapeJsonInto } from './json-unescape.ts';
import { languageNumber } from './language.ts';
import { RecurringText } from './recurring-text.ts';

/** Reused from request to request. Fields of a request that `scanSendMessageV2` refused have no meaning. */
export interface SendMessageScan {
  code: number;
  /** Of the command: response and oneway bits. */
  commandFlag: number;
  language: number;
  opaque: number;
  version: number;
  producerGroup: string;
  topic: string;
  defaultTopic: string;
  defaultTopicQueueNums: number;
  queueId: number;
  sysFlag: number;
  bornTimestamp: number;
  /** Of the message: the user's. */
  flag: number;
  /** Properties inside the header, still escaped. */
  propertiesStart: number;
  propertiesEnd: number;
  /** Bytes that `copySendProperties` will write; 0 when there are none. */
  propertiesBytes: number;
  /** −1 when absent, as for every Integer that may be null. */
  reconsumeTimes: number;
  unitMode: boolean;
  maxReconsumeTimes: number;
  batch: boolean;
}

export function newSendMessageScan(): SendMessageScan {
  return {
    code: 0,
    commandFlag: 0,
    language: 0,
    opaque: 0,
    version: 0,
    producerGroup: '',
    topic: '',
    defaultTopic: '',
    defaultTopicQueueNums: 0,
    queueId: 0,
    sysFlag: 0,
    bornTimestamp: 0,
    flag: 0,
    propertiesStart: 0,
    propertiesEnd: 0,
    propertiesBytes: 0,
    reconsumeTimes: -1,
    unitMode: false,
    maxReconsumeTimes: -1,
    batch: false,
  };
}

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const BACKSLASH = 0x5c;

/** Bits of the members that must have come: code, extFields, opaque; and of all of them, to refuse a second one. */
const MEMBER = { code: 1, extFields: 2, flag: 4, language: 8, opaque: 16, serializeType: 32, version: 64 } as const;
const MEMBERS_REQUIRED = MEMBER.code | MEMBER.extFields | MEMBER.opaque;
const TIME_DIGITS_MAX = 15;
/** Fields a to h. */
const FIELDS_REQUIRED = 0xff;

/** Where the scan stands; −1 once something unusual was met. Module state, because one scan runs at a time. */
let cursor = 0;

/** Fills `out` and returns true; false when the header is not of the one spelling. Never throws. */
export function scanSendMessageV2(header: Buffer, out: SendMessageScan): boolean {
  if (header.length < 2 || header[0] !== OPEN) return false;
  out.commandFlag = 0;
  out.language = 0;
  out.version = 0;
  cursor = 1;
  let seen = 0;
  for (;;) {
    if (header[cursor] !== QUOTE) return false;
    // The first letter tells the members apart, and `expect` compares the rest.
    const member = scanMember(header, out);
    if (member === 0 || cursor < 0 || (seen & member) !== 0) return false;
    seen |= member;
    const next = header[cursor++];
    if (next === COMMA) continue;
    return next === CLOSE && cursor === header.length && (seen & MEMBERS_REQUIRED) === MEMBERS_REQUIRED && (out.code === RequestCode.SEND_MESSAGE_V2 || out.code === RequestCode.SEND_BATCH_MESSAGE);
  }
}

/** Writes the unescaped properties to `target` and returns the position behind them. */
export function copySendProperties(header: Buffer, scan: SendMessageScan, target: Buffer, at: number): number {
  if (scan.propertiesBytes === scan.propertiesEnd - scan.propertiesStart) return at + header.copy(target, at, scan.propertiesStart, scan.propertiesEnd);
  return unescapeJsonInto(header, scan.propertiesStart, scan.propertiesEnd, target, at);
}

const KEY_CODE = ShortBytes.of('"code":');
const KEY_EXT_FIELDS = ShortBytes.of('"extFields":');
const KEY_FLAG = ShortBytes.of('"flag":');
const KEY_LANGUAGE = ShortBytes.of('"language":');
const KEY_OPAQUE = ShortBytes.of('"opaque":');
const KEY_SERIALIZE_TYPE = ShortBytes.of('"serializeTypeCurrentRPC":');
const KEY_VERSION = ShortBytes.of('"version":');
const VALUE_JSON = ShortBytes.of('"JSON"');

/** One member with its value; its bit, or 0. */
function scanMember(header: Buffer, out: SendMessageScan): number {
  switch (header[cursor + 1]) {
    case 0x63:
      if (!expect(header, KEY_CODE)) return 0;
      out.code = scanInt32(header);
      return MEMBER.code;
    case 0x65:
      return expect(header, KEY_EXT_FIELDS) && scanFields(header, out) ? MEMBER.extFields : 0;
    case 0x66:
      if (!expect(header, KEY_FLAG)) return 0;
      out.commandFlag = scanInt32(header);
      return MEMBER.flag;
    case 0x6c:
      if (!expect(header, KEY_LANGUAGE) || header[cursor++] !== QUOTE) return 0;
      out.language = languageNumber(scanName(header, language));
      return MEMBER.language;
    case 0x6f:
      if (!expect(header, KEY_OPAQUE)) return 0;
      out.opaque = scanInt32(header);
      return MEMBER.opaque;
    case 0x73:
      return expect(header, KEY_SERIALIZE_TYPE) && expect(header, VALUE_JSON) ? MEMBER.serializeType : 0;
    case 0x76:
      if (!expect(header, KEY_VERSION)) return 0;
      out.version = scanInt32(header);
      return MEMBER.version;
    default:
      return 0;
  }
}

function expect(header: Buffer, text: ShortBytes): boolean {
  const end = text.behind(header, cursor);
  if (end < 0) return false;
  cursor = end;
  return true;
}

function scanFields(header: Buffer, out: SendMessageScan): boolean {
  if (header[cursor++] !== OPEN) return false;
  out.propertiesStart = 0;
  out.propertiesEnd = 0;
  out.propertiesBytes = 0;
  out.reconsumeTimes = -1;
  out.unitMode = false;
  out.maxReconsumeTimes = -1;
  out.batch = false;
  let seen = 0;
  for (;;) {
    const letter = header[cursor + 1] as number;
    if (header[cursor] !== QUOTE || header[cursor + 2] !== QUOTE || header[cursor + 3] !== COLON || header[cursor + 4] !== QUOTE) return false;
    if (letter < 0x61 || letter > 0x6d) return false;
    const bit = 1 << (letter - 0x61);
    if ((seen & bit) !== 0) return false;
    seen |= bit;
    cursor += 5;
    scanField(header, letter, out);
    if (cursor < 0) return false;
    const next = header[cursor++];
    if (next === COMMA) continue;
    return next === CLOSE && (seen & FIELDS_REQUIRED) === FIELDS_REQUIRED;
  }
}

/** The value of a field, from behind its opening quote to behind its closing one. */
function scanField(header: Buffer, letter: number, out: SendMessageScan): void {
  switch (letter) {
    case 0x61:
      out.producerGroup = scanName(header, producerGroup);
      break;
    case 0x62:
      out.topic = scanName(header, topic);
      break;
    case 0x63:
      out.defaultTopic = scanName(header, defaultTopic);
      break;
    case 0x64:
      out.defaultTopicQueueNums = scanQuotedInt32(header);
      break;
    case 0x65:
      out.queueId = scanQuotedInt32(header);
      break;
    case 0x66:
      out.sysFlag = scanQuotedInt32(header);
      break;
    case 0x67:
      cursor = readWhole(header, cursor, TIME_DIGITS_MAX);
      out.bornTimestamp = whole;
      expectQuote(header);
      break;
    case 0x68:
      out.flag = scanQuotedInt32(header);
      break;
    case 0x69:
      scanProperties(header, out);
      break;
    case 0x6a:
      out.reconsumeTimes = scanQuotedInt32(header);
      break;
    case 0x6b:
      out.unitMode = scanQuotedBoolean(header);
      break;
    case 0x6c:
      out.maxReconsumeTimes = scanQuotedInt32(header);
      break;
    default:
      out.batch = scanQuotedBoolean(header);
  }
}

function expectQuote(header: Buffer): void {
  if (cursor >= 0 && header[cursor++] !== QUOTE) cursor = -1;
}

const producerGroup = new RecurringText();
const topic = new RecurringText();
const defaultTopic = new RecurringText();
const language = new RecurringText();

/** Plain ASCII up to the closing quote. */
function scanName(header: Buffer, recurring: RecurringText): string {
  const start = cursor;
  const end = recurring.behind(header, start);
  if (end >= 0) {
    cursor = end;
    return recurring.text;
  }
  let at = start;
  for (;;) {
    const byte = header[at] as number;
    if (byte === QUOTE) break;
    if (at === header.length || byte < 0x20 || byte >= 0x80 || byte === BACKSLASH) {
      cursor = -1;
      return '';
    }
    at++;
  }
  cursor = at + 1;
  recurring.learn(at - start <= CACHED_TEXT_BYTES_MAX ? headerTexts.ascii(header, start, at) : latin1Text(header, start, at), header, start, at);
  return recurring.text;
}

/** Finds the end and the unescaped size. Escapes beyond ASCII go the long way. */
function scanProperties(header: Buffer, out: SendMessageScan): void {
  const { length } = header;
  let at = cursor;
  let saved = 0;
  for (;;) {
    if (at >= length) {
      cursor = -1;
      return;
    }
    const byte = header[at] as number;
    if (byte === QUOTE) break;
    if (byte === BACKSLASH) {
      const size = escapeSize(header, at);
      if (size === 0) {
        cursor = -1;
        return;
      }
      saved += size - 1;
      at += size;
    } else if (byte < 0x20) {
      cursor = -1;
      return;
    } else {
      at++;
    }
  }
  out.propertiesStart = cursor;
  out.propertiesEnd = at;
  out.propertiesBytes = at - cursor - saved;
  cursor = at + 1;
}

/** Bytes of an escape that stands for one ASCII character; 0 for any other. */
function escapeSize(header: Buffer, at: number): number {
  switch (header[at + 1]) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return 2;
    case 0x75:
      return header[at + 2] === 0x30 && header[at + 3] === 0x30 && isBelow8(header[at + 4] as number) && isHexDigit(header[at + 5] as number) ? 6 : 0;
    default:
      return 0;
  }
}

function isBelow8(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x37;
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

function scanQuotedInt32(header: Buffer): number {
  const value = scanInt32(header);
  expectQuote(header);
  return value;
}

function scanInt32(header: Buffer): number {
  cursor = readInt32(header, cursor);
  return whole;
}

const TRUE = ShortBytes.of('true"');
const FALSE = ShortBytes.of('false"');

function scanQuotedBoolean(header: Buffer): boolean {
  if (expect(header, FALSE)) return false;
  if (!expect(header, TRUE)) cursor = -1;
  return true;
}
