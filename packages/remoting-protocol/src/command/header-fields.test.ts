import { readGoldenFrames } from '@rocketmq-ts/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedLayouts } from '../api/expected-headers.ts';
import { UpdateConsumerOffsetRequestHeader } from '../api/client/update-consumer-offset.ts';
import { PullMessageRequestHeader, PullMessageResponseHeader } from '../api/data/pull-message.ts';
import { SendMessageAnswerHeader } from '../api/data/send-message.ts';
import { SendMessageRequestHeaderV2 } from '../api/data/send-message-v2.ts';
import type { HeaderCodec } from '../api/define-header.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { FrameDecoder } from '../frame/frame-decoder.ts';
import { encodeCommand } from './command-codec.ts';
import { HeaderFields } from './header-fields.ts';
import { decodeJsonHeader, readTolerantly } from './header-json-decoder.ts';
import { type ExtFields, RemotingCommand } from './remoting-command.ts';

// The same inputs on every run; raise numRuns or change the seed to search further.
fc.configureGlobal({ seed: 460 });

type AnyCodec = Pick<HeaderCodec<unknown>, 'name' | 'layout' | 'decode' | 'encode'>;
const hot: readonly AnyCodec[] = [PullMessageRequestHeader, PullMessageResponseHeader, SendMessageAnswerHeader, SendMessageRequestHeaderV2, UpdateConsumerOffsetRequestHeader];

/** Whatever comes of it: a value, or the error's text. */
function outcome(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return (error as Error).message;
  }
}

function textsOf(fields: ExtFields | undefined): unknown {
  return fields === undefined ? undefined : Object.fromEntries(fields);
}

/** Read as values or name by name, a header says the same: as texts, and by every header class. Returns how it was read. */
function expectSameAsByName(header: Buffer): 'values' | 'texts' {
  const one = outcome(() => decodeJsonHeader(header, expectedLayouts));
  const other = outcome(() => readTolerantly(header));
  if (!(one instanceof RemotingCommand && other instanceof RemotingCommand)) {
    expect(one, header.toString('latin1')).toEqual(other);
    return 'texts';
  }
  expect(other.extFields).not.toBeInstanceOf(HeaderFields);
  for (const codec of hot) expect(outcome(() => codec.decode(one.extFields)), codec.name).toEqual(outcome(() => codec.decode(other.extFields)));
  expect({ ...one, extFields: textsOf(one.extFields) }, header.toString('latin1')).toEqual({ ...other, extFields: textsOf(other.extFields) });
  return one.extFields instanceof HeaderFields ? 'values' : 'texts';
}

const captured = readGoldenFrames(new URL('../../test/golden/wire', import.meta.url)).flatMap(({ name, requestCode, direction, variant, bytes }) => {
  const decoder = new FrameDecoder();
  decoder.push(bytes);
  const frame = decoder.next();
  return frame?.serializeType === 0 ? [{ name, requestCode, direction, variant, header: frame.header }] : [];
});

function headerOf(code: number, fields: ExtFields): Buffer {
  const out = new ByteWriter();
  encodeCommand(out, new RemotingCommand(code, fields));
  return out.copy().subarray(8);
}

const PULL = '{"code":11,"extFields":{"queueId":"1","maxMsgNums":"32","sysFlag":"4","suspendTimeoutMillis":"20000","commitOffset":"0","topic":"T","queueOffset":"123456","expressionType":"TAG","subscription":"a || b","subVersion":"1795362355567","consumerGroup":"g"},"flag":0,"language":"JAVA","opaque":175,"serializeTypeCurrentRPC":"JSON","version":333}';

