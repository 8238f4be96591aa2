import { RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';

import { createBroker } from '../src/index.ts';
import type { BrokerWorld } from './broker-world.ts';
import { ReplicaGroup } from './replica-group.ts';

const topicFields = (topic: string) => ({
  topic,
  defaultTopic: 'TBW102',
  readQueueNums: 4,
  writeQueueNums: 4,
  perm: 6,
  topicFilterType: 'SINGLE_TAG',
  topicSysFlag: 0,
  order: false,
});

async function makeTopic(broker: BrokerWorld, topic: string): Promise<void> {
  expect((await broker.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, topicFields(topic))).code).toBe(ResponseCode.SUCCESS);
}

const topicsOf = async (broker: BrokerWorld): Promise<string> => (await broker.ask(RequestCode.GET_ALL_TOPIC_CONFIG)).body?.toString() ?? '';
const groupsOf = async (broker: BrokerWorld): Promise<string> => (await broker.ask(RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG)).body?.toString() ?? '';

async function commit(broker: BrokerWorld, commitOffset: number, consumerGroup = 'g'): Promise<void> {
  expect((await broker.ask(RequestCode.UPDATE_CONSUMER_OFFSET, { consumerGroup, topic: 'T', queueId: 0, commitOffset })).code).toBe(ResponseCode.SUCCESS);
}

async function offsetOn(broker: BrokerWorld, consumerGroup = 'g'): Promise<string | undefined> {
  return (await broker.ask(RequestCode.QUERY_CONSUMER_OFFSET, { consumerGroup, topic: 'T', queueId: 0 })).extFields?.get('offset');
}

it('follows a master that comes later within a second of its registration, and copies its tables at once', async () => {
  const group = new ReplicaGroup();
  await group.nameServer.start();
  await group.slave.start();
  await group.sim.runFor(20_000);
  expect(group.slave.broker?.followedAddress).toBeUndefined();
  await group.master.start();
  await makeTopic(group.master, 'T');
  await group.sim.runFor(1_100);
  expect(group.slave.broker?.followedAddress).toBe(`${group.sim.host('master').address}:10912`);
  expect(await topicsOf(group.slave)).toBe(await topicsOf(group.master));
  await group.stop();
});

it('follows a master to another address', async () => {
  const group = await new ReplicaGroup().start();
  group.master.kill();
  const moved = group.broker('master-2', 0, { brokerRole: 'ASYNC_MASTER' });
  await moved.start();
  await makeTopic(moved, 'New');
  await group.sim.runFor(2_500);
  expect(group.slave.broker?.followedAddress).toBe(`${group.sim.host('master-2').address}:10912`);
  expect(await topicsOf(group.slave)).toContain('"New"');
  await group.slave.stop();
  await moved.stop();
});

it('finds its master although the first of two name servers hangs', async () => {
  const group = new ReplicaGroup();
  Object.assign(group.slave.settings.registration, { nameServers: [`${group.sim.host('silent').address}:9876`, group.nameServer.address] });
  group.sim.net.partition('slave', 'silent');
  await group.nameServer.start();
  await group.master.start();
  const slave = await group.sim.run(createBroker(group.slave.host.env, group.slave.settings));
  const started = slave.start();
  await group.sim.runFor(1_000);
  expect(slave.followedAddress).toBe(`${group.sim.host('master').address}:10912`);
  await group.sim.run(started);
  await group.sim.run(slave.stop());
  await group.master.stop();
});

it('copies topics, groups and delay offsets every 10 s, and keeps them over a restart; what the master deletes vanishes', async () => {
  const group = new ReplicaGroup();
  const { disk } = group.sim.host('master').env;
  disk.makeDir('/store/config');
  const file = disk.create('/store/config/delayOffset.json', 0);
  file.writeAt(0, Buffer.from('{"offsetTable":{3:17}}'), 0, 22);
  file.close();
  await group.start();
  await makeTopic(group.master, 'T');
  await makeTopic(group.master, 'Short');
  await group.master.ask(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, '{"groupName":"made","retryMaxTimes":3}');
  await group.sim.runFor(14_000);
  expect(await topicsOf(group.slave)).toBe(await topicsOf(group.master));
  expect(await groupsOf(group.slave)).toBe(await groupsOf(group.master));
  expect(await groupsOf(group.slave)).toContain('"groupName":"made"');
  expect((await group.slave.ask(RequestCode.GET_ALL_DELAY_OFFSET)).body?.toString()).toBe('{"offsetTable":{3:17}}');

  await group.master.ask(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'Short' });
  await group.sim.runFor(11_000);
  const topics = await topicsOf(group.slave);
  expect(topics).not.toContain('"Short"');

  await group.master.stop();
  await group.slave.stop();
  await group.slave.start();
  expect(await topicsOf(group.slave)).toBe(topics);
  expect((await group.slave.ask(RequestCode.GET_ALL_DELAY_OFFSET)).body?.toString()).toBe('{"offsetTable":{3:17}}');
  await group.slave.stop();
});

