import { readGoldenFrames } from '@rocketmq-ts/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import { FrameDecoder } from '../frame/frame-decoder.ts';
import { decodeJsonHeader, readTolerantly } from './header-json-decoder.ts';
import { readRegularHeader } from './header-json-regular.ts';
import type { RemotingCommand } from './remoting-command.ts';

// The same inputs on every run; raise numRuns or change the seed to search further.
fc.configureGlobal({ seed: 460 });

function decode(text: string | Buffer): ReturnType<typeof decodeJsonHeader> {
  return decodeJsonHeader(Buffer.from(text));
}

describe('decodeJsonHeader', () => {
  it('takes keys in any order, blanks and a line end, as other clients write them', () => {
    const command = decode(' {\n\t"version" : 64 , "opaque":5,"language":"CPP",\r\n"flag":1,"code":17 , "extFields" : { "b" : "x" } }\n');
    expect(command).toMatchObject({ version: 64, opaque: 5, language: 1, flag: 1, code: 17 });
    expect(command.extFields).toEqual(new Map([['b', 'x']]));
  });

  it('steps over members it does not know, whatever they hold', () => {
    const command = decode('{"x":[1,{"y":[]},"}",null,true,-1.5e3],"code":3,"z":{"a":{}},"body":"AA==","serializeTypeCurrentRPC":"JSON"}');
    expect(command.code).toBe(3);
  });

  it('takes numbers and booleans as the texts of fields and drops nulls', () => {
    expect(decode('{"extFields":{"n":12,"f":-1.5,"t":true,"z":null,"s":"x"}}').extFields).toEqual(
      new Map([
        ['n', '12'],
        ['f', '-1.5'],
        ['t', 'true'],
        ['s', 'x'],
      ]),
    );
    expect(decode('{"extFields":null,"remark":null}')).toMatchObject({ extFields: undefined, remark: undefined });
    expect(decode('{"extFields":{}}').extFields).toEqual(new Map());
  });

  it('lets the last of a repeated key count', () => {
    expect(decode('{"opaque":1,"opaque":2,"extFields":{"a":"1","a":"2"}}')).toMatchObject({ opaque: 2, extFields: new Map([['a', '2']]) });
  });

  it('takes quoted integers, and unknown languages as OTHER', () => {
    expect(decode('{"code":"10","opaque":"-3","language":"RUST"}')).toMatchObject({ code: 10, opaque: -3, language: 7 });
    expect(decode('{"language":9}').language).toBe(9);
    expect(decode('{"language":null}').language).toBe(7);
  });

  it('resolves every escape', () => {
    const text = String.raw`"\"\\\/\b\f\n\r\t\u0001\u0041\u00e4\u4e16\ud83d\ude00\uD83D\uDE00\v\0\7\'"`;
    expect(decode(`{"remark":${text}}`).remark).toBe('"\\/\b\f\n\r\t\u0001Aä世\ud83d\ude00\ud83d\ude00\v\0\u0007\'');
    expect(decode(String.raw`{"remark":"a\ud83dz\ude00\ud83d"}`).remark).toBe('a\ufffdz\ufffd\ufffd');
    expect(decode(String.raw`{"extFields":{"\u005f_proto__":"c\u006fnstructor"}}`).extFields).toEqual(new Map([['__proto__', 'constructor']]));
  });

  it('makes invalid UTF-8 readable instead of failing', () => {
    expect(decode(Buffer.concat([Buffer.from('{"remark":"a'), Buffer.of(0xff, 0xc3), Buffer.from('"}')])).remark).toBe('a\ufffd\ufffd');
  });

  it('knows the ends of int32', () => {
    expect(decode('{"opaque":2147483647,"flag":-2147483648,"code":-0}')).toMatchObject({ opaque: 2147483647, flag: -2147483648, code: 0 });
  });

  it.each([
    ['nothing', ''],
    ['blanks', '  '],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['an open object', '{'],
    ['bytes behind the object', '{"code":1}x'],
    ['a second object', '{}{}'],
    ['a comma at the end', '{"code":1,}'],
    ['a missing comma', '{"code":1 "flag":2}'],
    ['a missing colon', '{"code" 1}'],
    ['a bare key', '{code:1}'],
    ['code above int32', '{"code":2147483648}'],
    ['code below int32', '{"code":-2147483649}'],
    ['2^53', '{"opaque":9007199254740993}'],
    ['an endless number', `{"opaque":${'9'.repeat(100_000)}}`],
    ['a fraction', '{"code":1.5}'],
    ['an exponent', '{"code":1e3}'],
    ['NaN', '{"code":NaN}'],
    ['null as code', '{"code":null}'],
    ['hexadecimal', '{"code":0x10}'],
    ['a half quoted number', '{"code":"1}'],
    ['a text as code', '{"code":"x"}'],
    ['a raw control character', '{"remark":"a\u0001b"}'],
    ['a bad escape', String.raw`{"remark":"\q"}`],
    ['a cut escape', String.raw`{"remark":"\u12"}`],
    ['a bad hex escape', String.raw`{"remark":"\u12g4"}`],
    ['an escaped end', String.raw`{"remark":"\"}`],
    ['fields as list', '{"extFields":[]}'],
    ['fields as text', '{"extFields":"x"}'],
    ['an object as field', '{"extFields":{"a":{}}}'],
    ['an unknown word', '{"x":yes}'],
    ['unknown members nine deep', `{"x":${'['.repeat(9)}${']'.repeat(9)}}`],
    ['100000 deep', `{"x":${'['.repeat(100_000)}`],
    ['257 members', `{${Array.from({ length: 257 }, (_, index) => `"k${index}":1`).join(',')}}`],
    ['257 fields', `{"extFields":{${Array.from({ length: 257 }, (_, index) => `"k${index}":"1"`).join(',')}}}`],
  ])('refuses %s', (_name, text) => {
    expect(() => decode(text)).toThrow(ProtocolError);
  });

  it('takes 256 fields', () => {
    expect(decode(`{"extFields":{${Array.from({ length: 256 }, (_, index) => `"k${index}":"1"`).join(',')}}}`).extFields?.size).toBe(256);
  });

  it('gives one string object for a topic that comes again', () => {
    // Not observable but for its effect: equal texts of different lengths and contents never get mixed up in the cache.
    const names = Array.from({ length: 5000 }, (_, index) => `Topic-${index * 7919}`);
    for (const round of [1, 2]) {
      for (const name of names) expect(decode(`{"extFields":{"${name}":"${name}"}}`).extFields?.get(name), `round ${round}`).toBe(name);
    }
  });
});

