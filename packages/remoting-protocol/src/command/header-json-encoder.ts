/**
 * RemotingCommand → JSON header, as fastjson writes it: keys in alphabetical order, absent members left out, control
 * characters as `\u000X` with capital hex digits.
 *
 * `{"code":0,"extFields":{…},"flag":1,"language":"JAVA","opaque":7,"remark":"…","serializeTypeCurrentRPC":"JSON","version":333}`
 *
 * Source: remoting/protocol/RemotingSerializable.java encode, fastjson 1.2.61 SerializeWriter (4.6.0)
 */
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { LanguageCode, languageName } from '../codes/language-code.ts';
import { writeJsonText } from './json-text.ts';
import { type RemotingCommand, SerializeType } from './remoting-command.ts';

export function encodeJsonHeader(out: ByteWriter, command: RemotingCommand): void {
  out.latin1('{"code":');
  out.decimal(command.code);
  if (command.extFields !== undefined) {
    out.latin1(',"extFields":{');
    let first = true;
    for (const [key, value] of command.extFields) {
      if (first) first = false;
      else out.u8(0x2c);
      writeJsonText(out, key);
      out.u8(0x3a);
      writeJsonText(out, value);
    }
    out.u8(0x7d);
  }
  out.latin1(',"flag":');
  out.decimal(command.flag);
  out.latin1(',"language":"');
  out.latin1(languageName(command.language) ?? (languageName(LanguageCode.OTHER) as string));
  out.latin1('","opaque":');
  out.decimal(command.opaque);
  if (command.remark !== undefined) {
    out.latin1(',"remark":');
    writeJsonText(out, command.remark);
  }
  out.latin1(command.serializeType === SerializeType.ROCKETMQ ? ',"serializeTypeCurrentRPC":"ROCKETMQ","version":' : ',"serializeTypeCurrentRPC":"JSON","version":');
  out.decimal(command.version);
  out.u8(0x7d);
}