describe('fields read as values', () => {
  it('are what Java has sent of pulls and of sends, in the order of its HashMap', () => {
    const seen = new Map<string, number>();
    for (const { name, requestCode, direction, header } of captured) {
      const how = expectSameAsByName(header);
      const kind = `${requestCode} ${direction}`;
      if (how === 'values') seen.set(kind, (seen.get(kind) ?? 0) + 1);
      const { code, extFields } = readTolerantly(header);
      const isStored = direction === 'response' && (requestCode === 310 || requestCode === 320) && code === 0;
      const isPulled = direction === 'response' && requestCode === 11 && [0, 19, 20, 21].includes(code);
      const isPull = direction === 'request' && requestCode === 11 && extFields?.has('subVersion') === true;
      if (isStored || isPulled || isPull) expect(how, name).toBe('values');
    }
    for (const kind of ['11 request', '11 response', '310 request', '310 response', '15 request']) expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(0);
  });

  it('mean the same wherever a header is cut', () => {
    const headers = captured.filter(({ requestCode }) => [11, 15, 310, 320].includes(requestCode)).filter((_, index) => index % 4 === 0);
    expect(headers.length).toBeGreaterThan(3);
    for (const { header } of headers) for (let end = 0; end < header.length; end++) expectSameAsByName(header.subarray(0, end));
  });

  it('mean the same whatever is changed', () => {
    const headers = captured.filter(({ requestCode }) => [11, 14, 15, 30, 105, 310, 320].includes(requestCode)).map(({ header }) => header);
    headers.push(Buffer.from(PULL));
    const structural = fc.constantFrom(...Buffer.from('"\\{}:,-+0123456789truefals \n\u0001'), 0xc3, 0xff);
    let asValues = 0;
    fc.assert(
      fc.property(fc.nat(headers.length - 1), fc.array(fc.tuple(fc.nat(), fc.oneof(structural, fc.nat(255))), { minLength: 1, maxLength: 4 }), (index, changes) => {
        const changed = Buffer.from(headers[index] as Buffer);
        for (const [at, byte] of changes) changed[at % changed.length] = byte;
        if (expectSameAsByName(changed) === 'values') asValues++;
      }),
      { numRuns: 5000 },
    );
    expect(asValues).toBeGreaterThan(100);
  });

  it('mean the same whatever the texts are, also when they come again', () => {
    const texts = fc.constantFrom('', 'g', 'TopicTest', '%RETRY%g', 'ä', '世界', 'a"b\\', 'a\u0001b\u0002', '\ud83d\ude00', 'x'.repeat(48), 'x'.repeat(49), 'x'.repeat(300));
    const numbers = fc.oneof(fc.integer({ min: -0x80000000, max: 0x7fffffff }), fc.constantFrom(0, -1, 9));
    const longs = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, -1, 999_999_999_999_999, 1_000_000_000_000_000, 2 ** 31, 100_000_000));
    fc.assert(
      fc.property(
        fc.record({ consumerGroup: texts, topic: texts, queueId: numbers, queueOffset: longs, maxMsgNums: numbers, sysFlag: numbers, commitOffset: longs, suspendTimeoutMillis: longs, subscription: fc.option(texts, { nil: undefined }), subVersion: longs, expressionType: fc.option(texts, { nil: undefined }) }),
        (pull) => {
          const fields = PullMessageRequestHeader.encode(pull);
          const header = headerOf(11, fields);
          // The bytes are those of the same fields as texts, but for the order.
          expect(JSON.parse(header.toString())).toEqual(JSON.parse(headerOf(11, new Map(fields)).toString()));
          const longDigits = [pull.queueOffset, pull.commitOffset, pull.suspendTimeoutMillis, pull.subVersion].every((long) => Math.abs(long) < 1e15);
          expect(expectSameAsByName(header)).toBe(longDigits ? 'values' : 'texts');
          expect(PullMessageRequestHeader.decode(decodeJsonHeader(header, expectedLayouts).extFields)).toEqual({ ...pull, subscription: pull.subscription, expressionType: pull.expressionType });
        },
      ),
    );
  });

  it.each([
    ['another order', PULL.replace('"queueId":"1","maxMsgNums":"32"', '"maxMsgNums":"32","queueId":"1"')],
    ['a field more', PULL.replace('"queueId"', '"AccessKey":"x","queueId"')],
    ['a field more at the end', PULL.replace('"g"}', '"g","z":"1"}')],
    ['a field twice', PULL.replace('"sysFlag":"4"', '"sysFlag":"4","sysFlag":"5"')],
    ['a required field less', PULL.replace('"sysFlag":"4",', '')],
    ['no field', PULL.replace(/"extFields":\{.*?\}/, '"extFields":{}')],
    ['a plus', PULL.replace('"32"', '"+32"')],
    ['zeros in front', PULL.replace('"32"', '"032"')],
    ['minus zero', PULL.replace('"32"', '"-0"')],
    ['a number beyond int32', PULL.replace('"32"', '"2147483648"')],
    ['a long of 16 digits', PULL.replace('1795362355567', '1795362355567000')],
    ['an empty number', PULL.replace('"32"', '""')],
    ['a number without quotes', PULL.replace('"32"', '32')],
    ['a word for a number', PULL.replace('"32"', '"x"')],
    ['null', PULL.replace('"T"', 'null')],
    ['a blank', PULL.replace('"maxMsgNums"', ' "maxMsgNums"')],
    ['a brace for a comma', PULL.replace(',"maxMsgNums"', '}"maxMsgNums"')],
    ['an unknown escape', PULL.replace('"T"', '"\\q"')],
  ])('leave %s to those who read name by name', (_name, changed) => {
    expect(changed).not.toBe(PULL);
    expect(expectSameAsByName(Buffer.from(changed))).toBe('texts');
  });

  it('may lack what is optional', () => {
    const bare = Buffer.from(PULL.replace('"expressionType":"TAG","subscription":"a || b",', ''));
    expect(expectSameAsByName(bare)).toBe('values');
    expect(decodeJsonHeader(bare, expectedLayouts).extFields?.has('subscription')).toBe(false);
  });

  it('go by the fields and not by the code, which an answer and a request may share', () => {
    const answer = headerOf(11, new Map([['queueId', '1'], ['TRACE_ON', 'true'], ['MSG_REGION', 'r'], ['msgId', 'x'], ['queueOffset', '5']]));
    expect(expectSameAsByName(answer)).toBe('values');
    expect(SendMessageAnswerHeader.decode(decodeJsonHeader(answer, expectedLayouts).extFields)).toEqual({ queueId: 1, traceOn: 'true', regionId: 'r', msgId: 'x', queueOffset: 5, transactionId: undefined });
    expect(expectedLayouts(11)).toHaveLength(2);
  });
});

