import { readGolden } from '@rocketmq-ts/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import { encodeBatchBody, readBatchBody } from './batch-codec.ts';
import { PermName, permText, transactionTypeOf } from './flags.ts';
import { formatHostAddress, isIpv6Host, parseHostAddress, readHost, writeHost } from './host-address.ts';
import { ipv4Number, parseIpv6 } from './ip-address.ts';
import { decodeOffsetMsgId, encodeOffsetMsgId } from './message-id.ts';
import { compareMessageQueues, messageQueueKey } from './message-queue.ts';
import { dlqTopicOf, replyTopicOf, retryTopicOf, validateGroupName, validateTopicName } from './names.ts';
import { decodeProperties } from './properties-codec.ts';
import { isReservedPropertyName, PropertyName } from './property-names.ts';
import { subscriptionDataOf, tagsCodeOf } from './tags.ts';

// The same inputs on every run; raise numRuns or change the seed to search further.
fc.configureGlobal({ seed: 460 });

function golden(name: string): Buffer {
  return readGolden(new URL(`../../test/golden/protocol/${name}.hex`, import.meta.url)).bytes;
}

describe('batch body', () => {
  const java = golden('batch-body');

  it("reads Java's and writes the same", () => {
    const items = [...readBatchBody(java)];
    expect(items.map(({ flag, body }) => [flag, body.toString()])).toEqual([
      [0, 'body 0'],
      [1, 'body 1'],
      [2, 'body 2'],
    ]);
    const properties = items.map((item) => decodeProperties(item.properties));
    expect(properties[2]?.get('TAGS')).toBe('Tag2');
    expect(encodeBatchBody(items.map(({ flag, body }, index) => ({ flag, body, properties: properties[index] as Map<string, string> }))).toString('hex')).toBe(java.toString('hex'));
  });

  it('is refused when it is cut inside an item', () => {
    const ends = new Set<number>([0]);
    for (let at = 0; at < java.length; ) ends.add((at += java.readInt32BE(at)));
    for (let end = 0; end < java.length; end++) {
      const read = (): unknown => [...readBatchBody(java.subarray(0, end))];
      if (ends.has(end)) expect(read).not.toThrow();
      else expect(read, `cut at ${end}`).toThrow(ProtocolError);
    }
  });

  it('throws nothing but ProtocolError, and every item lies inside', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), (changes) => {
        const bytes = Buffer.from(java);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        try {
          let sum = 0;
          for (const { body, properties } of readBatchBody(bytes)) sum += 22 + body.length + properties.length;
          expect(sum).toBe(bytes.length);
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses properties that their length can not hold', () => {
    expect(() => encodeBatchBody([{ flag: 0, body: Buffer.alloc(1), properties: new Map([['k', 'v'.repeat(32767)]]) }])).toThrow(ProtocolError);
  });
});

describe('offset message id', () => {
  it("is Java's", () => {
    const v4 = { host: { ip: '192.168.1.2', port: 10911 }, physicalOffset: 1_099_511_627_777 };
    const v6 = { host: { ip: '2001:db8::ff00:42:8329', port: 10911 }, physicalOffset: 5 };
    for (const [name, value] of [['message-id-ipv4', v4], ['message-id-ipv6', v6]] as const) {
      const id = golden(name).toString();
      expect(encodeOffsetMsgId(value.host, value.physicalOffset)).toBe(id);
      expect(decodeOffsetMsgId(id)).toEqual(value);
      expect(decodeOffsetMsgId(id.toLowerCase())).toEqual(value);
    }
  });

  it.each(['', 'x', '0'.repeat(31), '0'.repeat(33), '0'.repeat(55), 'g'.repeat(32), `${'0'.repeat(16)}ffffffffffffffff`, `00000000ffffffff${'0'.repeat(16)}`, `${'0'.repeat(16)}0020000000000000`, ' '.repeat(32)])('is not %j', (id) => {
    expect(() => decodeOffsetMsgId(id)).toThrow(ProtocolError);
  });
});

