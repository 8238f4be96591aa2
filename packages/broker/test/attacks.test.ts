import type { Conn } from '@rocketmq-ts/kernel';
import { createRemotingClient } from '@rocketmq-ts/remoting';
import { encodeHeartbeatData, RequestCode, ResponseCode, subscriptionDataOf } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';

import { BrokerWorld, PORT, request } from './broker-world.ts';

/** A socket without manners. */
async function dial(world: BrokerWorld): Promise<{ conn: Conn; isClosed: () => boolean; received: () => number }> {
  const conn = await world.sim.run(world.sim.host('attacker').env.net.connect({ host: world.sim.host('broker').address, port: PORT, timeoutMs: 1000 }));
  let closed = false;
  let received = 0;
  conn.handler = { onData: (chunk) => void (received += chunk.length), onDrain() {}, onClose: () => void (closed = true) };
  return { conn, isClosed: () => closed, received: () => received };
}

const int32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => bytes.writeInt32BE(value | 0, at * 4));
  return bytes;
};

it.each([
  ['S1 a frame of length 0', int32(0, 0)],
  ['S1 a frame too short for a header length', int32(3, 0)],
  ['S1 a negative length', int32(-1, 0)],
  ['S1 a frame of 16 MiB and one byte', int32(16 * 1024 * 1024 + 1, 2)],
  ['S1 a frame of 2 GiB', int32(0x7fffffff, 2)],
  ['S2 a header longer than its frame', int32(8, 100, 0)],
  ['S2 an unknown serialize type', Buffer.concat([int32(6), Buffer.from([9, 0, 0, 2]), Buffer.from('{}')])],
  ['S2 the longest header that 24 bits can say', int32(16 * 1024 * 1024 - 8, 0x00ffffff)],
  ['S4 a header that is no JSON', Buffer.concat([int32(6, 2), Buffer.from('{]')])],
])('%s: the sender is closed, the others notice nothing', async (_name, bytes) => {
  const world = await new BrokerWorld().start();
  await world.send('T', 'before');
  const attacker = await dial(world);
  attacker.conn.write([bytes]);
  await world.sim.runFor(1000);
  expect(attacker.isClosed()).toBe(true);
  expect((await world.send('T', 'after')).code).toBe(ResponseCode.SUCCESS);
  expect(await world.pullTexts('g', 'T')).toEqual(['before', 'after']);
  await world.stop();
});

it('S9 one who pulls 100 MiB and reads nothing is closed; the others get their messages', async () => {
  const world = await new BrokerWorld().start();
  for (let i = 0; i < 4; i++) await world.send('T', 'x'.repeat(1_000_000));
  const client = createRemotingClient({ env: world.sim.host('attacker').env, language: 0 });
  world.sim.net.link('broker', 'attacker').bytesPerMs = 0.001;
  const fields = { consumerGroup: 'g', topic: 'T', queueId: 0, queueOffset: 0, maxMsgNums: 32, sysFlag: 4, commitOffset: 0, suspendTimeoutMillis: 0, subscription: '*', subVersion: 0, expressionType: 'TAG' };
  let failed = 0;
  for (let i = 0; i < 400; i++) client.invoke(world.address, request(RequestCode.PULL_MESSAGE, fields), { timeoutMs: 300_000 }).catch(() => failed++);
  await world.sim.runFor(200_000);
  expect(failed).toBeGreaterThan(0);
  expect(await world.pull('g', 'T', 0)).toMatchObject({ code: ResponseCode.SUCCESS });
  await world.stop();
});

it('S10 a connection with too many held pulls gets early answers, never silence', async () => {
  const world = await new BrokerWorld().start();
  await world.send('T', 'first');
  const client = world.client();
  const fields = { consumerGroup: 'g', topic: 'T', queueId: 0, queueOffset: 1, maxMsgNums: 1, sysFlag: 6, commitOffset: 0, suspendTimeoutMillis: 2_000_000_000, subscription: '*', subVersion: 0, expressionType: 'TAG' };
  let answered = 0;
  for (let i = 0; i < 20_100; i++) {
    client.invoke(world.address, request(RequestCode.PULL_MESSAGE, fields), { timeoutMs: 500_000 }).then(
      () => answered++,
      () => {},
    );
  }
  await world.sim.runFor(1000);
  expect(answered).toBe(100);
  await world.sim.runFor(120_000);
  expect(answered).toBe(20_100);
  await world.stop();
});

it.each([
  ['groups', 1025, 1, 1],
  ['subscriptions', 1, 4097, 1],
  ['tags', 1, 1, 4097],
])('S10 a heartbeat with too many %s is refused and leaves nothing behind', async (_what, groups, subscriptions, tags) => {
  const world = await new BrokerWorld().start();
  const expression = Array.from({ length: tags }, (_, i) => `t${i}`).join('||');
  const body = encodeHeartbeatData({
    clientID: 'c',
    producerDataSet: [],
    consumerDataSet: Array.from({ length: groups }, (_, at) => ({
      groupName: `g${at}`,
      consumeType: 'CONSUME_PASSIVELY' as const,
      messageModel: 'CLUSTERING' as const,
      consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET' as const,
      subscriptionDataSet: Array.from({ length: subscriptions }, (__, topic) => subscriptionDataOf(`T${topic}`, expression, 1)),
      unitMode: false,
    })),
  });
  const answer = await world.ask(RequestCode.HEART_BEAT, {}, body);
  expect(answer.code).toBe(ResponseCode.SYSTEM_ERROR);
  expect(answer.remark).toContain('more than');
  expect((await world.ask(RequestCode.GET_CONSUMER_LIST_BY_GROUP, { consumerGroup: 'g0' })).code).toBe(ResponseCode.SYSTEM_ERROR);
  expect((await world.ask(RequestCode.HEART_BEAT, {}, Buffer.alloc(5 * 1024 * 1024, 0x20))).remark).toContain('more than');
  await world.stop();
});

it('S11 an update of the configuration takes listed keys only, and no 10 MiB of them', async () => {
  const world = await new BrokerWorld().start();
  for (const text of ['storePathRootDir=/etc/cron.d', 'rocketmqHome=$(id)', 'listenPort=1', '__proto__=1', 'constructor=1', 'brokerPermission=6\nnamesrvAddr=evil:9876']) {
    const answer = await world.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, text);
    expect([text, answer.code]).toEqual([text, ResponseCode.NO_PERMISSION]);
  }
  expect((await world.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, `brokerPermission=${'6'.repeat(10 * 1024 * 1024)}`)).code).toBe(ResponseCode.SYSTEM_ERROR);
  expect((await world.ask(RequestCode.GET_BROKER_CONFIG)).body?.toString()).toContain('storePathRootDir=/store');
  await world.stop();
});