describe('HeaderFields', () => {
  const read = (): ExtFields => decodeJsonHeader(Buffer.from(PULL), expectedLayouts).extFields as ExtFields;

  it('is a Map of texts', () => {
    const fields = read();
    const texts = readTolerantly(Buffer.from(PULL)).extFields as Map<string, string>;
    expect(fields).toBeInstanceOf(HeaderFields);
    expect(fields.size).toBe(11);
    expect([fields.get('queueId'), fields.get('nothing'), fields.has('topic'), fields.has('nothing')]).toEqual(['1', undefined, true, false]);
    expect([...fields.keys()].sort()).toEqual([...texts.keys()].sort());
    expect([...fields.values()].sort()).toEqual([...texts.values()].sort());
    const visited = new Map<string, string>();
    fields.forEach((text, wire, whose) => {
      expect(whose).toBe(fields);
      visited.set(wire, text);
    });
    expect(visited).toEqual(texts);
    expect(new Map(fields.entries())).toEqual(texts);
  });

  it('means its texts once they are changed', () => {
    const changed = read().set('queueId', '7').set('AccessKey', 'me');
    expect(PullMessageRequestHeader.decode(changed).queueId).toBe(7);
    expect(JSON.parse(headerOf(11, changed).toString()).extFields).toMatchObject({ queueId: '7', AccessKey: 'me', topic: 'T' });
    expect(changed.delete('topic')).toBe(true);
    expect(() => PullMessageRequestHeader.decode(changed)).toThrow('topic is missing');
    changed.clear();
    expect(changed.size).toBe(0);
    const written = UpdateConsumerOffsetRequestHeader.encode({ consumerGroup: 'g', topic: 'T', queueId: 0, commitOffset: 1 }).set('topic', 'U');
    expect(JSON.parse(headerOf(15, written).toString()).extFields).toEqual({ consumerGroup: 'g', topic: 'U', queueId: '0', commitOffset: '1' });
  });

  it('gives everybody a header object of his own', () => {
    const fields = read();
    const one = PullMessageRequestHeader.decode(fields);
    one.topic = 'changed';
    expect(PullMessageRequestHeader.decode(fields).topic).toBe('T');
  });

  it('writes numbers that are no whole ones as texts, for the other side to refuse', () => {
    const header = { suggestWhichBrokerId: 0.5, nextBeginOffset: Number.NaN, minOffset: 2 ** 60, maxOffset: -0 };
    expect(JSON.parse(headerOf(0, PullMessageResponseHeader.encode(header)).toString()).extFields).toEqual({ suggestWhichBrokerId: '0.5', nextBeginOffset: 'NaN', minOffset: String(2 ** 60), maxOffset: '0' });
  });
});
