import { readGolden, readGoldenFrames } from '@rocketmq-ts/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { ProtocolError } from '../errors.ts';
import { type Frame, FrameDecoder } from '../frame/frame-decoder.ts';
import { decodeCommand } from '../api/expected-headers.ts';
import { encodeCommand, encodeCommandHead } from './command-codec.ts';
import { RemotingCommand, SerializeType } from './remoting-command.ts';

// The same inputs on every run; raise numRuns or change the seed to search further.
fc.configureGlobal({ seed: 460 });

const wire = readGoldenFrames(new URL('../../test/golden/wire', import.meta.url));
const made = ['frame-json', 'frame-rocketmq', 'frame-json-bare', 'frame-rocketmq-bare'].map((name) => readGolden(new URL(`../../test/golden/protocol/${name}.hex`, import.meta.url)));

function frameOf(bytes: Buffer): Frame {
  const decoder = new FrameDecoder();
  decoder.push(bytes);
  const frame = decoder.next();
  if (frame === undefined) throw new Error('no frame');
  return frame;
}

function encoded(command: RemotingCommand): Buffer {
  const out = new ByteWriter(16);
  encodeCommand(out, command);
  return out.copy();
}

/** What a decoder of untrusted bytes may do: answer, or throw a ProtocolError. */
function decodesOrRefuses(header: Buffer, serializeType: number): void {
  try {
    decodeCommand({ serializeType, header, body: undefined });
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
  }
}

describe('commands captured from Java', () => {
  it.each([...wire, ...made].map((golden) => [golden.name, golden.bytes] as const))('%s: what is decoded is encoded to the same bytes', (_name, bytes) => {
    expect(encoded(decodeCommand(frameOf(bytes))).toString('hex')).toBe(bytes.toString('hex'));
  });

  it('reads every field', () => {
    for (const { name, bytes } of made.slice(0, 2)) {
      const command = decodeCommand(frameOf(bytes));
      expect(command.code, name).toBe(310);
      expect(command.opaque).toBe(2147483647);
      expect(command.flag).toBe(2);
      expect(command.isOneway).toBe(true);
      expect(command.isResponse).toBe(false);
      expect(command.language).toBe(9);
      expect(command.version).toBe(333);
      expect(command.remark).toBe('line\nquote"back\\slash\u0000\u0001\u001f\u007f\u009f\u2028\u2029 äöü 世界 \ud83d\ude00/\'');
      expect([...(command.extFields ?? [])]).toEqual([
        ['__proto__', 'constructor'],
        ['i', 'KEYS\u0001k1 k2\u0002TAGS\u0001größe\u0002'],
        ['', ''],
        ['äöü\t', '-9223372036854775808'],
      ]);
      expect(command.body?.toString()).toBe('body');
      expect(command.serializeType).toBe(name === 'frame-json' ? SerializeType.JSON : SerializeType.ROCKETMQ);
    }
    const bare = decodeCommand(frameOf(made[2]?.bytes as Buffer));
    expect(bare).toMatchObject({ code: 0, opaque: 0, remark: undefined, extFields: undefined, body: undefined, isResponse: true });
  });

  it('reads both forms of the same request to the same command', () => {
    const [json, binary] = made.slice(0, 2).map(({ bytes }) => decodeCommand(frameOf(bytes)));
    expect({ ...json, serializeType: 0 }).toEqual({ ...binary, serializeType: 0 });
  });

  it('refuses every header that is cut, whole code points or not', () => {
    for (const { bytes } of [...made, ...wire.filter((_, index) => index % 20 === 0)]) {
      const { header, serializeType } = frameOf(bytes);
      for (let end = 0; end < header.length; end++) {
        expect(() => decodeCommand({ serializeType, header: header.subarray(0, end), body: undefined }), `cut at ${end}`).toThrow(ProtocolError);
      }
    }
  });

  it('throws nothing but ProtocolError when bytes are changed', () => {
    const headers = [...made, ...wire.filter((_, index) => index % 10 === 0)].map(({ bytes }) => frameOf(bytes));
    fc.assert(
      fc.property(fc.nat(headers.length - 1), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }), (index, changes) => {
        const { header, serializeType } = headers[index] as Frame;
        const changed = Buffer.from(header);
        for (const [at, byte] of changes) changed[at % changed.length] = byte;
        decodesOrRefuses(changed, serializeType);
      }),
      { numRuns: 5000 },
    );
  });

  it('throws nothing but ProtocolError on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 1 }), (bytes, serializeType) => decodesOrRefuses(Buffer.from(bytes), serializeType)),
      { numRuns: 5000 },
    );
  });
});

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '\u0001\u0002'));
const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });

describe('any command', () => {
  const commands = fc
    .record({
      code: fc.integer({ min: -0x8000, max: 0x7fff }),
      language: fc.nat(11),
      version: fc.integer({ min: 0, max: 0x7fff }),
      opaque: int32,
      flag: int32,
      remark: fc.option(text.filter((value) => value !== ''), { nil: undefined }),
      fields: fc.option(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 20 }), { nil: undefined }),
      body: fc.option(fc.uint8Array({ minLength: 1, maxLength: 100 }), { nil: undefined }),
      serializeType: fc.constantFrom(SerializeType.JSON, SerializeType.ROCKETMQ),
    })
    .map(({ fields, body, ...rest }) => Object.assign(new RemotingCommand(0, fields === undefined ? undefined : new Map(fields), body === undefined ? undefined : Buffer.from(body)), rest));

  it('survives encode and decode', () => {
    fc.assert(
      fc.property(commands, (command) => {
        expect(decodeCommand(frameOf(encoded(command)))).toEqual(command);
      }),
      { numRuns: 2000 },
    );
  });

  it('is read by JSON.parse as by us', () => {
    fc.assert(
      fc.property(commands, (command) => {
        command.serializeType = SerializeType.JSON;
        const json = JSON.parse(frameOf(encoded(command)).header.toString()) as Record<string, unknown>;
        expect(Object.keys(json)).toEqual(Object.keys(json).toSorted());
        expect(json['opaque']).toBe(command.opaque);
        expect(json['remark']).toBe(command.remark);
        expect(Object.entries((json['extFields'] as object | undefined) ?? {})).toHaveLength(command.extFields?.size ?? 0);
      }),
    );
  });
});

describe('encodeCommandHead', () => {
  it('counts a body that is sent as pieces', () => {
    const command = new RemotingCommand(0, new Map([['a', 'b']]), Buffer.from('xyz'));
    const whole = encoded(command);
    const out = new ByteWriter();
    out.u8(1);
    expect(encodeCommandHead(out, command, 3)).toBe(1);
    expect(out.view().subarray(1)).toEqual(whole.subarray(0, whole.length - 3));
  });
});
