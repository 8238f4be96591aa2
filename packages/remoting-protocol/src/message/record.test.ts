import { deflateSync } from 'node:zlib';
import { readGolden, readGoldenFrames } from '@rocketmq-ts/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32Of } from '../bytes/crc.ts';
import { RecordError } from '../errors.ts';
import { FrameDecoder } from '../frame/frame-decoder.ts';
import { MessageSysFlag } from './flags.ts';
import { hostSysFlag } from './host-address.ts';
import type { MessageExt } from './message.ts';
import { encodeProperties } from './properties-codec.ts';
import { blankSize, checkRecord } from './record-check.ts';
import { decodeRecord, decodeRecords, INFLATED_BODY_BYTES_MAX, viewRecord, viewRecords } from './record-decoder.ts';
import { BLANK_MAGIC, peekRecord, RECORD_FIXED_BYTES, recordSize } from './record-layout.ts';
import { type RecordFields, recordSizeOf, writeRecord } from './record-writer.ts';

// The same inputs on every run; raise numRuns or change the seed to search further.
fc.configureGlobal({ seed: 460 });

function golden(name: string): Buffer {
  return readGolden(new URL(`../../test/golden/protocol/record-${name}.hex`, import.meta.url)).bytes;
}

function fieldsOf(message: MessageExt, storedBody: Buffer): RecordFields {
  return { ...message, physicalOffset: message.commitLogOffset, body: storedBody, properties: encodeProperties(message.properties) };
}

function written(fields: RecordFields): Buffer {
  const target = Buffer.alloc(recordSizeOf(fields) + 10, 0xee);
  const size = writeRecord(target, 5, fields);
  expect(size).toBe(target.length - 10);
  expect(target.subarray(0, 5).every((byte) => byte === 0xee) && target.subarray(5 + size).every((byte) => byte === 0xee)).toBe(true);
  return Buffer.from(target.subarray(5, 5 + size));
}

/** A view, at any place of a buffer, gives every field as decoding does, and gives it again. */
function expectSameView(bytes: Buffer, message: MessageExt): void {
  const view = viewRecord(Buffer.concat([Buffer.alloc(5, 0xee), bytes, Buffer.alloc(3, 0xee)]), 5);
  for (const field of Object.keys(message) as (keyof MessageExt)[]) {
    expect(view[field], field).toEqual(message[field]);
    expect(view[field], field).toEqual(message[field]);
  }
}

const plain: RecordFields = {
  topic: 'T',
  queueId: 1,
  flag: 0,
  sysFlag: 0,
  queueOffset: 2,
  physicalOffset: 1000,
  bornTimestamp: 3,
  bornHost: { ip: '127.0.0.1', port: 4 },
  storeTimestamp: 5,
  storeHost: { ip: '10.0.0.1', port: 10911 },
  reconsumeTimes: 0,
  preparedTransactionOffset: 0,
  body: Buffer.from('hello'),
  properties: encodeProperties(new Map([['TAGS', 'a']])),
};

