import { createSimulation, type Simulation } from '@rocketmq-ts/kernel/sim';
import { type ConsumerData, createResponse, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient, type MQClient } from './client.ts';
import type { ConsumerMember } from './members.ts';
import { FakeCluster } from './testing/index.ts';

const TOPICS = ['T0', 'T1', 'T2', 'T3'];

let sim: Simulation;
let cluster: FakeCluster;
let client: MQClient;

beforeEach(async () => {
  sim = createSimulation(12);
  cluster = new FakeCluster(sim);
  await sim.run(cluster.start(['broker-a', 'broker-a-s'], Object.fromEntries(TOPICS.map((topic) => [topic, { brokers: ['broker-a'], queues: 1 }]))));
  cluster.replicate('broker-a', 'broker-a-s');
  client = createClient(sim.host('client').env, { clientId: '10.0.0.9@1', nameServers: [cluster.namesrvAddr], clientIP: '10.0.0.9', pid: 1 });
  client.start();
  client.members.addConsumer(member());
  await sim.run(client.routes.refreshAll(TOPICS));
  await sim.run(client.heartbeats.beat());
});

afterEach(async () => {
  sim.net.healAll();
  await sim.run(client.stop());
  await sim.run(cluster.stop());
});

/** It sends heartbeats and nothing else. */
function member(): ConsumerMember {
  const heartbeat: ConsumerData = { groupName: 'g', consumeType: 'CONSUME_PASSIVELY', messageModel: 'CLUSTERING', consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET', subscriptionDataSet: [], unitMode: false };
  const notAsked = (): never => {
    throw new Error('not asked');
  };
  return {
    group: 'g',
    topics: () => TOPICS,
    heartbeat: () => heartbeat,
    rebalanceSoon: () => undefined,
    resetOffsets: notAsked,
    status: notAsked,
    runningInfo: notAsked,
    consumeDirectly: notAsked,
  };
}

const master = () => cluster.broker('broker-a');
const slave = () => cluster.broker('broker-a-s');
const beats = (broker = master()): number => broker.requests(RequestCode.HEART_BEAT).length;
const masterOfEach = () => TOPICS.map((topic) => client.routes.get(topic)?.publish.queues.length);

describe('a lost connection', () => {
  it('to a master that is gone: within half a second the slave is preferred and no topic can be written to', async () => {
    cluster.killMaster('broker-a');
    await sim.runFor(500);
    expect(client.routes.brokers.preferring('broker-a', 0)).toEqual({ address: slave().address, isSlave: true });
    expect([client.routes.brokers.master('broker-a'), masterOfEach()]).toEqual([undefined, [0, 0, 0, 0]]);
  });

  it('to a master that the name server still names: it is passed over until it answers again', async () => {
    cluster.killMaster('broker-a');
    cluster.mastersAway.clear();
    await sim.runFor(500);
    expect(client.routes.brokers.preferring('broker-a', 0)?.address).toBe(slave().address);
    expect(client.routes.brokers.master('broker-a')).toBe(master().address);
    await sim.run(cluster.restartMaster('broker-a'));
    await sim.runFor(1000);
    expect(client.routes.brokers.preferring('broker-a', 0)?.address).toBe(master().address);
  });

  it('to a broker that is there: it hears who is here at once, and that is all', async () => {
    await sim.runFor(2000);
    const [before, asked] = [beats(), cluster.routeRequests.length];
    client.remoting.close(master().address);
    await sim.runFor(20_000);
    expect([beats() - before, cluster.routeRequests.length - asked]).toEqual([1, 1]);
  });
});

describe('while a master is away', () => {
  it('one topic is asked for, at most every 5 s after the first seconds; on its return all of them are, and then no more', async () => {
    cluster.killMaster('broker-a');
    await sim.runFor(20_000);
    const asked = cluster.routeRequests.length;
    await sim.runFor(60_000);
    // The usual poll of all topics came twice.
    expect(cluster.routeRequests.length - asked).toBeLessThanOrEqual(60 / 5 + 2 * TOPICS.length);
    await sim.run(cluster.restartMaster('broker-a'));
    await sim.runUntil(() => masterOfEach().join() === '1,1,1,1', 5500);
    await sim.runFor(500);
    expect(beats()).toBeGreaterThan(0);
    const after = cluster.routeRequests.length;
    await sim.runFor(60_000);
    expect(cluster.routeRequests.length - after).toBe(2 * TOPICS.length);
  });

  it('a topic that was deleted meanwhile does not keep the return unseen', async () => {
    cluster.killMaster('broker-a');
    await sim.runFor(1000);
    cluster.topics.delete('T0');
    await sim.run(cluster.restartMaster('broker-a'));
    await sim.runUntil(() => masterOfEach().slice(1).join() === '1,1,1', 5500);
  });

  it('a client without members looks at routes and sends no heartbeat', async () => {
    client.members.consumers.clear();
    await sim.runFor(2000);
    const before = beats(slave());
    cluster.killMaster('broker-a');
    await sim.runFor(10_000);
    expect([beats(slave()) - before, client.routes.brokers.master('broker-a')]).toEqual([0, undefined]);
  });

  it('nothing is done any more when the client is stopped', async () => {
    cluster.killMaster('broker-a');
    await sim.runFor(1000);
    await sim.run(client.stop());
    const asked = cluster.routeRequests.length;
    await sim.runFor(60_000);
    expect(cluster.routeRequests.length).toBe(asked);
  });
});

describe('the members of a group', () => {
  const list = (broker: typeof master, ids: readonly string[]): void =>
    broker().script(RequestCode.GET_CONSUMER_LIST_BY_GROUP, (request) => {
      const response = createResponse(request, ids.length === 0 ? ResponseCode.SYSTEM_ERROR : ResponseCode.SUCCESS);
      response.body = Buffer.from(JSON.stringify({ consumerIdList: ids }));
      return response;
    });

  it('are asked of a slave when the master is dead, also when the route does not show it yet', async () => {
    list(slave, ['a', 'b']);
    cluster.killMaster('broker-a');
    cluster.mastersAway.clear();
    expect(await sim.run(client.findConsumerIds('T0', 'g'))).toEqual(['a', 'b']);
  });

  it('are asked of another broker when one knows none of them', async () => {
    list(master, []);
    list(slave, ['a', 'b']);
    expect(await sim.run(client.findConsumerIds('T0', 'g'))).toEqual(['a', 'b']);
    list(slave, []);
    await expect(sim.run(client.findConsumerIds('T0', 'g'))).rejects.toMatchObject({ responseCode: ResponseCode.SYSTEM_ERROR });
  });

  it('are asked of a master that was away only after a minute, when all of them have told it', async () => {
    list(slave, ['a', 'b']);
    await sim.runFor(3000);
    cluster.killMaster('broker-a');
    await sim.runFor(1000);
    await sim.run(cluster.restartMaster('broker-a'));
    list(master, ['a']);
    await sim.runFor(10_000);
    expect(await sim.run(client.findConsumerIds('T0', 'g'))).toEqual(['a', 'b']);
    list(master, ['a', 'b', 'c']);
    await sim.runFor(60_000);
    expect(await sim.run(client.findConsumerIds('T0', 'g'))).toEqual(['a', 'b', 'c']);
  });
});
