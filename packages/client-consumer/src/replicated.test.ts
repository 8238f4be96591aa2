import { type ClientConfig, ClientRegistry } from '@rocketmq-ts/client-core';
import { FakeCluster } from '@rocketmq-ts/client-core/testing';
import { createSimulation, type Simulation } from '@rocketmq-ts/kernel/sim';
import { PullMessageRequestHeader, RequestCode, UpdateConsumerOffsetRequestHeader } from '@rocketmq-ts/remoting-protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DefaultMQPushConsumer, type DefaultMQPushConsumerOptions } from './index.ts';

let sim: Simulation;
let cluster: FakeCluster;
let made: DefaultMQPushConsumer[];
let got: string[];

beforeEach(async () => {
  sim = createSimulation(31);
  cluster = new FakeCluster(sim);
  const brokers = { brokers: ['broker-a'], queues: 2 };
  await sim.run(cluster.start(['broker-a', 'broker-a-s'], { T: brokers, '%RETRY%g': { ...brokers, queues: 1 } }));
  cluster.replicate('broker-a', 'broker-a-s');
  made = [];
  got = [];
});

afterEach(async () => {
  sim.net.healAll();
  await sim.run(Promise.all(made.map((consumer) => consumer.shutdown())));
  await sim.run(cluster.stop());
});

function place(host: string): ClientConfig {
  const { env, address } = sim.host(host);
  return { namesrvAddr: cluster.namesrvAddr, env, registry: new ClientRegistry(env), host: { pid: 1, localAddress: address, homeFolder: '/home/x', namesrvAddr: undefined, writeLine: () => undefined } };
}

async function start(options: Partial<DefaultMQPushConsumerOptions> = {}, host = 'c1'): Promise<DefaultMQPushConsumer> {
  const consumer = new DefaultMQPushConsumer({
    consumerGroup: 'g',
    subscriptions: { T: '*' },
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    handler: (messages) => void got.push(...messages.map((message) => message.string())),
    ...place(host),
    ...options,
  });
  made.push(consumer);
  return sim.run(consumer.start());
}

const master = () => cluster.broker('broker-a');
const slave = () => cluster.broker('broker-a-s');
const fill = (perQueue: number, prefix = 'm'): void => [0, 1].forEach((queueId) => master().fill('T', queueId, perQueue, { prefix: `${prefix}${queueId}-` }));
const stored = (broker = master()) => [0, 1].map((queueId) => broker.offsets.get(`g@T@${queueId}`));
const pulls = (broker = master()) => broker.requests(RequestCode.PULL_MESSAGE).map((request) => ({ ...PullMessageRequestHeader.decode(request.ext), atMs: request.atMs })).filter((pull) => pull.topic === 'T');
const waited = () => sim.host('c1').log.entries.filter(({ message }) => message.startsWith('A slave does not have the next message')).length;

const killMaster = (): void => cluster.killMaster('broker-a');
const restartMaster = (): Promise<void> => sim.run(cluster.restartMaster('broker-a'));

/** Every offset of queue 0 that was handed to a broker to be stored, in order. */
function commits(broker = master()): number[] {
  const updates = broker.requests(RequestCode.UPDATE_CONSUMER_OFFSET).map((request) => ({ ...UpdateConsumerOffsetRequestHeader.decode(request.ext), atMs: request.atMs }));
  const withPulls = pulls(broker).filter((pull) => (pull.sysFlag & 1) !== 0);
  return [...updates, ...withPulls].filter(({ topic, queueId }) => topic === 'T' && queueId === 0).sort((a, b) => a.atMs - b.atMs).map(({ commitOffset }) => commitOffset);
}

const ascending = (offsets: readonly number[]): number[] => [...offsets].sort((a, b) => a - b);

