import { readGolden } from '@rocketmq-ts/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { writeJsonText } from '../command/json-text.ts';
import { ProtocolError } from '../errors.ts';
import { JavaDouble, javaDoubleText, type JsonValue, objectKey, type WritableJson } from './json-value.ts';
import { canonicalText, parseFastjson } from './parse-fastjson.ts';
import { jsonString, writeFastjson } from './write-fastjson.ts';

// The same inputs on every run; raise numRuns or change the seed to search further.
fc.configureGlobal({ seed: 460 });

function golden(name: string): string {
  return readGolden(new URL(`../../test/golden/protocol/${name}.hex`, import.meta.url)).bytes.toString();
}

function map(...entries: [string, JsonValue][]): JsonValue {
  return new Map(entries);
}

describe('writeFastjson', () => {
  const all = `${Array.from({ length: 0x250 }, (_, unit) => String.fromCharCode(unit)).join('')}\u2027\u2028\u2029\u202a\ufffe\uffff世\ud83d\ude00`;

  it('escapes what fastjson escapes, as text and as bytes', () => {
    expect(jsonString(all)).toBe(golden('fastjson-escapes'));
    const out = new ByteWriter(1);
    writeJsonText(out, all);
    expect(out.view().toString()).toBe(golden('fastjson-escapes'));
  });

  it('writes doubles as Java does', () => {
    const lines = golden('doubles').trim().split('\n');
    for (const line of lines) {
      const [java = '', json] = line.split(' ');
      expect(writeFastjson(new JavaDouble(Number(java))), java).toBe(json);
    }
    expect(javaDoubleText(-0)).toBe('-0.0');
  });

  it('writes integer keys bare, object keys as objects, large longs without exponent', () => {
    const value: WritableJson = new Map<string | number | ReturnType<typeof objectKey>, WritableJson>([
      [0, 'a'],
      [-5, null],
      ['__proto__', true],
      [objectKey(new Map([['queueId', 1]])), Number.MAX_SAFE_INTEGER],
    ]);
    expect(writeFastjson(value)).toBe('{0:"a",-5:null,"__proto__":true,{"queueId":1}:9007199254740991}');
    expect(writeFastjson([1e21, Number.NaN, []])).toBe('[1000000000000000000000,null,[]]');
  });

  it.each(['pretty-topics', 'pretty-offsets', 'pretty-offsets-empty', 'pretty-route', 'pretty-stats'])("%s: is as pretty as Java's", (name) => {
    const text = golden(name);
    expect(writeFastjson(withJavaKeys(parseFastjson(text)), { pretty: true })).toBe(text);
  });
});

/** Decimal keys become numbers and object keys objects again, which the reader had made texts. */
function withJavaKeys(value: JsonValue): WritableJson {
  if (Array.isArray(value)) return value.map(withJavaKeys);
  if (!(value instanceof Map)) return value;
  return new Map(
    [...value].map(([key, member]) => {
      const object = key.startsWith('{') ? (parseFastjson(key) as Map<string, WritableJson>) : undefined;
      return [object !== undefined ? objectKey(object) : /^\d+$/.test(key) ? Number(key) : key, withJavaKeys(member)];
    }),
  );
}

