import { deflateSync } from 'node:zlib';
import { readGolden, readGoldenFrames } from '@rocketmq-ts/testkit';
import { describe, expect, it } from 'vitest';
import { RegisterBrokerRequestHeader } from '../api/namesrv/register-broker.ts';
import { crc32Of } from '../bytes/crc.ts';
import { decodeCommand } from '../api/expected-headers.ts';
import { ProtocolError } from '../errors.ts';
import { FrameDecoder } from '../frame/frame-decoder.ts';
import { decodeRegisterBrokerBody, encodeRegisterBrokerBody } from './register-broker.ts';

const plain = readGolden(new URL('../../test/golden/protocol/body-RegisterBrokerBody.hex', import.meta.url)).bytes;
const compressed = readGolden(new URL('../../test/golden/protocol/body-RegisterBrokerBody-compressed.hex', import.meta.url)).bytes;
const topics = readGolden(new URL('../../test/golden/protocol/body-TopicConfigSerializeWrapper.hex', import.meta.url)).bytes;

const topic = { topicName: 'constructor', readQueueNums: 8, writeQueueNums: 4, perm: 6, topicFilterType: 'MULTI_TAG', topicSysFlag: 3, order: true };

function blocks(...parts: (string | number)[]): Buffer {
  const pieces = parts.flatMap((part) => {
    const word = Buffer.alloc(4);
    word.writeInt32BE(typeof part === 'number' ? part : Buffer.byteLength(part));
    return typeof part === 'number' ? [word] : [word, Buffer.from(part)];
  });
  return deflateSync(Buffer.concat(pieces));
}

describe('RegisterBrokerBody', () => {
  it('reads all three forms that Java sends', () => {
    const body = decodeRegisterBrokerBody(plain, { compressed: false, version: 333 });
    expect(body.topicConfigSerializeWrapper.dataVersion).toEqual({ timestamp: 1_574_000_000_000, counter: 42 });
    expect(body.topicConfigSerializeWrapper.topicConfigTable).toEqual(new Map([['constructor', topic]]));
    expect(body.filterServerList).toEqual(['10.0.0.1:1']);
    expect(encodeRegisterBrokerBody(body)).toEqual(plain);

    const small = decodeRegisterBrokerBody(compressed, { compressed: true, version: 333 });
    // The compressed form has no room for these two.
    const short = { ...topic, topicSysFlag: 0, order: false };
    expect(small).toEqual({ topicConfigSerializeWrapper: { dataVersion: body.topicConfigSerializeWrapper.dataVersion, topicConfigTable: new Map([['constructor', short]]) }, filterServerList: ['10.0.0.1:1'] });
    expect(decodeRegisterBrokerBody(encodeRegisterBrokerBody(small, { compressed: true }), { compressed: true, version: 333 })).toEqual(small);

    expect(decodeRegisterBrokerBody(topics, { compressed: false, version: 36 }).topicConfigSerializeWrapper).toEqual(body.topicConfigSerializeWrapper);
  });

  it('is empty when nothing was sent', () => {
    expect(decodeRegisterBrokerBody(undefined, { compressed: false, version: 333 })).toEqual({ topicConfigSerializeWrapper: { topicConfigTable: new Map(), dataVersion: { timestamp: 0, counter: 0 } }, filterServerList: [] });
  });

  it('of captured registrations agrees with its header', () => {
    const frames = readGoldenFrames(new URL('../../test/golden/wire', import.meta.url), ({ requestCode, direction }) => requestCode === 103 && direction === 'request');
    let read = 0;
    for (const { name, variant, bytes } of frames) {
      const decoder = new FrameDecoder();
      decoder.push(bytes);
      const frame = decoder.next();
      if (frame === undefined) throw new Error(name);
      const command = decodeCommand(frame);
      const header = RegisterBrokerRequestHeader.decode(command.extFields);
      const isIntact = command.body !== undefined && crc32Of(command.body) === header.bodyCrc32;
      expect(isIntact, name).toBe(!variant.includes('bad-crc'));
      if (!isIntact) continue;
      const body = decodeRegisterBrokerBody(command.body, { compressed: header.compressed, version: command.version });
      expect(body.topicConfigSerializeWrapper.topicConfigTable.size, name).toBeGreaterThan(0);
      read++;
    }
    expect(read).toBeGreaterThan(3);
  });

  it.each([
    ['no zlib', Buffer.from('x')],
    ['cut zlib', compressed.subarray(0, compressed.length - 5)],
    ['a bomb', deflateSync(Buffer.alloc(64 * 1024 * 1024))],
    ['nothing inside', deflateSync(Buffer.alloc(0))],
    ['a negative length', blocks(-1)],
    ['the largest length', blocks(0x7fffffff)],
    ['a version that is none', blocks('[]')],
    ['more topics than there are', blocks('{}', 0x7fffffff, 'T 1 1 6 SINGLE_TAG')],
    ['a topic with too few words', blocks('{}', 1, 'T 1 1 6', '[]')],
    ['a topic with a blank name', blocks('{}', 1, ' 1 1 6 SINGLE_TAG', '[]')],
    ['a topic with a wild number', blocks('{}', 1, 'T 99999999999 1 6 SINGLE_TAG', '[]')],
    ['no filter servers', blocks('{}', 0)],
  ])('refuses %s', (_name, bytes) => {
    expect(() => decodeRegisterBrokerBody(bytes, { compressed: true, version: 333 })).toThrow(ProtocolError);
  });
});