it('takes over the consumer offsets of its master, also when an operator sets one back', async () => {
  const group = await new ReplicaGroup().start();
  await makeTopic(group.master, 'T');
  await commit(group.master, 100);
  await group.sim.runFor(14_000);
  expect(await offsetOn(group.slave)).toBe('100');
  await commit(group.master, 10);
  await group.sim.runFor(11_000);
  expect(await offsetOn(group.slave)).toBe('10');
  await group.stop();
});

it('keeps what a consumer commits there while the master is dead, and gives it to the master when it returns', async () => {
  const group = await new ReplicaGroup().start();
  await makeTopic(group.master, 'T');
  for (let count = 0; count < 50; count++) await group.master.send('T', 'x');
  await commit(group.master, 10);
  await group.sim.runFor(16_000);
  // Not written to the master's consumerOffset.json any more.
  await commit(group.master, 20);
  group.master.kill();
  await group.sim.runFor(1_000);
  await commit(group.slave, 40);
  await group.master.start();
  expect(await offsetOn(group.master)).toBe('40');
  await group.sim.runFor(25_000);
  expect([await offsetOn(group.slave), await offsetOn(group.master)]).toEqual(['40', '40']);
  await commit(group.master, 45);
  await group.sim.runFor(11_000);
  expect(await offsetOn(group.slave)).toBe('45');
  await group.stop();
});

it('is not set back by a master that comes back with old offsets and was told nothing better, as a Java master', async () => {
  const group = new ReplicaGroup();
  // Dies before its offsets are in a file.
  Object.assign(group.master.settings, { flushConsumerOffsetInterval: 600_000 });
  await group.start();
  await makeTopic(group.master, 'T');
  await commit(group.master, 30);
  await group.sim.runFor(14_000);
  expect(await offsetOn(group.slave)).toBe('30');
  group.master.kill();
  group.sim.net.partition('master', 'slave');
  await group.master.start();
  await commit(group.master, 5);
  group.sim.net.heal('master', 'slave');
  await group.sim.runFor(40_000);
  await commit(group.master, 6);
  await group.sim.runFor(11_000);
  expect(await offsetOn(group.slave)).toBe('30');
  await commit(group.master, 31);
  await group.sim.runFor(11_000);
  expect(await offsetOn(group.slave)).toBe('31');
  await group.stop();
});

it('takes no message and no change of topics and groups, and names the master', async () => {
  const group = await new ReplicaGroup().start();
  await makeTopic(group.master, 'T');
  await group.sim.runFor(14_000);
  const before = await topicsOf(group.slave);
  for (const topic of ['T', 'Unknown']) {
    const answer = await group.slave.send(topic, 'x');
    expect([answer.code, answer.remark]).toEqual([
      ResponseCode.SERVICE_NOT_AVAILABLE,
      'this broker is a slave of broker-a and takes messages from its master only; send to the master, the broker of that name with brokerId 0',
    ]);
  }
  const refused = { code: ResponseCode.NO_PERMISSION, remark: `this broker is a slave; its topics and groups are changed at its master ${group.master.address}` };
  expect(await group.slave.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, topicFields('Own'))).toMatchObject(refused);
  expect(await group.slave.ask(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'T' })).toMatchObject(refused);
  expect(await group.slave.ask(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, '{"groupName":"own"}')).toMatchObject(refused);
  expect(await group.slave.ask(RequestCode.DELETE_SUBSCRIPTIONGROUP, { groupName: 'TOOLS_CONSUMER' })).toMatchObject(refused);
  expect(await topicsOf(group.slave)).toBe(before);
  await group.stop();
});

