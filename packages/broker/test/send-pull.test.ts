import { decodeConsumeStats, decodeRecords, encodeBatchBody, RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';

import { BrokerWorld, STORE } from './broker-world.ts';

it('stores what is sent, in a topic made for it, and gives it back', async () => {
  const world = await new BrokerWorld().start();
  const sent = await world.send('TopicTest', 'hello', { queueId: 1 });
  expect([sent.code, sent.remark]).toEqual([ResponseCode.SUCCESS, undefined]);
  const answer = await world.pull('g', 'TopicTest', 0, { queueId: 1 });
  const [message] = decodeRecords(answer.body as Buffer);
  expect(message).toMatchObject({ topic: 'TopicTest', queueId: 1, queueOffset: 0, bornTimestamp: 1000, offsetMsgId: sent.extFields?.get('msgId') });
  expect(message?.bornHost.ip).toBe(world.sim.host('client').address);
  expect(await world.pullTexts('g', 'TopicTest')).toEqual([]);
  await world.stop();
});

it('stores a batch as single messages, and answers with all their ids', async () => {
  const world = await new BrokerWorld().start();
  const body = encodeBatchBody(['a', 'b', 'c'].map((text) => ({ topic: 'T', body: Buffer.from(text), flag: 0, properties: new Map([['KEYS', text]]) })));
  const sent = await world.ask(RequestCode.SEND_BATCH_MESSAGE, { a: 'p', b: 'T', c: 'TBW102', d: 4, e: 0, f: 0, g: 1, h: 0, i: '', j: 0, k: false, m: true }, body);
  expect(sent.code).toBe(ResponseCode.SUCCESS);
  expect(sent.extFields?.get('queueOffset')).toBe('0');
  const answer = await world.pull('g', 'T', 0);
  const messages = decodeRecords(answer.body as Buffer);
  expect(messages.map((message) => message.body.toString())).toEqual(['a', 'b', 'c']);
  expect(sent.extFields?.get('msgId')).toBe(messages.map((message) => message.offsetMsgId).join(','));
  const found = await world.ask(RequestCode.QUERY_MESSAGE, { topic: 'T', key: 'b', maxNum: 10, beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER });
  expect(decodeRecords(found.body as Buffer).map((message) => message.body.toString())).toEqual(['b']);
  await world.stop();
});

it('answers a send with SYNC_FLUSH only when the disk has it', async () => {
  const world = await new BrokerWorld(1, { store: { ...STORE, flushDiskType: 'SYNC_FLUSH' } }).start();
  expect((await world.send('T', 'durable')).code).toBe(ResponseCode.SUCCESS);
  await world.crashAndRestart();
  expect(await world.pullTexts('g', 'T')).toEqual(['durable']);
  await world.stop();
});

it('answers the first send to a topic only when the topic is on disk too', async () => {
  const world = await new BrokerWorld().start();
  expect((await world.send('New', 'first')).code).toBe(ResponseCode.SUCCESS);
  await world.killAndRestart();
  expect(await world.pullTexts('g', 'New')).toEqual(['first']);
  await world.stop();
});

it('keeps on reading and refuses sends while the disk is full, and takes them again afterwards', async () => {
  const world = await new BrokerWorld().start();
  const { disk } = world.sim.host('broker');
  await world.send('T', 'before');
  const freeBytes = disk.freeBytes;
  disk.freeBytes = 0;
  await world.sim.runFor(60_000);
  const refused = await world.send('T', 'x'.repeat(100_000));
  expect(refused.code).toBe(ResponseCode.SERVICE_NOT_AVAILABLE);
  expect(refused.remark).toMatch(/^service not available now, maybe disk full, CL: +\d\.\d\d CQ: +\d\.\d\d INDEX: +\d\.\d\d, maybe your broker machine memory too small\.$/);
  expect(await world.pullTexts('g', 'T')).toEqual(['before']);
  disk.freeBytes = freeBytes;
  await world.sim.runFor(60_000);
  expect((await world.send('T', 'after')).code).toBe(ResponseCode.SUCCESS);
  expect(await world.pullTexts('g', 'T')).toEqual(['before', 'after']);
  await world.stop();
});

it('suppresses the answer to a oneway send, and stores the message', async () => {
  const world = await new BrokerWorld().start();
  await world.send('T', 'makes the topic');
  const client = world.client();
  const fields = new Map(Object.entries({ a: 'p', b: 'T', c: 'TBW102', d: '4', e: '0', f: '0', g: '1', h: '0', i: '' }));
  await world.sim.run(client.oneway(world.address, new RemotingCommand(RequestCode.SEND_MESSAGE_V2, fields, Buffer.from('oneway'))));
  await world.sim.runFor(100);
  expect(await world.pullTexts('g', 'T')).toEqual(['makes the topic', 'oneway']);
  await world.stop();
});

it('counts messages, not the pieces in which they lie in memory', async () => {
  const world = await new BrokerWorld().start();
  for (let i = 0; i < 30; i++) await world.send('T', `m${i}`, { queueId: 0 });
  await world.ask(RequestCode.UPDATE_CONSUMER_OFFSET, { consumerGroup: 'g', topic: 'T', queueId: 0, commitOffset: 0 });
  for (const _time of ['first', 'second']) {
    expect(decodeRecords((await world.pull('g', 'T', 0)).body as Buffer)).toHaveLength(30);
    await world.sim.runFor(20_000);
  }
  const { consumeTps } = decodeConsumeStats((await world.ask(RequestCode.GET_CONSUME_STATS, { consumerGroup: 'g' })).body as Buffer);
  // 30 messages within less than a minute; counted as one, it were a thirtieth of it.
  expect(consumeTps).toBeGreaterThan(0.5);
  await world.stop();
});
