/**
 * ROCKETMQ (binary) header ⇄ RemotingCommand. Big-endian.
 *
 * type      | field
 * int16     | code (the upper half of a larger code is lost, as in Java)
 * int8      | language code
 * int16     | version
 * int32     | opaque
 * int32     | flag
 * int32 + n | remark length and UTF-8; 0 is no remark
 * int32 + n | length of all extFields, then entries: int16 key length, key, int32 value length, value; 0 is none
 *
 * Every length is checked against what is left before anything is made of it. Of a repeated key the last counts.
 * Java differs: bytes behind the extFields are ignored there and refused here.
 * Source: remoting/protocol/RocketMQSerializable.java (4.6.0)
 */
import { utf8Text } from '../bytes/text.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { readInt32 } from '../bytes/int64.ts';
import { CACHED_TEXT_BYTES_MAX, headerTexts } from '../bytes/text-cache.ts';
import { ProtocolError } from '../errors.ts';
import { type ExtFields, RemotingCommand, SerializeType } from './remoting-command.ts';

const FIXED_BYTES = 13;
const FIELDS_MAX = 256;

/** @throws ProtocolError HEADER_SYNTAX */
export function decodeRocketmqHeader(header: Buffer): RemotingCommand {
  if (header.length < FIXED_BYTES + 8) throw syntax(`${header.length} bytes are too few`);
  const command = new RemotingCommand(header.readInt16BE(0));
  command.serializeType = SerializeType.ROCKETMQ;
  command.language = header.readUInt8(2);
  command.version = header.readInt16BE(3);
  command.opaque = readInt32(header, 5);
  command.flag = readInt32(header, 9);
  const remarkBytes = lengthAt(header, FIXED_BYTES, 'remark');
  const remarkEnd = FIXED_BYTES + 4 + remarkBytes;
  if (remarkBytes > 0) command.remark = utf8Text(header, FIXED_BYTES + 4, remarkEnd);
  const fieldsBytes = lengthAt(header, remarkEnd, 'extFields');
  const end = remarkEnd + 4 + fieldsBytes;
  if (end !== header.length) throw syntax(`${header.length - end} bytes behind the extFields`);
  if (fieldsBytes > 0) command.extFields = decodeFields(header, remarkEnd + 4);
  return command;
}

function decodeFields(header: Buffer, start: number): ExtFields {
  const fields: ExtFields = new Map();
  let at = start;
  let count = 0;
  while (at < header.length) {
    if (++count > FIELDS_MAX) throw syntax(`more than ${FIELDS_MAX} fields`);
    if (at + 2 > header.length) throw syntax('a cut key length');
    const keyBytes = header.readInt16BE(at);
    const keyEnd = at + 2 + keyBytes;
    if (keyBytes < 0 || keyEnd > header.length) throw syntax(`key of ${keyBytes} bytes`);
    const valueBytes = lengthAt(header, keyEnd, 'value');
    const key = textAt(header, at + 2, keyEnd, true);
    at = keyEnd + 4 + valueBytes;
    const first = header[keyEnd + 4];
    fields.set(key, textAt(header, keyEnd + 4, at, valueBytes > 0 && ((first as number) > 0x39 || (first as number) < 0x2b)));
  }
  return fields;
}

function textAt(header: Buffer, start: number, end: number, cached: boolean): string {
  if (!cached || end - start > CACHED_TEXT_BYTES_MAX) return utf8Text(header, start, end);
  for (let at = start; at < end; at++) {
    if ((header[at] as number) >= 0x80) return utf8Text(header, start, end);
  }
  return headerTexts.ascii(header, start, end);
}

/** A length word at `at` whose bytes are all there. */
function lengthAt(header: Buffer, at: number, what: string): number {
  if (at + 4 > header.length) throw syntax(`a cut ${what} length`);
  const length = readInt32(header, at);
  if (length < 0 || at + 4 + length > header.length) throw syntax(`${what} of ${length} bytes`);
  return length;
}

function syntax(what: string): ProtocolError {
  return new ProtocolError('HEADER_SYNTAX', `binary header is broken: ${what}`);
}

export function encodeRocketmqHeader(out: ByteWriter, command: RemotingCommand): void {
  out.i16(command.code);
  out.u8(command.language);
  out.i16(command.version);
  out.i32(command.opaque);
  out.i32(command.flag);
  const remarkAt = out.position;
  out.i32(0);
  if (command.remark !== undefined && command.remark !== '') out.patchI32(remarkAt, out.utf8(command.remark));
  const fieldsAt = out.position;
  out.i32(0);
  if (command.extFields === undefined) return;
  for (const [key, value] of command.extFields) writeField(out, key, value);
  out.patchI32(fieldsAt, out.position - fieldsAt - 4);
}

function writeField(out: ByteWriter, key: string, value: string): void {
  const keyAt = out.position;
  out.i16(0);
  const keyBytes = out.utf8(key);
  if (keyBytes > 0x7fff) throw new ProtocolError('HEADER_SYNTAX', `extFields key of ${keyBytes} bytes can't be sent`);
  out.buffer[keyAt] = keyBytes >>> 8;
  out.buffer[keyAt + 1] = keyBytes;
  const valueAt = out.position;
  out.i32(0);
  out.patchI32(valueAt, out.utf8(value));
}
