import { readGoldenFrames } from '@rocketmq-ts/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SendMessageRequestHeaderV2 } from '../api/data/send-message-v2.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { FrameDecoder } from '../frame/frame-decoder.ts';
import { decodeCommand } from '../api/expected-headers.ts';
import { encodeCommand } from './command-codec.ts';
import { RemotingCommand } from './remoting-command.ts';
import { copySendProperties, newSendMessageScan, scanSendMessageV2, type SendMessageScan } from './send-message-scan.ts';

// The same inputs on every run; raise numRuns or change the seed to search further.
fc.configureGlobal({ seed: 460 });

function headerOf(bytes: Buffer): Buffer {
  const decoder = new FrameDecoder();
  decoder.push(bytes);
  return decoder.next()?.header as Buffer;
}

function propertiesOf(header: Buffer, scan: SendMessageScan): string {
  const target = Buffer.alloc(scan.propertiesBytes + 3, 0xee);
  expect(copySendProperties(header, scan, target, 3)).toBe(target.length);
  expect(target.subarray(0, 3)).toEqual(Buffer.of(0xee, 0xee, 0xee));
  return target.toString('utf8', 3);
}

/** The scan must say what the generic way says. */
function expectSame(header: Buffer, scan: SendMessageScan): void {
  const command = decodeCommand({ serializeType: 0, header, body: undefined });
  const sent = SendMessageRequestHeaderV2.decode(command.extFields);
  expect({ ...scan, propertiesStart: 0, propertiesEnd: 0, propertiesBytes: 0 }).toEqual({
    code: command.code,
    commandFlag: command.flag,
    language: command.language,
    opaque: command.opaque,
    version: command.version,
    producerGroup: sent.producerGroup,
    topic: sent.topic,
    defaultTopic: sent.defaultTopic,
    defaultTopicQueueNums: sent.defaultTopicQueueNums,
    queueId: sent.queueId,
    sysFlag: sent.sysFlag,
    bornTimestamp: sent.bornTimestamp,
    flag: sent.flag,
    propertiesStart: 0,
    propertiesEnd: 0,
    propertiesBytes: 0,
    reconsumeTimes: sent.reconsumeTimes ?? -1,
    unitMode: sent.unitMode,
    maxReconsumeTimes: sent.maxReconsumeTimes ?? -1,
    batch: sent.batch,
  });
  expect(propertiesOf(header, scan)).toBe(sent.properties ?? '');
}

const frames = readGoldenFrames(new URL('../../test/golden/wire', import.meta.url), (frame) => frame.serializeType === 'JSON' && frame.direction === 'request');