describe('a master is killed', () => {
  it('its consumers go on from the slave within seconds, keep their offsets there, go back when it returns, and set no offset back', async () => {
    const consumer = await start();
    fill(10);
    await sim.runUntil(() => got.length === 20);
    await sim.runFor(6000);
    expect(stored()).toEqual([10, 10]);
    consumer.pause();
    fill(10, 'n');
    slave().copyFrom(master());
    slave().offsets.set('g@T@0', 8);
    await sim.runFor(1500);

    killMaster();
    consumer.resume();
    await sim.runUntil(() => got.length === 40, 4000);
    await sim.runFor(6000);
    expect(stored(slave())).toEqual([20, 20]);
    expect(pulls(slave()).every((pull) => (pull.sysFlag & 1) === 0)).toBe(true);

    master().offsets.set('g@T@0', 3);
    const pulledFromMaster = pulls().length;
    await restartMaster();
    fill(5, 'o');
    await sim.runUntil(() => got.length === 50, 7000);
    expect(pulls().length).toBeGreaterThan(pulledFromMaster);
    await sim.runFor(6000);
    expect(stored()).toEqual([25, 25]);
    expect(commits()).toEqual(ascending(commits()));
    expect(new Set(got).size).toBe(50);
  });

  it('a pull that the slave holds does not keep the consumer from the returned master', async () => {
    await start();
    fill(1);
    slave().copyFrom(master());
    await sim.runUntil(() => got.length === 2);
    killMaster();
    await sim.runFor(3000);
    // Held at the slave for 15 s, where nothing comes any more.
    expect(pulls(slave()).length).toBeGreaterThan(0);
    await sim.runFor(60_000);
    const before = pulls().length;
    await restartMaster();
    await sim.runUntil(() => pulls().length >= before + 2, 6000);
  });

  it('that comes back so fast that no route tells of it is found again by its connection', async () => {
    await start();
    killMaster();
    await restartMaster();
    fill(5);
    await sim.runUntil(() => got.length === 10, 3000);
  });

  it('when its line is cut without a word, consumers go to the slave as soon as a heartbeat is not answered, although the route still names it', async () => {
    await start();
    fill(1);
    await sim.runUntil(() => got.length === 2);
    sim.net.partition('c1', 'broker-a');
    fill(9, 'n');
    slave().copyFrom(master());
    await sim.runUntil(() => got.length === 20, 40_000);
    sim.net.healAll();
    const before = pulls().length;
    await sim.runUntil(() => pulls().length > before, 20_000);
  });

  it('a consumer that is ahead of the slave waits for the master, asks at a moderate pace, and takes no offset from the slave', async () => {
    await start();
    fill(10);
    await sim.runUntil(() => got.length === 20);
    killMaster();
    await sim.runFor(2000);
    const before = pulls(slave()).length;
    await sim.runFor(20_000);
    expect(pulls(slave()).length - before).toBeLessThanOrEqual(2 * 21);
    expect(waited()).toBe(2);
    await restartMaster();
    fill(1);
    await sim.runUntil(() => got.length === 22, 7000);
    await sim.runFor(6000);
    expect(stored()).toEqual([11, 11]);
    expect(commits()).toEqual(ascending(commits()));
  });

  it('and its slave checks offsets: its OFFSET_ILLEGAL is not believed either', async () => {
    await start();
    fill(10);
    await sim.runUntil(() => got.length === 20);
    slave().isSlave = false;
    killMaster();
    await sim.runFor(30_000);
    await restartMaster();
    fill(1);
    await sim.runUntil(() => got.length === 22, 7000);
    expect(new Set(got).size).toBe(20);
    expect(got).toHaveLength(22);
  });
});

describe('a consumer that starts while only a slave is alive', () => {
  beforeEach(() => {
    fill(10);
    slave().copyFrom(master());
    killMaster();
  });

  it('goes on where the slave says that its group was', async () => {
    [0, 1].forEach((queueId) => slave().offsets.set(`g@T@${queueId}`, 8));
    await start({ consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET' });
    await sim.runUntil(() => got.length === 4);
    await sim.runFor(6000);
    expect(stored(slave())).toEqual([10, 10]);
  });

  it('begins at the beginning with FIRST_OFFSET, and does not set back what the master knew', async () => {
    [0, 1].forEach((queueId) => master().offsets.set(`g@T@${queueId}`, 15));
    await start();
    await sim.runUntil(() => got.length === 20);
    await sim.runFor(6000);
    expect(stored(slave())).toEqual([10, 10]);
    await restartMaster();
    await sim.runFor(12_000);
    expect(stored()).toEqual([15, 15]);
    fill(10, 'n');
    await sim.runUntil(() => got.length === 40, 7000);
    await sim.runFor(6000);
    expect(stored()).toEqual([20, 20]);
    expect(commits()).toEqual(ascending(commits()));
  });

  it('waits with LAST_OFFSET when the slave knows no offset: the group may have one that was not copied yet', async () => {
    const consumer = await start({ consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET' });
    await sim.runFor(45_000);
    expect([got.length, consumer.assignment().filter((mq) => mq.topic === 'T').length]).toEqual([0, 0]);
    [0, 1].forEach((queueId) => master().offsets.set(`g@T@${queueId}`, 7));
    await restartMaster();
    await sim.runUntil(() => got.length === 6, 7000);
  });

  it('shares the queues with others, and a returned master that does not know all of them yet moves none', async () => {
    const queuesOf = (consumer: DefaultMQPushConsumer) => consumer.assignment().filter((mq) => mq.topic === 'T').map((mq) => mq.queueId);
    const first = await start({}, 'c1');
    const second = await start({}, 'c2');
    await sim.runFor(10_000);
    expect([queuesOf(first), queuesOf(second)]).toEqual([[0], [1]]);
    const moves: unknown[] = [];
    first.on('rebalance', (event) => moves.push(event));
    second.on('rebalance', (event) => moves.push(event));
    sim.net.partition('c2', 'broker-a');
    await restartMaster();
    await sim.runFor(30_000);
    expect(master().members.ids('g')).toHaveLength(1);
    expect(moves).toEqual([]);
  });
});