describe("records of Java's encoder", () => {
  it('are read in every field', () => {
    const message = decodeRecord(golden('ipv4'));
    for (const name of ['ipv4', 'ipv6', 'born-ipv6', 'compressed']) expectSameView(golden(name), decodeRecord(golden(name)));
    expect(message).toMatchObject({
      topic: 'constructor',
      queueId: 3,
      flag: -7,
      queueOffset: 4_294_967_297,
      commitLogOffset: 1_099_511_627_776,
      sysFlag: 0,
      bornTimestamp: 1_574_000_000_123,
      storeTimestamp: 1_574_000_000_456,
      bornHost: { ip: '192.168.1.2', port: 54321 },
      storeHost: { ip: '10.0.0.1', port: 10911 },
      reconsumeTimes: 2,
      preparedTransactionOffset: 77,
      msgId: '7F0000010A1B18B4AAC216FBC3B40000',
      offsetMsgId: '0A00000100002A9F0000010000000000',
      brokerName: undefined,
    });
    expect(message.body.toString()).toBe('Hello, Welt äöü 世界');
    expect(message.properties.get('__proto__')).toBe('größe');
    expect(message.properties.get('TAGS')).toBe('TagA');
    expect(message.storeSize).toBe(golden('ipv4').length);
  });

  it('with IPv6 hosts and compressed bodies, too', () => {
    const both = decodeRecord(golden('ipv6'));
    expect(both.bornHost).toEqual({ ip: 'fe80::1:2', port: 54321 });
    expect(both.storeHost).toEqual({ ip: '2001:db8::ff00:42:8329', port: 10911 });
    expect(both.offsetMsgId).toBe('20010DB8000000000000FF000042832900002A9F0000010000000000');
    const mixed = decodeRecord(golden('born-ipv6'));
    expect(mixed).toMatchObject({ bornHost: both.bornHost, storeHost: { ip: '10.0.0.1', port: 10911 }, storeTimestamp: 1_574_000_000_456 });
    const compressed = decodeRecord(golden('compressed'));
    expect(compressed.body).toEqual(Buffer.alloc(5000, 'x'));
    expect(compressed.storeSize).toBeLessThan(1000);
  });

  it.each(['ipv4', 'ipv6', 'born-ipv6', 'compressed'])('%s is written to the same bytes, and peeked at like decoded', (name) => {
    const bytes = golden(name);
    const message = decodeRecord(bytes);
    const bodyAt = peekRecord.bodyAt(bytes, 0);
    const stored = bytes.subarray(bodyAt, bodyAt + peekRecord.bodyBytes(bytes, 0));
    // Java's property order is its hash order; the bytes are kept, the order with them.
    expect(written(fieldsOf(message, stored)).toString('hex')).toBe(bytes.toString('hex'));
    const shifted = Buffer.concat([Buffer.alloc(7), bytes, Buffer.alloc(3)]);
    expect(peekRecord.topic(shifted, 7)).toBe(message.topic);
    expect(shifted.toString('utf8', peekRecord.topicAt(shifted, 7), peekRecord.topicAt(shifted, 7) + peekRecord.topicBytes(shifted, 7))).toBe(message.topic);
    expect(peekRecord.queueOffset(shifted, 7)).toBe(message.queueOffset);
    expect(peekRecord.physicalOffset(shifted, 7)).toBe(message.commitLogOffset);
    expect(peekRecord.storeTimestamp(shifted, 7)).toBe(message.storeTimestamp);
    expect(peekRecord.reconsumeTimes(shifted, 7)).toBe(message.reconsumeTimes);
    expect(peekRecord.preparedTransactionOffset(shifted, 7)).toBe(message.preparedTransactionOffset);
    expect(peekRecord.propertiesAt(shifted, 7) + peekRecord.propertiesBytes(shifted, 7)).toBe(7 + bytes.length);
    expect(checkRecord(shifted, 7, shifted.length, { crc: true })).toBeUndefined();
  });

  it('cut at any index are named as cut, whatever lies behind', () => {
    for (const name of ['ipv4', 'ipv6', 'compressed']) {
      const bytes = golden(name);
      for (let end = 0; end < bytes.length; end++) {
        expect(checkRecord(bytes, 0, end, { crc: true }), `${name} to ${end}`).toBe('CUT');
        expect(() => decodeRecord(Buffer.from(bytes.subarray(0, end)))).toThrow(expect.objectContaining({ code: 'RECORD_CUT' }));
      }
    }
  });

  it('captured from a broker are read with all their checks', () => {
    const frames = readGoldenFrames(new URL('../../test/golden/wire', import.meta.url), ({ requestCode, direction }) => [11, 12, 33].includes(requestCode) && direction === 'response');
    let messages = 0;
    for (const { name, bytes } of frames) {
      const decoder = new FrameDecoder();
      decoder.push(bytes);
      const body = decoder.next()?.body;
      if (body === undefined) continue;
      const decoded = decodeRecords(body);
      expect(decoded.reduce((sum, { storeSize }) => sum + storeSize, 0), name).toBe(body.length);
      messages += decoded.length;
    }
    expect(messages).toBeGreaterThan(5);
  });
});

