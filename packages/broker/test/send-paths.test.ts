import { decodeRecords, type MessageExt, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';

import { BrokerWorld } from './broker-world.ts';

/** Properties that go the short way, and those that must not. */
const PROPERTIES = [
  '',
  'TAGS\u0001a\u0002',
  'TAGS\u0001a',
  'WAIT\u0001true\u0002UNIQ_KEY\u00010A\u0002',
  'WAIT\u0001false\u0002',
  'CLUSTER\u0001mine\u0002x\u00011\u0002',
  'DELAY\u00010\u0002',
  'XDELAY\u00013\u0002CLUSTER2\u0001a\u0002',
  '__proto__\u0001x\u0002quote"\\\u0001line\nbreak\u0002',
  'grün\u0001größer\u0002',
];

const comparable = (message: MessageExt): object => ({ ...message, queueId: 0, commitLogOffset: 0, offsetMsgId: '', msgId: '', storeTimestamp: 0 });

it('stores the same by the short way (310), by the long way (310 with a field more) and by the old code (10)', async () => {
  const world = await new BrokerWorld().start();
  await world.send('T', 'makes the topic', { queueId: 3 });
  for (const properties of PROPERTIES) {
    const short = { a: 'p', b: 'T', c: 'TBW102', d: 4, e: 0, f: 1, g: 1000, h: 7, i: properties, j: 2, k: false, m: false };
    const answers = [
      await world.ask(RequestCode.SEND_MESSAGE_V2, short, 'body'),
      await world.ask(RequestCode.SEND_MESSAGE_V2, { ...short, e: 1, unknown: 'x' }, 'body'),
      await world.ask(
        RequestCode.SEND_MESSAGE,
        { producerGroup: 'p', topic: 'T', defaultTopic: 'TBW102', defaultTopicQueueNums: 4, queueId: 2, sysFlag: 1, bornTimestamp: 1000, flag: 7, properties, reconsumeTimes: 2 },
        'body',
      ),
    ];
    expect(answers.map(({ code }) => code)).toEqual([ResponseCode.SUCCESS, ResponseCode.SUCCESS, ResponseCode.SUCCESS]);
    const [a, b, c] = answers.map(({ extFields }) => new Map(extFields).set('queueId', '').set('msgId', ''));
    expect(b).toEqual(a);
    expect(c).toEqual(a);
  }
  const stored: object[][] = [];
  for (const queueId of [0, 1, 2]) {
    const { body } = await world.pull('g', 'T', 0, { queueId });
    stored.push(rawMessages(body as Buffer));
  }
  expect(stored[0]).toHaveLength(PROPERTIES.length);
  expect(stored[1]).toEqual(stored[0]);
  expect(stored[2]).toEqual(stored[0]);
  await world.stop();
});

/** The bodies are not what their COMPRESSED flag says: look at the records without inflating. */
function rawMessages(body: Buffer): object[] {
  const plain = Buffer.from(body);
  for (let at = 0; at < plain.length; at += plain.readInt32BE(at)) plain.writeInt32BE(plain.readInt32BE(at + 36) & ~1, at + 36);
  return decodeRecords(plain).map(comparable);
}
