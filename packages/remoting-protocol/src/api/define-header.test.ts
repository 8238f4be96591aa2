import { readGoldenFrames } from '@rocketmq-ts/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCommand } from './expected-headers.ts';
import type { ExtFields } from '../command/remoting-command.ts';
import { HeaderFieldError } from '../errors.ts';
import { FrameDecoder } from '../frame/frame-decoder.ts';
import { API_TABLE } from './api-table.ts';
import { boolean, defineHeader, type HeaderCodec, int, long, optional, required } from './define-header.ts';
import { SendMessageRequestHeaderV2 } from './data/send-message-v2.ts';

// The same inputs on every run; raise numRuns or change the seed to search further.
fc.configureGlobal({ seed: 460 });

const Sample = defineHeader('Sample', {
  name: required.string,
  count: required.int,
  at: required.long,
  note: optional.string,
  limit: optional.int,
  until: optional.long,
  maybe: optional.boolean,
  on: boolean(true),
  size: int(16),
  base: long(-1),
});

function withField(key: string, value: string): ExtFields {
  return new Map([
    ['name', 'x'],
    ['count', '1'],
    ['at', '2'],
    [key, value],
  ]);
}

describe('defineHeader', () => {
  it('leaves out what is undefined and writes what Java always writes', () => {
    expect([...Sample.encode({ name: 'x', count: 1, at: 2 })]).toEqual([
      ['name', 'x'],
      ['count', '1'],
      ['at', '2'],
      ['on', 'true'],
      ['size', '16'],
      ['base', '-1'],
    ]);
  });

  it('gives defaults for what did not come and ignores what it does not know', () => {
    expect(Sample.decode(withField('__proto__', 'y'))).toEqual({ name: 'x', count: 1, at: 2, note: undefined, limit: undefined, until: undefined, maybe: undefined, on: true, size: 16, base: -1 });
  });

  it.each([
    ['int32', '2147483647', 2147483647],
    ['int32 below', '-2147483648', -2147483648],
    ['a plus', '+5', 5],
    ['zeros in front', '0007', 7],
    ['minus zero', '-0', 0],
  ])('reads %s', (_name, text, value) => {
    expect(Object.is(Sample.decode(withField('count', text)).count, value)).toBe(true);
  });

  it.each(['', '-', '+', ' 1', '1 ', '1.0', '1e3', '0x1', '2147483648', '-2147483649', 'NaN', '٣', '1,000', '9'.repeat(400)])('refuses %j as int', (text) => {
    expect(() => Sample.decode(withField('count', text))).toThrow(HeaderFieldError);
  });

  it('bounds a long at 2^53 − 1 and refuses what is no long', () => {
    const read = (text: string): number => Sample.decode(withField('at', text)).at;
    expect(read('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    expect(read('9223372036854775807')).toBe(Number.MAX_SAFE_INTEGER);
    expect(read('-9223372036854775808')).toBe(-Number.MAX_SAFE_INTEGER);
    expect(read('00000000000000000000000000005')).toBe(5);
    for (const text of ['9223372036854775808', '-9223372036854775809', '99999999999999999999', 'x', '']) expect(() => read(text)).toThrow(HeaderFieldError);
  });

  it('reads booleans as Java does', () => {
    for (const [text, value] of [['true', true], ['TRUE', true], ['True', true], ['false', false], ['1', false], ['', false]] as const) {
      expect(Sample.decode(withField('maybe', text)).maybe).toBe(value);
    }
  });

  it('names class and field of what is missing or wrong', () => {
    expect(() => Sample.decode(undefined)).toThrow('Sample.name is missing');
    expect(() => Sample.decode(withField('limit', 'a\nb'))).toThrow('Sample.limit is not an int: "a\\nb"');
    expect(() => SendMessageRequestHeaderV2.decode(new Map([['a', 'g']]))).toThrow('SendMessageRequestHeaderV2.topic (b) is missing');
    try {
      Sample.decode(new Map());
    } catch (error) {
      expect(error).toMatchObject({ code: 'HEADER_FIELD', headerName: 'Sample', field: 'name', retryable: false });
    }
  });

  it('takes names that are members of Object.prototype', () => {
    expect(Sample.decode(Sample.encode({ name: '__proto__', count: 1, at: 1, note: 'constructor' }))).toMatchObject({ name: '__proto__', note: 'constructor' });
    expect(() => Sample.decode(new Map([['toString', 'x']]))).toThrow('Sample.name is missing');
  });

  it('survives encode and decode', () => {
    const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
    fc.assert(
      fc.property(
        fc.record({ name: fc.string(), count: int32, at: fc.maxSafeInteger(), note: fc.option(fc.string(), { nil: undefined }), limit: fc.option(int32, { nil: undefined }), until: fc.option(fc.maxSafeInteger(), { nil: undefined }), maybe: fc.option(fc.boolean(), { nil: undefined }), on: fc.boolean(), size: int32, base: fc.maxSafeInteger() }),
        (header) => {
          expect(Sample.decode(Sample.encode(header))).toEqual(header);
        },
      ),
    );
  });
});

describe('headers captured from Java', () => {
  const frames = readGoldenFrames(new URL('../../test/golden/wire', import.meta.url));
  /** Fields that Java puts beside the header class. */
  const RAW = new Set(['MSG_REGION', 'TRACE_ON', '_UNIQUE_KEY_QUERY']);

  it('are read by the row of their code and written back field by field', () => {
    const seen = new Set<string>();
    for (const { name, requestCode, direction, variant, bytes } of frames) {
      const decoder = new FrameDecoder();
      decoder.push(bytes);
      const frame = decoder.next();
      if (frame === undefined) throw new Error(name);
      const { extFields } = decodeCommand(frame);
      const row = API_TABLE.get(requestCode);
      const codec = (direction === 'request' ? row?.request : row?.response) as HeaderCodec<unknown> | undefined;
      if (extFields === undefined || codec === undefined) {
        // Without a header class nothing but raw fields may come.
        expect([...(extFields?.keys() ?? [])].filter((key) => !RAW.has(key)), name).toEqual([]);
        continue;
      }
      if (variant.includes('no-header')) continue;
      // What Java means by "no end" is bounded to what a number can hold exactly.
      const own = new Map([...extFields].filter(([key]) => !RAW.has(key)).map(([key, value]) => [key, value === '9223372036854775807' ? '9007199254740991' : value]));
      if (own.size === 0) continue;
      seen.add(codec.name);
      const written = codec.encode(codec.decode(extFields));
      expect(Object.fromEntries([...written].sort()), name).toEqual(Object.fromEntries([...own].sort()));
    }
    expect(seen.size).toBeGreaterThan(30);
  });
});
