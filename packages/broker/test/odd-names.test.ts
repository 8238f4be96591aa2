import { decodeRecords, encodeHeartbeatData, RequestCode, ResponseCode, subscriptionDataOf } from '@rocketmq-ts/remoting-protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { BrokerWorld } from './broker-world.ts';

/** They all pass RocketMQ's pattern for names. */
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];

const before = Object.getOwnPropertyNames(Object.prototype).join();

beforeAll(() => Object.freeze(Object.prototype));
afterAll(() => expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before));

it('treats names of object members like any other: topic, group, tag, property, client id; across a restart too', async () => {
  const world = await new BrokerWorld().start();
  for (const name of NAMES) {
    const sent = await world.send(name, `body of ${name}`, { tags: name, properties: `${name}\u0001value of ${name}\u0002KEYS\u0001${name}\u0002` });
    expect(sent.code).toBe(ResponseCode.SUCCESS);
    const heartbeat = encodeHeartbeatData({
      clientID: name,
      producerDataSet: [{ groupName: name }],
      consumerDataSet: [
        {
          groupName: name,
          consumeType: 'CONSUME_PASSIVELY',
          messageModel: 'CLUSTERING',
          consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
          subscriptionDataSet: [subscriptionDataOf(name, name, 1)],
          unitMode: false,
        },
      ],
    });
    expect((await world.ask(RequestCode.HEART_BEAT, { [name]: 'x' }, heartbeat)).code).toBe(ResponseCode.SUCCESS);
    const members = await world.ask(RequestCode.GET_CONSUMER_LIST_BY_GROUP, { consumerGroup: name });
    expect(members.body?.toString()).toContain(`"${name}"`);
  }
  const check = async (): Promise<void> => {
    for (const name of NAMES) {
      const answer = await world.pull(name, name, 0, { subscription: name });
      const messages = decodeRecords(answer.body as Buffer);
      expect(messages.map((message) => message.body.toString())).toEqual([`body of ${name}`]);
      expect(messages[0]?.properties.get(name)).toBe(`value of ${name}`);
      const found = await world.ask(RequestCode.QUERY_MESSAGE, { topic: name, key: name, maxNum: 9, beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER });
      expect(decodeRecords(found.body as Buffer)).toHaveLength(1);
    }
  };
  await check();
  for (const name of NAMES) {
    await world.ask(RequestCode.UPDATE_CONSUMER_OFFSET, { consumerGroup: name, topic: name, queueId: 0, commitOffset: 1 });
  }
  await world.stop();
  await world.start();
  await check();
  for (const name of NAMES) {
    const offset = await world.ask(RequestCode.QUERY_CONSUMER_OFFSET, { consumerGroup: name, topic: name, queueId: 0 });
    expect(offset.extFields?.get('offset')).toBe('1');
  }
  await world.stop();
});

it.each(['../../../x', 'a/b', 'a\\b', 'a\u0000b', 'a b', '.', '..', '', 'ü', 'x'.repeat(128), 'CON:', 'a\nb'])('makes no topic and no group of %j', async (name) => {
  const world = await new BrokerWorld().start();
  const files = (): string => world.sim.host('broker').disk.files().filter((path) => /config|consumequeue/.test(path)).join();
  const before = files();
  expect((await world.send(name, 'x')).code).not.toBe(ResponseCode.SUCCESS);
  expect((await world.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, { topic: name, defaultTopic: 'TBW102', readQueueNums: 1, writeQueueNums: 1, perm: 6, topicFilterType: 'SINGLE_TAG' })).code).not.toBe(ResponseCode.SUCCESS);
  if (name.length < 128) {
    const group = encodeHeartbeatData({ clientID: 'c', producerDataSet: [{ groupName: name }], consumerDataSet: [] });
    expect((await world.ask(RequestCode.HEART_BEAT, {}, group)).code).not.toBe(ResponseCode.SUCCESS);
  }
  await world.sim.runFor(10_000);
  expect(files()).toBe(before);
  await world.stop();
});

it('keeps topics apart whose names differ in case only', async () => {
  const world = await new BrokerWorld().start();
  await world.send('Topic', 'upper');
  await world.send('topic', 'lower');
  expect([await world.pullTexts('g', 'Topic'), await world.pullTexts('g', 'topic')]).toEqual([['upper'], ['lower']]);
  await world.stop();
});