describe('scanSendMessageV2', () => {
  it('reads every send that Java was captured with, and nothing else', () => {
    const scan = newSendMessageScan();
    let sends = 0;
    for (const { name, variant, requestCode, bytes } of frames) {
      const header = headerOf(bytes);
      const accepted = scanSendMessageV2(header, scan);
      expect(accepted, name).toBe((requestCode === 310 || requestCode === 320) && variant !== 'no-header');
      if (accepted) {
        sends++;
        expectSame(header, scan);
      }
    }
    expect(sends).toBeGreaterThan(5);
  });

  const good = '{"code":310,"extFields":{"a":"g","b":"T","c":"TBW102","d":"4","e":"1","f":"0","g":"1574000000000","h":"0","i":"K\\u0001v\\u0002"},"flag":0,"language":"JAVA","opaque":7,"serializeTypeCurrentRPC":"JSON","version":333}';

  it('takes members and fields in another order', () => {
    const other = '{"opaque":7,"extFields":{"i":"x\\u0001\\"y\\\\\\u0002","h":"-5","g":"1","f":"2","e":"-1","d":"4","c":"c","b":"__proto__","a":"constructor","m":"true","l":"16","k":"true","j":"3"},"code":320}';
    const scan = newSendMessageScan();
    expect(scanSendMessageV2(Buffer.from(other), scan)).toBe(true);
    expect(scan).toMatchObject({ topic: '__proto__', producerGroup: 'constructor', queueId: -1, flag: -5, batch: true, unitMode: true, maxReconsumeTimes: 16, reconsumeTimes: 3, version: 0 });
    expectSame(Buffer.from(other), scan);
  });

  it('forgets the request before', () => {
    const scan = newSendMessageScan();
    const full = good.replace('}', ',"j":"3","k":"true","l":"16","m":"true"}');
    expect(scanSendMessageV2(Buffer.from(full), scan)).toBe(true);
    const bare = good.replace(',"i":"K\\u0001v\\u0002"', '').replace('"flag":0,', '').replace('"language":"JAVA",', '').replace(',"version":333', '');
    expect(scanSendMessageV2(Buffer.from(bare), scan)).toBe(true);
    expectSame(Buffer.from(bare), scan);
    expect(scan.propertiesBytes).toBe(0);
  });

  it.each([
    ['blanks', good.replace(':310', ': 310')],
    ['a remark', good.replace('"opaque"', '"remark":"x","opaque"')],
    ['an unknown member', good.replace('"opaque"', '"other":1,"opaque"')],
    ['an unknown field', good.replace('"h":', '"n":"1","h":')],
    ['a long field name', good.replace('"a":', '"aa":')],
    ['the signature of an account', good.replace('"h":', '"Signature":"x","h":')],
    ['another code', good.replace('310', '10')],
    ['no topic', good.replace('"b":"T",', '')],
    ['two topics', good.replace('"b":"T",', '"b":"T","b":"U",')],
    ['two opaques', good.replace('"opaque":7', '"opaque":7,"opaque":8')],
    ['no opaque', good.replace('"opaque":7,', '')],
    ['a topic beyond ASCII', good.replace('"T"', '"ä"')],
    ['an escaped topic', good.replace('"T"', '"\\u0054"')],
    ['a number as field', good.replace('"4"', '4')],
    ['an empty number', good.replace('"4"', '""')],
    ['a number with a plus', good.replace('"4"', '"+4"')],
    ['a fraction', good.replace('"4"', '"4.0"')],
    ['a number beyond int32', good.replace('"4"', '"2147483648"')],
    ['a time beyond 15 digits', good.replace('1574000000000', '1574000000000000')],
    ['a boolean in capitals', good.replace('"i":', '"k":"TRUE","i":')],
    ['an escape beyond ASCII in the properties', good.replace('\\u0001', '\\u00e4')],
    ['a raw control character', good.replace('\\u0001', '\u0001')],
    ['an unknown escape', good.replace('\\u0001', '\\q')],
    ['a short escape', good.replace('\\u0002"', '\\u00"')],
    ['another serialize type', good.replace('"JSON"', '"ROCKETMQ"')],
    ['bytes behind the object', `${good} `],
    ['a comma too many', good.replace('333}', '333,}')],
  ])('leaves %s to the generic decoder', (_name, text) => {
    expect(text).not.toBe(good);
    expect(scanSendMessageV2(Buffer.from(text), newSendMessageScan())).toBe(false);
  });

  it('refuses every cut header', () => {
    const header = Buffer.from(good);
    for (let end = 0; end < header.length; end++) expect(scanSendMessageV2(header.subarray(0, end), newSendMessageScan()), `cut at ${end}`).toBe(false);
  });

  it('never accepts what the generic way refuses or reads otherwise', () => {
    const headers = frames.filter(({ requestCode, variant }) => (requestCode === 310 || requestCode === 320) && variant !== 'no-header').map(({ bytes }) => headerOf(bytes));
    headers.push(Buffer.from(good));
    const scan = newSendMessageScan();
    let accepted = 0;
    fc.assert(
      fc.property(fc.nat(headers.length - 1), fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\{}:,0123456789-abcu')))), { minLength: 1, maxLength: 4 }), (index, changes) => {
        const header = Buffer.from(headers[index] as Buffer);
        for (const [at, byte] of changes) header[at % header.length] = byte;
        if (scanSendMessageV2(header, scan)) {
          accepted++;
          expectSame(header, scan);
        }
      }),
      { numRuns: 10_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it('accepts what our own encoder writes for plain names', () => {
    const name = fc.stringMatching(/^[%|a-zA-Z0-9_-]{1,60}$/);
    const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
    fc.assert(
      fc.property(
        fc.record({ producerGroup: name, topic: name, defaultTopic: name, defaultTopicQueueNums: int32, queueId: int32, sysFlag: int32, bornTimestamp: fc.nat(999_999_999_999_999), flag: int32, properties: fc.string({ unit: 'binary-ascii' }), reconsumeTimes: fc.nat(), unitMode: fc.boolean(), batch: fc.boolean() }),
        int32,
        (sent, opaque) => {
          fc.pre(!/\u007f/.test(sent.properties));
          const command = new RemotingCommand(310, SendMessageRequestHeaderV2.encode(sent));
          command.opaque = opaque;
          const out = new ByteWriter();
          encodeCommand(out, command);
          const header = headerOf(out.copy());
          const scan = newSendMessageScan();
          expect(scanSendMessageV2(header, scan)).toBe(true);
          expectSame(header, scan);
        },
      ),
    );
  });
});
