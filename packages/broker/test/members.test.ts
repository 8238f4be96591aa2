import { Dispatcher, type RemotingClient } from '@rocketmq-ts/remoting';
import { encodeHeartbeatData, RequestCode, ResponseCode, subscriptionDataOf } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';

import { BrokerWorld, request } from './broker-world.ts';

interface Member {
  readonly client: RemotingClient;
  readonly notified: string[];
}

async function join(world: BrokerWorld, clientID: string): Promise<Member> {
  const notified: string[] = [];
  const dispatcher = new Dispatcher();
  dispatcher.register([RequestCode.NOTIFY_CONSUMER_IDS_CHANGED], (command) => {
    notified.push(command.extFields?.get('consumerGroup') ?? '');
    expect(command.isOneway).toBe(true);
    return undefined;
  });
  const client = world.client(dispatcher);
  await heartbeat(world, client, clientID);
  return { client, notified };
}

async function heartbeat(world: BrokerWorld, client: RemotingClient, clientID: string): Promise<void> {
  const body = encodeHeartbeatData({
    clientID,
    producerDataSet: [],
    consumerDataSet: [
      {
        groupName: 'g',
        consumeType: 'CONSUME_PASSIVELY',
        messageModel: 'CLUSTERING',
        consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
        subscriptionDataSet: [subscriptionDataOf('T', '*', 1)],
        unitMode: false,
      },
    ],
  });
  const answer = await world.sim.run(client.invoke(world.address, request(RequestCode.HEART_BEAT, {}, body), { timeoutMs: 5000 }));
  expect(answer.code).toBe(ResponseCode.SUCCESS);
}

async function memberIds(world: BrokerWorld): Promise<string> {
  return (await world.ask(RequestCode.GET_CONSUMER_LIST_BY_GROUP, { consumerGroup: 'g' })).body?.toString() ?? '';
}

it('tells the others at once when a consumer joins and when its connection is gone', async () => {
  const world = await new BrokerWorld().start();
  const a = await join(world, 'a');
  await world.sim.runFor(100);
  expect(a.notified).toEqual(['g']);
  const b = await join(world, 'b');
  await world.sim.runFor(100);
  expect([a.notified, b.notified]).toEqual([['g', 'g'], ['g']]);
  expect(await memberIds(world)).toBe('{"consumerIdList":["a","b"]}');
  await world.sim.run(b.client.stop());
  await world.sim.runFor(100);
  expect(a.notified).toHaveLength(3);
  expect(await memberIds(world)).toBe('{"consumerIdList":["a"]}');
  await world.stop();
});

it('drops a consumer that sends other requests but no heartbeat for 120 s', async () => {
  const world = await new BrokerWorld().start();
  const a = await join(world, 'a');
  for (let i = 0; i < 14; i++) {
    await world.sim.runFor(10_000);
    await world.sim.run(a.client.invoke(world.address, request(RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: 0 }), { timeoutMs: 5000 }).catch(() => {}));
  }
  expect(await memberIds(world)).toBe('');
  await world.stop();
});
