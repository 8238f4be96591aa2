import { RequestCode } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';

import { BrokerWorld, request } from './broker-world.ts';
import { join } from './member.ts';

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
