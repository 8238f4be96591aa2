import { readdirSync } from 'node:fs';
import { readGolden, readGoldenFrames } from '@rocketmq-ts/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { API_TABLE } from '../api/api-table.ts';
import { ProtocolError } from '../errors.ts';
import { parseFastjson } from '../fastjson/parse-fastjson.ts';
import { FrameDecoder } from '../frame/frame-decoder.ts';
import * as bodies from './index.ts';

// The same inputs on every run; raise numRuns or change the seed to search further.
fc.configureGlobal({ seed: 460 });

type Codec = { encode: (value: never, options?: { pretty: boolean }) => Buffer; decode: (body: Buffer) => unknown };

const exported = new Map<string, unknown>(Object.entries(bodies));

/** Java's class name is ours; three bodies of Java are plain values or twins here. */
function codecOf(name: string): Codec {
  const own = { GetConsumerListByGroupResponseBody: 'ConsumerIdList' }[name] ?? name;
  const encode = exported.get(`encode${own}`);
  const decode = exported.get(`decode${own}`);
  if (encode === undefined || decode === undefined) throw new Error(`no codec for ${own}`);
  return { encode, decode } as Codec;
}

const folder = new URL('../../test/golden/protocol/', import.meta.url);
const names = readdirSync(folder).filter((name) => /^body-(?!RegisterBroker)/.test(name)).map((name) => name.replace('.hex', ''));

describe("bodies of Java's own classes", () => {
  it('are all there', () => {
    expect(names.length).toBeGreaterThan(28);
  });

  it.each(names)('%s: what is decoded is encoded to the same bytes', (name) => {
    const { bytes } = readGolden(new URL(`${name}.hex`, folder));
    const { encode, decode } = codecOf(name.split('-')[1] as string);
    const value = decode(bytes);
    if (name === 'body-QueryConsumeTimeSpanBody') {
      // Three members are texts of the local time zone.
      const withoutTexts = (text: string): string => text.replace(/"\w+Str":"[^"]+",?/g, '');
      expect(withoutTexts(encode(value as never).toString())).toBe(withoutTexts(bytes.toString()));
      expect(encode(value as never).toString()).toMatch(/"minTimeStampStr":"\d{4}-\d\d-\d\d#\d\d:\d\d:20:000"/);
    } else {
      expect(encode(value as never).toString()).toBe(bytes.toString());
    }
    expect(decode(encode(value as never, { pretty: true }))).toEqual(value);
  });

  it.each(names)('%s: cut or changed, it is refused or read, and nothing else', (name) => {
    const { bytes } = readGolden(new URL(`${name}.hex`, folder));
    const { decode } = codecOf(name.split('-')[1] as string);
    for (let end = 0; end < bytes.length; end++) expect(() => decode(bytes.subarray(0, end)), `cut at ${end}`).toThrow(ProtocolError);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('{}[]:,"0')))), { minLength: 1, maxLength: 5 }), (changes) => {
        const changed = Buffer.from(bytes);
        for (const [at, byte] of changes) changed[at % changed.length] = byte;
        try {
          decode(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are refused with the path to what is wrong', () => {
    const route = '{"queueDatas":[{"brokerName":"a"},{"brokerName":{}}]}';
    expect(() => bodies.decodeTopicRouteData(Buffer.from(route))).toThrow('TopicRouteData.queueDatas[1].brokerName is not a text');
    expect(() => bodies.decodeTopicRouteData(Buffer.from('{"brokerDatas":[{"brokerName":"a","brokerAddrs":{x:"y"}}]}'))).toThrow('which is no integer');
    expect(() => bodies.decodeTopicRouteData(Buffer.from('{"queueDatas":[{}]}'))).toThrow('queueDatas[0].brokerName is missing');
    expect(() => bodies.decodeLockBatchRequestBody(Buffer.from('[]'))).toThrow('LockBatchRequestBody is not an object');
    expect(() => bodies.decodeConsumerConnection(Buffer.from('{"messageModel":"X"}'))).toThrow('is none of');
    expect(() => bodies.decodeTopicList(Buffer.alloc(0))).toThrow(ProtocolError);
  });

  it("have Java's initial values for members that are missing", () => {
    expect(bodies.decodeTopicConfigSerializeWrapper(Buffer.from('{"topicConfigTable":{"T":{"topicName":"T"}}}'))).toEqual({
      topicConfigTable: new Map([['T', { topicName: 'T', readQueueNums: 16, writeQueueNums: 16, perm: 6, topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false }]]),
      dataVersion: { timestamp: 0, counter: 0 },
    });
    expect(bodies.newSubscriptionGroupConfig('g')).toEqual(bodies.decodeSubscriptionGroupConfig(Buffer.from('{"groupName":"g"}')));
  });

  it('keep names that are members of Object.prototype', () => {
    const table = new Map([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['toString', 'c'],
    ]);
    expect(bodies.decodeKVTable(bodies.encodeKVTable({ table })).table).toEqual(table);
    const offsetTable = new Map([['__proto__@constructor', new Map([[0, 5]])]]);
    expect(bodies.decodeConsumerOffsetSerializeWrapper(bodies.encodeConsumerOffsetSerializeWrapper({ offsetTable }, { pretty: true })).offsetTable).toEqual(offsetTable);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });
});

describe('bodies captured on the wire', () => {
  const frames = readGoldenFrames(new URL('../../test/golden/wire', import.meta.url), ({ serializeType }) => serializeType === 'JSON');

  it('are read by the type that the table names, and hold nothing more than it', () => {
    const seen = new Set<string>();
    for (const { name, requestCode, direction, bytes } of frames) {
      const row = API_TABLE.get(requestCode);
      const typeName = /^\w+/.exec((direction === 'request' ? row?.requestBody : row?.responseBody) ?? '')?.[0] ?? '';
      if (!exported.has(`decode${typeName}`) || typeName === 'RegisterBrokerBody') continue;
      const decoder = new FrameDecoder();
      decoder.push(bytes);
      const body = decoder.next()?.body;
      if (body === undefined || body.toString() === 'null') continue;
      const { encode, decode } = codecOf(typeName);
      if (typeName === 'QueryConsumeTimeSpanBody') {
        decode(body);
      } else {
        // Java's NaN travels as null and arrives as 0, there as here.
        const sent = body.toString().replace(/"(consumeTps|tps|avgpt)":null/g, '"$1":0.0');
        expect(parseFastjson(encode(decode(body) as never).toString()), name).toEqual(parseFastjson(sent));
      }
      seen.add(typeName);
    }
    expect([...seen].length).toBeGreaterThan(10);
  });
});
