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
import { acceptByte, endScan, expectByte, headerSyntax, peekByte, scanInt32, scanScalarText, scanText, skipValue, startScan } from './json-scanner.ts';
import { readRegularHeader } from './header-json-regular.ts';
import { type ExpectedLayouts, nothingExpected } from './header-layout.ts';
import { languageNumber } from './language.ts';
import { type ExtFields, RemotingCommand } from './remoting-command.ts';

const KEYS_MAX = 256;

const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** @throws ProtocolError HEADER_SYNTAX */
export function decodeJsonHeader(header: Buffer, expected: ExpectedLayouts = nothingExpected): RemotingCommand {
  return readRegularHeader(header, expected) ?? readTolerantly(header);
}

/** Any spelling. @throws ProtocolError HEADER_SYNTAX */
export function readTolerantly(header: Buffer): RemotingCommand {
  startScan(header);
  try {
    return readHeader();
  } finally {
    endScan();
  }
}

function readHeader(): RemotingCommand {
  const command = new RemotingCommand(0);
  command.version = 0;
  expectByte(OPEN);
  if (!acceptByte(CLOSE)) {
    let keys = 0;
    do {
      if (++keys > KEYS_MAX) throw new ProtocolError('HEADER_SYNTAX', `header with more than ${KEYS_MAX} members`);
      const key = scanText();
      expectByte(COLON);
      readMember(command, key);
    } while (acceptByte(COMMA));
    expectByte(CLOSE);
  }
  if (peekByte() !== -1) throw headerSyntax('bytes behind the object');
  return command;
}

function readMember(command: RemotingCommand, key: string): void {
  switch (key) {
    case 'code':
      command.code = scanInt32();
      break;
    case 'extFields':
      command.extFields = readExtFields();
      break;
    case 'flag':
      command.flag = scanInt32();
      break;
    case 'language':
      command.language = readLanguage();
      break;
    case 'opaque':
      command.opaque = scanInt32();
      break;
    case 'remark':
      command.remark = scanScalarText();
      break;
    case 'version':
      command.version = scanInt32();
      break;
    default:
      skipValue();
  }
}

function readExtFields(): ExtFields | undefined {
  if (peekByte() !== OPEN) {
    if (scanScalarText() === undefined) return undefined;
    throw headerSyntax('extFields is no object');
  }
  expectByte(OPEN);
  const fields: ExtFields = new Map();
  if (acceptByte(CLOSE)) return fields;
  let keys = 0;
  do {
    if (++keys > KEYS_MAX) throw new ProtocolError('HEADER_SYNTAX', `header with more than ${KEYS_MAX} fields`);
    const key = scanText();
    expectByte(COLON);
    const value = scanScalarText();
    if (value !== undefined) fields.set(key, value);
  } while (acceptByte(COMMA));
  expectByte(CLOSE);
  return fields;
}

function readLanguage(): number {
  const next = peekByte();
  if (next === 0x22) return languageNumber(scanText());
  if (next !== 0x6e) return scanInt32();
  scanScalarText();
  return LanguageCode.OTHER;
}