describe('parseFastjson', () => {
  it.each<[string, JsonValue]>([
    ['{a:1}', map(['a', 1])],
    ['{$a_1:1}', map(['$a_1', 1])],
    ["{'a':'b\\'c'}", map(['a', "b'c"])],
    ['{1:2}', map(['1', 2])],
    ['{-1:2}', map(['-1', 2])],
    ['{1.5:2}', map(['1.5', 2])],
    ['{null:1,true:2}', map(['null', 1], ['true', 2])],
    ['{{"b":1,"a":{}}:2}', map(['{"a":{},"b":1}', 2])],
    ['{[1,2]:3}', map(['[1,2]', 3])],
    ['{"a":1,}', map(['a', 1])],
    ['{,"a":1,,"b":2}', map(['a', 1], ['b', 2])],
    ['[1,,2,]', [1, 2]],
    ['Set[1,2]', [1, 2]],
    ['TreeSet["x"]', ['x']],
    ['{"a":Set["x"]}', map(['a', ['x']])],
    ['{"a":"\\x41\\u0042\\v\\0"}', map(['a', 'AB\v\0'])],
    ['/* c */ {"a":1} // end', map(['a', 1])],
    ['{"a":NaN,"b":undefined}', map(['a', null], ['b', null])],
    ['[12L,12S,12B,1.5F,1D]', [12, 12, 12, 1.5, 1]],
    ['[01,+1,-0,1.,1e3]', [1, 1, 0, 1, 1000]],
    ['[9223372036854775807,-9223372036854775808,1e400]', [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]],
    ['{"a":"\t"}', map(['a', '\t'])],
    ['{"__proto__":{"x":1},"constructor":1,"__proto__":2}', map(['__proto__', 2], ['constructor', 1])],
    ['\ufeff {} ', map()],
    ['"x"', 'x'],
    ['null', null],
    ['{"a":true,"b":false}', map(['a', true], ['b', false])],
  ])('reads %s', (text, value) => {
    expect(parseFastjson(text)).toEqual(value);
  });

  it.each(['', ' ', '{', '[', '{"a"}', '{"a":}', '{"a":1 "b":2}', '{"a":1}x', '{"a":0x10}', '{a-b}', '{"a":1;"b":2}', ',{}', '"x', "'x", '"\\q"', '"\\u12"', '"\\u12g4"', '"\\', '/', '/* x', 'yes', '{"a":new Date(1)}', '[1 2]', '{"a":1]', '[}', 'Set', 'Set{}'])('refuses %j', (text) => {
    expect(() => parseFastjson(text)).toThrow(ProtocolError);
  });

  it('bounds the depth', () => {
    expect(parseFastjson(`${'['.repeat(60)}${']'.repeat(60)}`)).toHaveLength(1);
    expect(() => parseFastjson('['.repeat(1_000_000))).toThrow(ProtocolError);
    expect(() => parseFastjson('{"a":'.repeat(1_000_000))).toThrow(ProtocolError);
    expect(() => parseFastjson('{'.repeat(1_000_000))).toThrow(ProtocolError);
  });

  it('puts back what Java wrote as a reference', () => {
    const value = parseFastjson(golden('fastjson-reference')) as Map<string, JsonValue[]>;
    const [first, second] = value.get('brokerDatas') as JsonValue[];
    expect(second).toEqual(first);
    expect(first).toEqual(map(['brokerAddrs', map(['0', '1.1.1.1:1'])], ['brokerName', 'b'], ['cluster', 'c']));
  });

  it.each<[string, JsonValue]>([
    ['{"$ref":"$"}', null],
    ['{"a":[{"$ref":".."},{"$ref":"@"},{"$ref":"$.b"},{"$ref":"$.a[9]"}]}', map(['a', [null, null, null, null]])],
    ['{"a":{"x":1},"b":{"$ref":"$.a"}}', map(['a', map(['x', 1])], ['b', map(['x', 1])])],
    ['{"a":{"x.y":[5]},"b":{"$ref":"$.a[\'x.y\'][0]"}}', map(['a', map(['x.y', [5]])], ['b', 5])],
    ['{"a":{"b":{"$ref":"$.a"}}}', map(['a', map(['b', null])])],
    ['{"a":{"$ref":"$.b"},"b":{"$ref":"$.a"}}', map(['a', null], ['b', null])],
    ['{"$ref":5}', map(['$ref', 5])],
    ['{"$ref":"$.__proto__"}', null],
  ])('follows or drops the references of %s', (text, value) => {
    expect(parseFastjson(text)).toEqual(value);
  });

  it('does not unfold a small text into a huge value', () => {
    const list = `[${'1,'.repeat(10_000)}1]`;
    const references = Array.from({ length: 1000 }, () => '{"$ref":"$.a"}').join(',');
    expect(() => parseFastjson(`{"a":${list},"b":[${references}]}`)).toThrow('stand for too much');
    // Targets that hold references are not followed, so levels can't multiply.
    const levels = Array.from({ length: 40 }, (_, level) => `"l${level + 1}":[{"$ref":"$.l${level}"},{"$ref":"$.l${level}"}]`).join(',');
    expect((parseFastjson(`{"l0":[1],${levels}}`) as Map<string, JsonValue>).get('l40')).toEqual([null, null]);
  });

  it('reads what it wrote and what JSON.stringify wrote', () => {
    const value = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constant(null),
        fc.boolean(),
        fc.maxSafeInteger().map((number) => number + 0),
        fc.string({ unit: 'binary' }),
        fc.array(tie('value'), { maxLength: 5 }),
        fc.array(fc.tuple(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor')), tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
      ),
    })).value;
    fc.assert(
      fc.property(value, (tree) => {
        expect(parseFastjson(writeFastjson(tree))).toEqual(tree);
        expect(parseFastjson(writeFastjson(tree, { pretty: true }))).toEqual(tree);
        expect(canonicalText(parseFastjson(canonicalText(tree)))).toBe(canonicalText(tree));
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(plain(parseFastjson(JSON.stringify(json)))).toEqual(plain(asMaps(json)));
      }),
    );
  });

  it('throws nothing but ProtocolError', () => {
    const pieces = fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', "'", '\\', '1', '-', 'a', 'null', '"$ref"', '"$.a"', '/*', '*/', 'Set', ' ', '\\u00', 'é'), { maxLength: 30 });
    fc.assert(
      fc.property(fc.oneof(pieces.map((list) => list.join('')), fc.string({ unit: 'binary' })), (text) => {
        try {
          parseFastjson(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

/** JSON.parse's value in our form; numbers bounded as ours are. */
function asMaps(json: unknown): JsonValue {
  if (Array.isArray(json)) return json.map(asMaps);
  if (typeof json === 'object' && json !== null) return new Map(Object.entries(json).map(([key, member]) => [key, asMaps(member)]));
  if (typeof json === 'number' && Number.isInteger(json)) return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, json)) + 0;
  return json as JsonValue;
}

function plain(value: JsonValue): string {
  return canonicalText(value);
}