describe('the reader of the regular spelling', () => {
  const headers = readGoldenFrames(new URL('../../test/golden/wire', import.meta.url)).flatMap(({ bytes }) => {
    const decoder = new FrameDecoder();
    decoder.push(bytes);
    const frame = decoder.next();
    return frame?.serializeType === 0 ? [frame.header] : [];
  });

  /** With the texts of the fields, in whatever form they were read. */
  function asText(command: RemotingCommand | undefined): unknown {
    if (command === undefined) return undefined;
    return { ...command, extFields: command.extFields === undefined ? undefined : new Map(command.extFields) };
  }

  /** What a reader makes of a header: a command, nothing, or the ProtocolError's text. */
  function outcome(read: (header: Buffer) => RemotingCommand | undefined, header: Buffer): unknown {
    try {
      return asText(read(header));
    } catch (error) {
      expect(error).toBeInstanceOf(ProtocolError);
      return (error as Error).message;
    }
  }

  function expectSameAsTolerant(header: Buffer): void {
    const regular = outcome(readRegularHeader, header);
    if (regular !== undefined) expect(regular, header.toString('latin1')).toEqual(outcome(readTolerantly, header));
  }

  it('reads all that Java has sent, as the tolerant one does', () => {
    expect(headers.length).toBeGreaterThan(100);
    for (const header of headers) expect(asText(readRegularHeader(header))).toEqual(asText(readTolerantly(header)));
  });

  it.each([
    ['a blank', '{"code": 1}'],
    ['an unknown member', '{"code":1,"more":2}'],
    ['null for a remark', '{"remark":null}'],
    ['a number as field', '{"extFields":{"a":1}}'],
    ['null as field', '{"extFields":{"a":null}}'],
    ['a quoted code', '{"code":"1"}'],
    ['a language by its number', '{"language":3}'],
    ['nine members', `{${'"code":1,'.repeat(8)}"code":2}`],
    ['65 fields', `{"extFields":{${Array.from({ length: 65 }, (_, index) => `"k${index}":"1"`).join(',')}}}`],
    ['no member at all', '{}'],
    ['int32 exceeded', '{"code":2147483648}'],
    ['eleven digits', '{"code":00000000001}'],
  ])('leaves %s to the tolerant one', (_name, text) => {
    expect(readRegularHeader(Buffer.from(text))).toBeUndefined();
  });

  it('lets the last of a repeated member or field count', () => {
    expect(readRegularHeader(Buffer.from('{"code":1,"code":-2,"extFields":{"a":"1","a":"2"}}'))).toMatchObject({ code: -2, extFields: new Map([['a', '2']]) });
  });

  it('says nothing else than the tolerant one, wherever a header is cut', () => {
    for (const header of headers.filter((_, index) => index % 20 === 0)) {
      for (let end = 0; end < header.length; end++) expectSameAsTolerant(header.subarray(0, end));
    }
  });

  it('says nothing else than the tolerant one, whatever is changed', () => {
    const structural = fc.constantFrom(...Buffer.from('"\\{}:,[]0-9nu \n\u0001'), 0xc3, 0xff);
    fc.assert(
      fc.property(fc.nat(headers.length - 1), fc.array(fc.tuple(fc.nat(), fc.oneof(structural, fc.nat(255))), { minLength: 1, maxLength: 4 }), (index, changes) => {
        const changed = Buffer.from(headers[index] as Buffer);
        for (const [at, byte] of changes) changed[at % changed.length] = byte;
        expectSameAsTolerant(changed);
      }),
      { numRuns: 5000 },
    );
  });
});
