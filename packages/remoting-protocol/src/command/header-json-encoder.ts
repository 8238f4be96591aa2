/**
 * RemotingCommand → JSON header, as fastjson writes it: keys in alphabetical order, absent members left out, control
 * characters as `\u000X` with capital hex digits.
 *
 * `{"code":0,"extFields":{…},"flag":1,"language":"JAVA","opaque":7,"remark":"…","serializeTypeCurrentRPC":"JSON","version":333}`
 *
 * Source: remoting/protocol/RemotingSerializable.java encode, fastjson 1.2.61 SerializeWriter (4.6.0)
 */
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { putBytes, writeDecimal, writeText } from '../bytes/text.ts';
import { LanguageCode, languageName } from '../codes/language-code.ts';
import { HeaderFields } from './header-fields.ts';
import { writeFieldsBy } from './header-json-fields.ts';
import { jsonTextBytesMax, putJsonText, writeJsonText } from './json-text.ts';
import { type ExtFields, type RemotingCommand, SerializeType } from './remoting-command.ts';

const CODE = Buffer.from('{"code":');
const EXT_FIELDS = Buffer.from(',"extFields":{');
const FLAG = Buffer.from(',"flag":');
const LANGUAGE = Buffer.from(',"language":"');
const LANGUAGE_JAVA = Buffer.from(',"language":"JAVA","opaque":');
const OPAQUE = Buffer.from('","opaque":');
const REMARK = Buffer.from(',"remark":');
const JSON_VERSION = Buffer.from(',"serializeTypeCurrentRPC":"JSON","version":');
const ROCKETMQ_VERSION = Buffer.from(',"serializeTypeCurrentRPC":"ROCKETMQ","version":');

/** More than all parts of fixed size take together. */
const FIXED_BYTES = 256;

export function encodeJsonHeader(out: ByteWriter, command: RemotingCommand): void {
  let at = out.reserve(FIXED_BYTES);
  out.position = writeDecimal(out.buffer, putBytes(out.buffer, at, CODE), command.code);
  if (command.extFields !== undefined) writeFields(out, command.extFields);
  at = out.reserve(FIXED_BYTES);
  at = writeDecimal(out.buffer, putBytes(out.buffer, at, FLAG), command.flag);
  if (command.language === LanguageCode.JAVA) {
    at = putBytes(out.buffer, at, LANGUAGE_JAVA);
  } else {
    at = writeText(out.buffer, putBytes(out.buffer, at, LANGUAGE), languageName(command.language) ?? (languageName(LanguageCode.OTHER) as string));
    at = putBytes(out.buffer, at, OPAQUE);
  }
  out.position = writeDecimal(out.buffer, at, command.opaque);
  if (command.remark !== undefined) {
    out.position = putBytes(out.buffer, out.position, REMARK);
    writeJsonText(out, command.remark);
  }
  at = out.reserve(FIXED_BYTES);
  at = putBytes(out.buffer, at, command.serializeType === SerializeType.ROCKETMQ ? ROCKETMQ_VERSION : JSON_VERSION);
  at = writeDecimal(out.buffer, at, command.version);
  out.buffer[at] = 0x7d;
  out.position = at + 1;
}

function writeFields(out: ByteWriter, fields: ExtFields): void {
  out.position = putBytes(out.buffer, out.position, EXT_FIELDS);
  if (fields instanceof HeaderFields && fields.hasValues) writeFieldsBy(out, fields);
  else writeTexts(out, fields);
  out.u8(0x7d);
}

function writeTexts(out: ByteWriter, fields: ExtFields): void {
  let isFirst = true;
  for (const [key, value] of fields) {
    let at = out.reserve(jsonTextBytesMax(key) + jsonTextBytesMax(value) + 2);
    const { buffer } = out;
    if (!isFirst) buffer[at++] = 0x2c;
    isFirst = false;
    at = putJsonText(buffer, at, key);
    buffer[at++] = 0x3a;
    out.position = putJsonText(buffer, at, value);
  }
}
