/**
 * JSON header → RemotingCommand. Keys in any order; unknown members are stepped over; of a repeated key the last counts.
 *
 * member  | type               | when absent
 * code, flag, opaque, version | int32 | 0
 * language | name of LanguageCode (or its number) | JAVA; an unknown name is OTHER
 * remark  | text or null       | undefined
 * extFields | object text → text | undefined; numbers and booleans are taken as their text, null members are dropped
 *
 * Source: remoting/protocol/RemotingCommand.java headerDecode, fastjson 1.2.61 (4.6.0)
 */
import { LanguageCode } from '../codes/language-code.ts';
import { ProtocolError } from '../errors.ts';
import { headerSyntax, JsonScanner } from './json-scanner.ts';
import { languageNumber } from './language.ts';
import { type ExtFields, RemotingCommand } from './remoting-command.ts';

const KEYS_MAX = 256;

/** @throws ProtocolError HEADER_SYNTAX */
export function decodeJsonHeader(header: Buffer): RemotingCommand {
  const scanner = new JsonScanner(header);
  const command = new RemotingCommand(0);
  command.version = 0;
  scanner.expect(0x7b);
  if (!scanner.accept(0x7d)) {
    let keys = 0;
    do {
      if (++keys > KEYS_MAX) throw new ProtocolError('HEADER_SYNTAX', `header with more than ${KEYS_MAX} members`);
      const key = scanner.key();
      scanner.expect(0x3a);
      readMember(scanner, command, key);
    } while (scanner.accept(0x2c));
    scanner.expect(0x7d);
  }
  scanner.end();
  return command;
}

function readMember(scanner: JsonScanner, command: RemotingCommand, key: string): void {
  switch (key) {
    case 'code':
      command.code = scanner.int32();
      break;
    case 'extFields':
      command.extFields = readExtFields(scanner);
      break;
    case 'flag':
      command.flag = scanner.int32();
      break;
    case 'language':
      command.language = readLanguage(scanner);
      break;
    case 'opaque':
      command.opaque = scanner.int32();
      break;
    case 'remark':
      command.remark = scanner.scalarText();
      break;
    case 'version':
      command.version = scanner.int32();
      break;
    default:
      scanner.skip(2);
  }
}

function readExtFields(scanner: JsonScanner): ExtFields | undefined {
  if (scanner.peek() !== 0x7b) {
    if (scanner.scalarText() === undefined) return undefined;
    throw headerSyntax('extFields is no object', scanner.at);
  }
  scanner.expect(0x7b);
  const fields: ExtFields = new Map();
  if (scanner.accept(0x7d)) return fields;
  let keys = 0;
  do {
    if (++keys > KEYS_MAX) throw new ProtocolError('HEADER_SYNTAX', `header with more than ${KEYS_MAX} fields`);
    const key = scanner.key();
    scanner.expect(0x3a);
    const value = scanner.scalarText();
    if (value !== undefined) fields.set(key, value);
  } while (scanner.accept(0x2c));
  scanner.expect(0x7d);
  return fields;
}

function readLanguage(scanner: JsonScanner): number {
  if (scanner.peek() !== 0x22) {
    const byte = scanner.peek();
    if (byte === 0x6e) {
      scanner.scalarText();
      return LanguageCode.OTHER;
    }
    return scanner.int32();
  }
  return languageNumber(scanner.text());
}
