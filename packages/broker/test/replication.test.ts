import { createRemotingServer, Dispatcher } from '@rocketmq-ts/remoting';
import { decodeRecords, PullSysFlag, type RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';

import { type BrokerWorld, PORT, request } from './broker-world.ts';
import { ReplicaGroup } from './replica-group.ts';

const texts = (answer: RemotingCommand): string[] => decodeRecords(answer.body ?? Buffer.alloc(0)).map((message) => message.body.toString());

async function sendAll(broker: BrokerWorld, topic: string, from: number, count: number): Promise<number[]> {
  const codes: number[] = [];
  for (let at = from; at < from + count; at++) codes.push((await broker.send(topic, `m${at}`)).code);
  return codes;
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_each, at) => `m${at}`);

it('a slave serves what its master was sent, a new topic within a second too', async () => {
  const group = await new ReplicaGroup().start();
  await group.sim.runFor(20_000);
  await sendAll(group.master, 'New', 0, 5);
  await group.sim.runFor(1_500);
  expect(await group.slave.pullTexts('g', 'New')).toEqual(numbered(5));
  expect(group.slave.broker?.replication.master).toMatchObject({ haAddress: `${group.sim.host('master').address}:10912`, state: 'following' });
  expect(group.master.broker?.replication.isReplicaAvailable).toBe(true);
  await group.stop();
});

it('a pull that is held on a slave is answered when the message arrives from the master', async () => {
  const group = await new ReplicaGroup().start();
  await sendAll(group.master, 'T', 0, 1);
  await group.sim.runFor(2_000);
  const client = group.slave.client();
  const pull = {
    consumerGroup: 'g',
    topic: 'T',
    queueId: 0,
    queueOffset: 1,
    maxMsgNums: 32,
    sysFlag: PullSysFlag.SUBSCRIPTION | PullSysFlag.SUSPEND,
    commitOffset: 0,
    suspendTimeoutMillis: 15_000,
    subscription: '*',
    subVersion: 0,
    expressionType: 'TAG',
  };
  const held = client.invoke(group.slave.address, request(RequestCode.PULL_MESSAGE, pull), { timeoutMs: 20_000 });
  await group.sim.runFor(1_000);
  const sentMs = group.sim.nowMs;
  await group.master.send('T', 'm1');
  expect(texts(await group.sim.run(held))).toEqual(['m1']);
  expect(group.sim.nowMs - sentMs).toBeLessThan(100);
  await group.sim.run(client.stop());
  await group.stop();
});

it('SYNC_MASTER: a send is confirmed when the slave has it, and says so when no slave is there', async () => {
  const group = new ReplicaGroup({ master: { brokerRole: 'SYNC_MASTER' } });
  await group.nameServer.start();
  await group.master.start();
  expect((await group.master.send('T', 'm0')).code).toBe(ResponseCode.SLAVE_NOT_AVAILABLE);
  expect((await group.master.send('T', 'm1', { properties: 'WAIT\u0001false\u0002' })).code).toBe(ResponseCode.SUCCESS);
  await group.slave.start();
  await group.sim.runFor(2_000);
  expect(await sendAll(group.master, 'T', 2, 8)).toEqual(Array.from({ length: 8 }, () => ResponseCode.SUCCESS));
  group.master.kill();
  await group.sim.runFor(100);
  expect(await group.slave.pullTexts('g', 'T')).toEqual(numbered(10));
  await group.slave.stop();
});

it('goes on after the master was killed, and after the slave was', async () => {
  const group = await new ReplicaGroup({ master: { brokerRole: 'SYNC_MASTER' } }).start();
  await group.sim.runFor(1_000);
  await sendAll(group.master, 'T', 0, 5);
  await group.master.killAndRestart();
  await group.sim.runFor(1_500);
  expect(await sendAll(group.master, 'T', 5, 5)).toEqual(Array.from({ length: 5 }, () => ResponseCode.SUCCESS));
  group.slave.kill();
  await group.sim.runFor(1_000);
  expect(await sendAll(group.master, 'T', 10, 1)).toEqual([ResponseCode.SLAVE_NOT_AVAILABLE]);
  await group.slave.start();
  await group.sim.runFor(1_500);
  expect(await sendAll(group.master, 'T', 11, 4)).toEqual(Array.from({ length: 4 }, () => ResponseCode.SUCCESS));
  expect(await group.slave.pullTexts('g', 'T')).toEqual(numbered(15));
  await group.stop();
});

it('a topic that was deleted and made again is read from its beginning on the slave too', async () => {
  const group = await new ReplicaGroup().start();
  await sendAll(group.master, 'T', 0, 5);
  await group.sim.runFor(12_000);
  await group.master.ask(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'T' });
  await group.sim.runFor(12_000);
  await group.master.send('T', 'again');
  await group.sim.runFor(2_000);
  expect(await group.master.pullTexts('g', 'T')).toEqual(['again']);
  expect(await group.slave.pullTexts('g', 'T')).toEqual(['again']);
  await group.stop();
});

it('sends a consumer that is far behind to the slave, and one that is not to the master, when slaveReadEnable allows it', async () => {
  const suggestions = async (slaveReadEnable: boolean): Promise<(string | undefined)[]> => {
    const small = { physicalMemoryBytes: 1_000 };
    const group = await new ReplicaGroup({ master: small, slave: small, live: { slaveReadEnable } }).start();
    await sendAll(group.master, 'T', 0, 40);
    await group.sim.runFor(2_000);
    const answers: (string | undefined)[] = [];
    for (const broker of [group.master, group.slave]) {
      for (const offset of [0, 39]) {
        const answer = await broker.pull('g', 'T', offset);
        expect(answer.code).toBe(ResponseCode.SUCCESS);
        answers.push(answer.extFields?.get('suggestWhichBrokerId'));
      }
    }
    await group.stop();
    return answers;
  };
  expect(await suggestions(true)).toEqual(['1', '0', '1', '0']);
  expect(await suggestions(false)).toEqual(['0', '0', '0', '0']);
});

it('does not start when the port for slaves is taken, and names it and the key it comes from', async () => {
  const group = new ReplicaGroup();
  await group.nameServer.start();
  const squatter = createRemotingServer({ env: group.master.host.env, port: PORT + 1, dispatcher: new Dispatcher() });
  await group.sim.run(squatter.start());
  await expect(group.master.start()).rejects.toMatchObject({
    code: 'NET_EADDRINUSE',
    message: expect.stringMatching(/port 10912, where slaves copy the log \(listenPort \+ 1\), is taken by another process/) as string,
  });
  await group.master.stop();
  expect(group.nameServer.events).toEqual([]);
  await group.sim.run(squatter.stop());
});