describe('writeRecord', () => {
  const ip = fc.oneof(fc.ipV4(), fc.ipV6().filter((text) => !text.includes('.')));
  const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });

  it('writes what decodeRecord reads', () => {
    fc.assert(
      fc.property(
        fc.record({ topic: fc.string({ unit: 'binary', maxLength: 31 }), queueId: int32, flag: int32, queueOffset: fc.maxSafeNat(), physicalOffset: fc.maxSafeNat(), bornTimestamp: fc.maxSafeInteger(), storeTimestamp: fc.maxSafeInteger(), reconsumeTimes: int32, preparedTransactionOffset: fc.maxSafeInteger(), body: fc.uint8Array({ maxLength: 300 }) }),
        fc.tuple(ip, fc.nat(65535), ip, fc.nat(65535)),
        fc.dictionary(fc.stringMatching(/^[^\u0001\u0002]+$/), fc.stringMatching(/^[^\u0001\u0002]+$/), { maxKeys: 4 }),
        (rest, [bornIp, bornPort, storeIp, storePort], dictionary) => {
          const bornHost = { ip: bornIp, port: bornPort };
          const storeHost = { ip: storeIp, port: storePort };
          const properties = new Map(Object.entries(dictionary));
          const bytes = written({ ...rest, bornHost, storeHost, sysFlag: hostSysFlag(bornHost, storeHost), properties: encodeProperties(properties) });
          const message = decodeRecord(bytes);
          expectSameView(bytes, message);
          const { physicalOffset, body, ...same } = rest;
          expect(message).toMatchObject(same);
          expect(message.commitLogOffset).toBe(physicalOffset);
          expect(message.body.equals(body)).toBe(true);
          expect(message.properties).toEqual(properties);
          expect(message.bornHost.port).toBe(bornPort);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes IPv4 in IPv6 clothes for IPv4', () => {
    const bornHost = { ip: '::ffff:127.0.0.1', port: 4 };
    expect(hostSysFlag(bornHost, plain.storeHost)).toBe(0);
    expect(written({ ...plain, bornHost })).toEqual(written(plain));
  });

  it('insists on its limits and on matching flags', () => {
    const target = Buffer.alloc(70_000);
    expect(() => writeRecord(target, 0, { ...plain, topic: 'x'.repeat(128) })).toThrow('127 bytes');
    expect(() => writeRecord(target, 0, { ...plain, properties: Buffer.alloc(32768) })).toThrow('32767 bytes');
    expect(() => writeRecord(target, 0, { ...plain, bornHost: { ip: '::1', port: 1 } })).toThrow('family');
    expect(() => writeRecord(target, 0, { ...plain, sysFlag: MessageSysFlag.STOREHOST_V6 })).toThrow('family');
    expect(writeRecord(target, 0, { ...plain, topic: 'x'.repeat(127), properties: Buffer.alloc(32767) })).toBe(recordSize(0, 5, 127, 32767));
    expect(checkRecord(target, 0, target.length, { crc: true })).toBeUndefined();
    expect(recordSize(0, 0, 0, 0)).toBe(RECORD_FIXED_BYTES);
  });

  it('gives an empty body the CRC 0, as Java does', () => {
    const bytes = written({ ...plain, body: Buffer.alloc(0) });
    expect(peekRecord.bodyCRC(bytes, 0)).toBe(0);
    expect(decodeRecord(bytes).body).toHaveLength(0);
  });
});

describe('damaged records', () => {
  const good = written(plain);
  const other = written({ ...plain, queueOffset: 3, body: Buffer.from('other') });

  function damaged(change: (bytes: Buffer) => void): Buffer {
    const bytes = Buffer.from(good);
    change(bytes);
    return bytes;
  }

  const badCrc = damaged((bytes) => {
    bytes[peekRecord.bodyAt(bytes, 0)] = 0;
  });

  it('with another body are refused alone, and say where they belong', () => {
    const found: RecordError[] = [];
    const messages = decodeRecords(Buffer.concat([good, badCrc, other]), (error) => found.push(error));
    expect(messages.map(({ queueOffset }) => queueOffset)).toEqual([2, 3]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ code: 'RECORD_CRC', at: good.length, sizeBytes: good.length, queueId: 1, queueOffset: 2, physicalOffset: 1000 });
    expect(() => decodeRecords(Buffer.concat([good, badCrc, other]))).toThrow(RecordError);
  });

  it('whose body can not be inflated are refused alone', () => {
    const bodies = [Buffer.from('not zlib'), deflateSync('cut').subarray(0, 8), flipped(deflateSync('wrong adler')), deflateSync(Buffer.alloc(INFLATED_BODY_BYTES_MAX + 1))];
    const records = bodies.map((body) => written({ ...plain, body, sysFlag: MessageSysFlag.COMPRESSED }));
    const found: RecordError[] = [];
    expect(decodeRecords(Buffer.concat([...records, other]), (error) => found.push(error))).toHaveLength(1);
    expect(found.map(({ code }) => code)).toEqual(bodies.map(() => 'RECORD_INFLATE'));
  });

  it('without a size to trust end the reading', () => {
    const found: string[] = [];
    const noMagic = damaged((bytes) => bytes.writeInt32BE(0, 4));
    expect(decodeRecords(Buffer.concat([good, noMagic, other]), ({ code }) => found.push(code))).toHaveLength(1);
    expect(decodeRecords(Buffer.concat([good, other.subarray(0, 50)]), ({ code }) => found.push(code))).toHaveLength(1);
    expect(found).toEqual(['RECORD_MAGIC', 'RECORD_CUT']);
  });

  it.each<[string, (bytes: Buffer) => void, string | undefined]>([
    ['a size below the least', (bytes) => bytes.writeInt32BE(90, 0), 'LENGTHS'],
    ['a negative size', (bytes) => bytes.writeInt32BE(-1, 0), 'LENGTHS'],
    ['a size beyond the buffer', (bytes) => bytes.writeInt32BE(0x7fffffff, 0), 'CUT'],
    ['a size one too small', (bytes) => bytes.writeInt32BE(bytes.length - 1, 0), 'LENGTHS'],
    ['a negative body', (bytes) => bytes.writeInt32BE(-1, 84), 'LENGTHS'],
    ['the largest body', (bytes) => bytes.writeInt32BE(0x7fffffff, 84), 'LENGTHS'],
    ['flags of longer hosts', (bytes) => bytes.writeInt32BE(0x30, 36), 'LENGTHS'],
    ['a topic of 255', (bytes) => bytes.writeUInt8(255, 84 + 4 + 5), 'LENGTHS'],
    ['a topic of 128', (bytes) => bytes.writeUInt8(128, 84 + 4 + 5), 'LENGTHS'],
    ['negative properties', (bytes) => bytes.writeInt16BE(-1, 84 + 4 + 5 + 2), 'LENGTHS'],
    ['a negative queue offset', (bytes) => bytes.writeInt8(-1, 20), 'OFFSETS'],
    ['a physical offset beyond 2^53', (bytes) => bytes.writeInt8(1, 28), 'OFFSETS'],
    ['a born time beyond 2^53', (bytes) => bytes.writeInt8(0x7f, 40), undefined],
  ])('%s', (_name, change, problem) => {
    const bytes = damaged(change);
    expect(checkRecord(bytes, 0, bytes.length, { crc: true })).toBe(problem);
  });

  it('never throw anything else, whatever is changed', () => {
    const found: RecordError[] = [];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = Buffer.concat([golden('ipv6'), good, golden('compressed')]);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        const inViews: RecordError[] = [];
        const decoded = decodeRecords(bytes, (error) => found.push(error));
        const views = viewRecords(bytes, (error) => inViews.push(error));
        expect(views.map(({ storeSize }) => storeSize)).toEqual(decoded.map(({ storeSize }) => storeSize));
        expect(inViews).toEqual(found.slice(found.length - inViews.length));
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        decodeRecords(Buffer.from(bytes), (error) => found.push(error));
      }),
      { numRuns: 1000 },
    );
    expect(found.length).toBeGreaterThan(1000);
    expect(found.every((error) => error instanceof RecordError)).toBe(true);
  });

  it('are told from the blank at the end of a file', () => {
    const blank = Buffer.alloc(8);
    blank.writeInt32BE(5000, 0);
    blank.writeInt32BE(BLANK_MAGIC, 4);
    expect(blankSize(blank, 0, 8)).toBe(5000);
    expect(checkRecord(blank, 0, 8, { crc: true })).toBe('MAGIC');
    expect(blankSize(blank, 0, 7)).toBe(0);
    expect(blankSize(good, 0, good.length)).toBe(0);
    blank.writeInt32BE(7, 0);
    expect(blankSize(blank, 0, 8)).toBe(0);
  });
});

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - 1] = (copy[copy.length - 1] as number) ^ 1;
  expect(crc32Of(copy)).not.toBe(crc32Of(bytes));
  return copy;
}
