import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { ProtocolError } from '../errors.ts';
import { decodeRocketmqHeader, encodeRocketmqHeader } from './header-rocketmq.ts';
import { RemotingCommand } from './remoting-command.ts';

const FIXED = Buffer.from('000a' + '00' + '014d' + '00000007' + '00000000', 'hex');

function header(...parts: (number | string)[]): Buffer {
  return Buffer.concat([FIXED, ...parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : int32(part)))]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

describe('decodeRocketmqHeader', () => {
  it('reads an empty header', () => {
    expect(decodeRocketmqHeader(header(0, 0))).toMatchObject({ code: 10, version: 333, opaque: 7, remark: undefined, extFields: undefined });
  });

  it('lets the last of a repeated key count and keeps odd names', () => {
    const fields = '0001' + '61' + '00000001' + '31' + '0001' + '61' + '00000001' + '32' + '0000' + '00000000';
    expect(decodeRocketmqHeader(header(0, fields.length / 2, fields)).extFields).toEqual(
      new Map([
        ['a', '2'],
        ['', ''],
      ]),
    );
  });

  it('makes cut UTF-8 readable instead of failing', () => {
    expect(decodeRocketmqHeader(header(2, 'c3', 'e4', 0)).remark).toBe('\ufffd\ufffd');
  });

  it.each([
    ['too few bytes', FIXED],
    ['a negative remark', header(-1, 0)],
    ['a remark longer than the header', header(5, 0)],
    ['the largest remark', header(0x7fffffff, 0)],
    ['no length of fields', header(0)],
    ['negative fields', header(0, -4)],
    ['fields longer than the header', header(0, 1)],
    ['the largest fields', header(0, 0x7fffffff)],
    ['bytes behind the fields', header(0, 0, '00')],
    ['a cut key length', header(0, 1, '00')],
    ['a negative key', header(0, 6, 'ffff00000000')],
    ['a key longer than the fields', header(0, 3, '000561')],
    ['no value length', header(0, 3, '000161')],
    ['a negative value', header(0, 7, '000161ffffffff')],
    ['a value longer than the fields', header(0, 8, '000161' + '00000002' + '31')],
    ['the largest value', header(0, 7, '0001617fffffff')],
    ['257 fields', header(0, 257 * 6, '000000000000'.repeat(257))],
  ])('refuses %s', (_name, bytes) => {
    expect(() => decodeRocketmqHeader(bytes)).toThrow(ProtocolError);
  });
});

describe('encodeRocketmqHeader', () => {
  it('writes the lower half of a large code, as Java does', () => {
    const out = new ByteWriter();
    encodeRocketmqHeader(out, new RemotingCommand(0x12345));
    expect(out.view().readInt16BE(0)).toBe(0x2345);
  });

  it('refuses a key that its length field can not hold', () => {
    const out = new ByteWriter();
    expect(() => encodeRocketmqHeader(out, new RemotingCommand(1, new Map([['k'.repeat(0x8000), '']])))).toThrow(ProtocolError);
  });
});