describe('hosts', () => {
  it.each([
    ['1.2.3.4:10911', '1.2.3.4', 10911],
    ['/1.2.3.4:10911', '1.2.3.4', 10911],
    ['localhost/127.0.0.1:80', '127.0.0.1', 80],
    ['[::1]:10911', '::1', 10911],
    ['broker.example:0', 'broker.example', 0],
    ['[::ffff:1.2.3.4]:5', '1.2.3.4', 5],
    ['[fe80::1%eth0]:65535', 'fe80::1', 65535],
  ])('are parsed: %s', (text, ip, port) => {
    expect(parseHostAddress(text)).toEqual({ ip, port });
  });

  it.each(['', ':', '1.2.3.4', '1.2.3.4:', ':80', '1.2.3.4:65536', '1.2.3.4:-1', '1.2.3.4:x', '1.2.3.4:123456'])('are refused: %j', (text) => {
    expect(() => parseHostAddress(text)).toThrow(ProtocolError);
  });

  it('survive text and bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(65535), (ip, port) => {
        const bytes = Buffer.alloc(20);
        const end = writeHost(bytes, 0, { ip, port });
        const read = readHost(bytes, 0, end === 20);
        expect(read.port).toBe(port);
        const again = Buffer.alloc(20);
        writeHost(again, 0, read);
        expect(again).toEqual(bytes);
        expect(parseHostAddress(formatHostAddress(read))).toEqual(read);
        expect(isIpv6Host(read)).toBe(end === 20);
      }),
    );
  });

  it('of IPv6 are printed short, as RFC 5952 says', () => {
    for (const text of ['::', '::1', '1::', 'fe80::1:2', '2001:db8::ff00:42:8329', '1:0:2::3', '1:2:3:4:5:6:7:8', '0:1:2:3:4:5:6:7', '1::2:0:0:3:4']) {
      const bytes = parseIpv6(text);
      expect(bytes, text).toBeDefined();
      expect(readHost(Buffer.concat([bytes as Buffer, Buffer.alloc(4)]), 0, true).ip).toBe(text);
    }
  });

  it('that are no addresses are told so', () => {
    for (const text of ['1.2.3', '1.2.3.4.5', '256.1.1.1', '1..2.3', '', 'a.b.c.d', '1.2.3.4x']) expect(ipv4Number(text), text).toBe(-1);
    for (const text of ['', ':', ':::', '1:2', '1:2:3:4:5:6:7:8:9', 'g::', '1::2::3', '12345::', '::1.2.3.256', '1:2:3:4:5:6:7::8:9']) expect(parseIpv6(text), text).toBeUndefined();
    expect(() => writeHost(Buffer.alloc(20), 0, { ip: 'localhost', port: 1 })).toThrow('not an IP address');
  });
});

describe('subscriptions by tag', () => {
  const lines = golden('subscriptions').toString().trim().split('\n');

  it.each(lines)('%s', (line) => {
    const [expression = '', subString, tags, codes] = line.split('\t');
    const text = (hex: string | undefined): string => Buffer.from(hex ?? '', 'hex').toString();
    const data = subscriptionDataOf('T', text(expression), 7);
    expect(data.subString).toBe(text(subString));
    expect([...data.tagsSet].sort().join(',')).toBe(text(tags));
    expect(`[${[...data.codeSet].sort((a, b) => a - b).join(',')}]`).toBe(codes);
    expect(data).toMatchObject({ topic: 'T', subVersion: 7, expressionType: 'TAG', classFilterMode: false });
  });

  it('are refused when they hold separators only, as Java does', () => {
    for (const expression of ['||', '||||']) expect(() => subscriptionDataOf('T', expression)).toThrow(ProtocolError);
    expect(subscriptionDataOf('T', undefined).subString).toBe('*');
  });

  it('match by the code of the tags', () => {
    expect(tagsCodeOf('TagA')).toBe(2598919);
    expect(tagsCodeOf(undefined)).toBe(0);
    expect(tagsCodeOf('')).toBe(0);
    expect(tagsCodeOf('polygenelubricants')).toBe(-0x80000000);
  });
});

describe('names', () => {
  it('of topics and groups are checked', () => {
    for (const name of ['T', '%RETRY%g', 'a|b', '__proto__', 'constructor', 'x'.repeat(127)]) {
      expect(validateTopicName(name), name).toBeUndefined();
      expect(validateGroupName(name), name).toBeUndefined();
    }
    for (const name of ['', ' ', '../x', 'a/b', 'a\0', 'a b', 'ä', 'T\n', 'a.b', 'x'.repeat(256)]) {
      expect(validateTopicName(name), name).toBeTypeOf('string');
      expect(validateGroupName(name), name).toBeTypeOf('string');
    }
    expect(validateTopicName('x'.repeat(128))).toBe('The specified topic is longer than topic max length 127.');
    expect(validateTopicName('x'.repeat(255), 255)).toBeUndefined();
    expect(validateGroupName('x'.repeat(255))).toBeUndefined();
  });

  it('are made from others', () => {
    expect([retryTopicOf('g'), dlqTopicOf('g'), replyTopicOf('c')]).toEqual(['%RETRY%g', '%DLQ%g', 'c_REPLY_TOPIC']);
  });

  it('of properties are reserved but for three', () => {
    expect(Object.values(PropertyName).filter((name) => !isReservedPropertyName(name))).toEqual(['TRAN_PREPARED_QUEUE_OFFSET', 'TRANSACTION_CHECK_TIMES', 'CHECK_IMMUNITY_TIME_IN_SECONDS']);
    expect(isReservedPropertyName('constructor')).toBe(false);
  });
});

describe('small things', () => {
  it('permissions are three letters', () => {
    expect([6, 4, 2, 7, 0, PermName.PRIORITY].map(permText)).toEqual(['RW-', 'R--', '-W-', 'RWX', '---', '---']);
  });

  it('transaction types are two bits', () => {
    expect([0, 4, 8, 12, 0x3f].map(transactionTypeOf)).toEqual([0, 4, 8, 12, 12]);
  });

  it("queues sort in Java's order and have keys of their own", () => {
    const queues = [
      { topic: 'b', brokerName: 'a', queueId: 0 },
      { topic: 'a', brokerName: 'b', queueId: 0 },
      { topic: 'a', brokerName: 'a', queueId: 10 },
      { topic: 'a', brokerName: 'a', queueId: 2 },
    ];
    expect(queues.toSorted(compareMessageQueues)).toEqual([queues[3], queues[2], queues[1], queues[0]]);
    expect(new Set(queues.map(messageQueueKey)).size).toBe(4);
  });
});