it('corrects no offset and commits none with a pull: both are left to the master', async () => {
  const group = await new ReplicaGroup().start();
  await makeTopic(group.master, 'T');
  await group.sim.runFor(14_000);
  const answer = await group.slave.pull('g', 'T', 7);
  expect(answer.code).toBe(ResponseCode.PULL_RETRY_IMMEDIATELY);
  expect(Object.fromEntries(answer.extFields ?? [])).toMatchObject({ suggestWhichBrokerId: '0', nextBeginOffset: '7' });
  const COMMIT_OFFSET = 1;
  await group.slave.pull('g', 'T', 0, { sysFlag: 4 | COMMIT_OFFSET });
  expect((await group.slave.ask(RequestCode.GET_ALL_CONSUMER_OFFSET)).body?.toString()).toBe('{"offsetTable":{}}');
  await group.stop();
});

it('corrects offsets with offsetCheckInSlave, without an event of its own', async () => {
  const group = await new ReplicaGroup({ slave: { offsetCheckInSlave: true } }).start();
  await makeTopic(group.master, 'T');
  await group.sim.runFor(14_000);
  const answer = await group.slave.pull('g', 'T', 7);
  expect([answer.code, answer.extFields?.get('nextBeginOffset')]).toEqual([ResponseCode.PULL_OFFSET_MOVED, '0']);
  expect(group.sim.host('slave').log.entries.filter(({ message }) => message.startsWith('The event of a moved offset'))).toEqual([]);
  await group.stop();
});

it('says once that no master is known, and when there is one again', async () => {
  const group = await new ReplicaGroup().start();
  const said = (message: string): number => group.sim.host('slave').log.entries.filter((entry) => entry.message.startsWith(message)).length;
  await group.sim.runFor(14_000);
  group.master.kill();
  await group.sim.runFor(60_000);
  expect([said('No name server knows a master'), said('The master of this slave is found'), said('The master could not be copied')]).toEqual([1, 1, 0]);
  await group.master.start();
  await group.sim.runFor(12_000);
  expect([said('No name server knows a master'), said('The master of this slave is found')]).toEqual([1, 2]);
  await group.stop();
});

it('copies nothing from a master that has lost its disk: messages, topics and offsets here are the only ones left', async () => {
  const group = await new ReplicaGroup({ master: { brokerRole: 'SYNC_MASTER' } }).start();
  await makeTopic(group.master, 'T');
  await group.sim.runFor(2_000);
  for (let count = 0; count < 5; count++) await group.master.send('T', `m${count}`);
  await commit(group.master, 3);
  await group.sim.runFor(14_000);
  const topics = await topicsOf(group.slave);
  group.master.kill();
  const empty = group.broker('new-machine', 0, { brokerRole: 'SYNC_MASTER' });
  await empty.start();
  await empty.send('Other', 'x');
  await group.sim.runFor(45_000);
  expect(group.slave.broker?.replication.master?.state).toBe('refused');
  expect(await topicsOf(group.slave)).toBe(topics);
  expect(await offsetOn(group.slave)).toBe('3');
  expect(await group.slave.pullTexts('g', 'T')).toEqual(['m0', 'm1', 'm2', 'm3', 'm4']);
  await group.slave.stop();
  await empty.stop();
});

it('two slaves of one id: the second is refused, and told what to change', async () => {
  const group = await new ReplicaGroup().start();
  const second = group.broker('slave-2', 1, { brokerRole: 'SLAVE' });
  await expect(second.start()).rejects.toThrow(/brokerId 1 is in use by .*Give this slave another brokerId/);
  const third = await group.broker('slave-3', 2, { brokerRole: 'SLAVE' }).start();
  await third.stop();
  await group.stop();
});

it('a master asks its slaves no longer than a second', async () => {
  const group = await new ReplicaGroup().start();
  await makeTopic(group.master, 'T');
  await group.sim.runFor(14_000);
  group.master.kill();
  await group.sim.runFor(1_000);
  group.sim.net.partition('master', 'slave');
  const before = group.sim.nowMs;
  await group.master.start();
  expect(group.sim.nowMs - before).toBeLessThan(1_500);
  await group.stop();
});
