import { createSimulation, type Simulation } from '@rocketmq-ts/kernel/sim';
import { createResponse, decodeHeartbeatData, LanguageCode, RemotingCommand, RequestCode, ResponseCode, UnregisterClientRequestHeader } from '@rocketmq-ts/remoting-protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MQClient } from './client.ts';
import type { MQClientError } from './errors.ts';
import { findPublishInfo } from './find-publish-info.ts';
import type { ConsumerMember } from './members.ts';
import { type ClientLease, ClientRegistry } from './registry.ts';
import { FakeCluster } from './testing/index.ts';

const DEFAULTS = { createTopicKey: 'TBW102', defaultTopicQueueNums: 4 };

let sim: Simulation;
let cluster: FakeCluster;
let registry: ClientRegistry;
let lease: ClientLease;
let client: MQClient;

beforeEach(async () => {
  sim = createSimulation(11);
  cluster = new FakeCluster(sim);
  await sim.run(
    cluster.start(['broker-a', 'broker-b'], {
      Both: { brokers: ['broker-a', 'broker-b'], queues: 2 },
      OnlyA: { brokers: ['broker-a'], queues: 4 },
      ReadOnly: { brokers: ['broker-a'], queues: 4, perm: 4 },
    }),
  );
  registry = new ClientRegistry(sim.host('client').env);
  lease = acquire();
  client = lease.client;
});

afterEach(async () => {
  await sim.run(lease.release());
  await sim.run(cluster.stop());
});

function acquire(nameServers: readonly string[] = [cluster.namesrvAddr]): ClientLease {
  return registry.acquire({ clientId: '10.0.0.9@1', nameServers, clientIP: '10.0.0.9', pid: 1 });
}

function consumerMember(group: string, rebalanceSoon: () => void): ConsumerMember {
  return {
    group,
    topics: () => ['OnlyA'],
    heartbeat: () => ({ groupName: group, consumeType: 'CONSUME_PASSIVELY', messageModel: 'CLUSTERING', consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET', subscriptionDataSet: [], unitMode: false }),
    rebalanceSoon,
    resetOffsets: () => undefined,
    status: () => [],
    runningInfo: () => {
      throw new Error('not asked');
    },
    consumeDirectly: () => Promise.reject(new Error('not asked')),
  };
}

async function failure(promise: Promise<unknown>): Promise<MQClientError> {
  return sim.run(
    promise.then(
      () => Promise.reject(new Error('it did not fail')),
      (error: MQClientError) => error,
    ),
  );
}

describe('routes', () => {
  it('of a topic are asked for once, however many ask', async () => {
    const infos = await sim.run(Promise.all([1, 2, 3].map(() => findPublishInfo(client, 'Both', DEFAULTS))));
    expect(infos[0]!.queues.map((mq) => `${mq.brokerName}/${mq.queueId}`)).toEqual(['broker-a/0', 'broker-a/1', 'broker-b/0', 'broker-b/1']);
    expect(cluster.routeRequests).toEqual(['Both']);
  });

  it('of an unknown topic are assumed from TBW102, with at most the wanted queues, and replaced when the topic exists', async () => {
    cluster.topics.set('TBW102', { brokers: ['broker-b'], queues: 8 });
    const assumed = await sim.run(findPublishInfo(client, 'New', DEFAULTS));
    expect(assumed.queues).toHaveLength(4);
    expect(client.routes.get('New')).toMatchObject({ isAssumed: true, subscribe: [] });
    cluster.topics.set('New', { brokers: ['broker-b'], queues: 2 });
    await sim.run(client.routes.refreshAll(['New']));
    expect(client.routes.get('New')).toMatchObject({ isAssumed: false });
    expect(client.routes.get('New')!.subscribe).toHaveLength(2);
  });

  it('of members’ topics are refreshed every 30 s, and stay when the name server is away or has forgotten them', async () => {
    client.members.addProducer({ group: 'p', topics: () => ['OnlyA'] });
    await sim.run(findPublishInfo(client, 'OnlyA', DEFAULTS));
    cluster.topics.set('OnlyA', { brokers: ['broker-a', 'broker-b'], queues: 4 });
    await sim.runFor(31_000);
    expect(client.routes.get('OnlyA')!.publish.queues).toHaveLength(8);
    cluster.topics.delete('OnlyA');
    await sim.runFor(30_000);
    expect(client.routes.get('OnlyA')!.publish.queues).toHaveLength(8);
    await sim.run(cluster.stopNamesrv());
    await sim.runFor(30_000);
    expect(client.routes.get('OnlyA')!.publish.queues).toHaveLength(8);
  });

  it('a broker that no route names any more is forgotten at the next heartbeat', async () => {
    client.members.addProducer({ group: 'p', topics: () => ['Both'] });
    await sim.run(findPublishInfo(client, 'Both', DEFAULTS));
    expect(client.routes.brokers.master('broker-b')).toBe(cluster.broker('broker-b').address);
    cluster.topics.set('Both', { brokers: ['broker-a'], queues: 2 });
    await sim.runFor(61_000);
    expect(client.routes.brokers.master('broker-b')).toBeUndefined();
    expect(client.routes.brokers.master('broker-a')).toBe(cluster.broker('broker-a').address);
  });
});

describe('no route: the error names which of the causes it is, and the command that checks it', () => {
  it('the topic exists and can not be written', async () => {
    const error = await failure(findPublishInfo(client, 'ReadOnly', DEFAULTS));
    expect(error).toMatchObject({ code: 'RMQ_NO_ROUTE', reason: 'no-usable-queue', responseCode: 10005 });
    expect(error.message).toContain('No route info of this topic: ReadOnly');
    expect(error.hint).toContain(`mqadmin topicRoute -n '${cluster.namesrvAddr}' -t 'ReadOnly'`);
  });

  it('the topic is absent and nobody creates it', async () => {
    const error = await failure(findPublishInfo(client, 'Absent', DEFAULTS));
    expect(error).toMatchObject({ reason: 'topic-absent', retryable: false });
    expect(error.hint).toContain('mqadmin updateTopic');
    expect(cluster.routeRequests).toEqual(['Absent', 'TBW102']);
  });

  it.each([false, true])('no broker is registered (name server just started: %s)', async (isWarmingUp) => {
    cluster.brokers.clear();
    cluster.isWarmingUp = isWarmingUp;
    const error = await failure(findPublishInfo(client, 'Absent', DEFAULTS));
    expect(error).toMatchObject({ reason: 'no-broker-registered', retryable: true });
    expect(error.hint).toContain('mqadmin clusterList');
  });

  it('no name server answers', async () => {
    await sim.run(cluster.stopNamesrv());
    const error = await failure(findPublishInfo(client, 'OnlyA', DEFAULTS));
    expect(error).toMatchObject({ reason: 'name-server-unreachable', retryable: true });
    expect(error.hint).toContain(cluster.namesrvAddr);
    expect(error.cause).toMatchObject({ code: 'REMOTING_CONNECT' });
  });
});

describe('name servers', () => {
  it('that can not be reached are passed over within one call, and the one that answers is kept', async () => {
    const firsts = new Set<string>();
    for (let i = 0; i < 8; i += 1) {
      const other = registry.acquire({ clientId: `x@${i}`, nameServers: ['10.0.0.77:1', '10.0.0.78:1', cluster.namesrvAddr], clientIP: '10.0.0.9', pid: 1 });
      const { nameServers } = other.client;
      firsts.add(nameServers.list.current);
      expect((await sim.run(nameServers.topicRoute('OnlyA', { timeoutMs: 3000 })))?.queueDatas).toHaveLength(1);
      expect(nameServers.list.current).toBe(cluster.namesrvAddr);
      await sim.run(other.release());
    }
    expect(firsts.size).toBeGreaterThan(1);
  });

  it('that is silent is left for the next call', async () => {
    const silent = sim.host('silent');
    await sim.run(silent.env.net.listen({ port: 9876 }, (conn) => (conn.handler = { onData: () => undefined, onDrain: () => undefined, onClose: () => undefined })));
    const other = registry.acquire({ clientId: 'x@s', nameServers: [`${silent.address}:9876`, cluster.namesrvAddr], clientIP: '10.0.0.9', pid: 1 });
    const { nameServers } = other.client;
    if (nameServers.list.current === cluster.namesrvAddr) nameServers.list.leave(cluster.namesrvAddr);
    expect((await failure(nameServers.topicRoute('OnlyA', { timeoutMs: 500 }))).code).toBe('REMOTING_TIMEOUT');
    expect((await sim.run(nameServers.topicRoute('OnlyA', { timeoutMs: 500 })))?.queueDatas).toHaveLength(1);
    await sim.run(other.release());
  });
});

describe('heartbeats', () => {
  const beats = (name: string) => cluster.broker(name).requests(RequestCode.HEART_BEAT).map((request) => decodeHeartbeatData(request.body!));

  it('go to every known broker 1 s after the start, then every 30 s, and to new ones at once, as OTHER', async () => {
    client.members.addProducer({ group: 'p1', topics: () => ['OnlyA'] });
    await sim.run(findPublishInfo(client, 'OnlyA', DEFAULTS));
    await sim.runFor(500);
    expect(beats('broker-a')).toHaveLength(1);
    await sim.runFor(1000);
    expect(beats('broker-a')).toHaveLength(2);
    await sim.runFor(29_600);
    expect(beats('broker-a')).toHaveLength(3);
    expect(beats('broker-a')[0]).toEqual({ clientID: '10.0.0.9@1', producerDataSet: [{ groupName: 'p1' }], consumerDataSet: [] });
    expect(cluster.broker('broker-a').requests(RequestCode.HEART_BEAT)[0]!.language).toBe(LanguageCode.OTHER);
    expect(beats('broker-b')).toHaveLength(0);
    await sim.run(findPublishInfo(client, 'Both', DEFAULTS));
    await sim.runFor(100);
    expect(beats('broker-b')).toHaveLength(1);
  });

  it('of producers alone go to masters, with a consumer to slaves as well', async () => {
    cluster.slaves.set('broker-a', 'broker-b');
    client.members.addProducer({ group: 'p1', topics: () => [] });
    await sim.run(findPublishInfo(client, 'OnlyA', DEFAULTS));
    await sim.run(client.heartbeats.beat());
    expect([beats('broker-a').length > 0, beats('broker-b').length]).toEqual([true, 0]);
    client.members.addConsumer(consumerMember('g1', () => undefined));
    await sim.run(client.heartbeats.beat());
    expect(beats('broker-b')).toHaveLength(1);
  });

  it('are not sent without members, and a silent broker holds up no other', async () => {
    await sim.run(findPublishInfo(client, 'Both', DEFAULTS));
    await sim.runFor(2000);
    expect(beats('broker-a')).toHaveLength(0);
    client.members.addProducer({ group: 'p1', topics: () => [] });
    cluster.broker('broker-a').script(RequestCode.HEART_BEAT, () => 'silent');
    const beat = client.heartbeats.beat();
    await sim.runFor(100);
    expect(beats('broker-b')).toHaveLength(1);
    await sim.run(beat);
  });

  it('a wish during a round is a round of its own', async () => {
    client.members.addProducer({ group: 'p1', topics: () => [] });
    await sim.run(findPublishInfo(client, 'OnlyA', DEFAULTS));
    await sim.runFor(100);
    const before = beats('broker-a').length;
    await sim.run(Promise.all([client.heartbeats.beat(), client.heartbeats.beat(), client.heartbeats.beat()]));
    expect(beats('broker-a').length - before).toBe(2);
  });

  it('the farewell names the group and ends although a broker is silent', async () => {
    await sim.run(findPublishInfo(client, 'Both', DEFAULTS));
    cluster.broker('broker-a').script(RequestCode.UNREGISTER_CLIENT, () => 'silent');
    await sim.run(client.heartbeats.unregister({ consumerGroup: 'g' }));
    const [request] = cluster.broker('broker-b').requests(RequestCode.UNREGISTER_CLIENT);
    expect(UnregisterClientRequestHeader.decode(request!.ext)).toEqual({ clientID: '10.0.0.9@1', producerGroup: undefined, consumerGroup: 'g' });
  });
});

describe('the registry', () => {
  it('shares a client by id and name servers, and stops it with the last lease, which can be returned once only', async () => {
    const again = acquire();
    expect(again.client).toBe(client);
    const elsewhere = acquire(['10.0.0.50:9876']);
    expect(elsewhere.client).not.toBe(client);
    expect(registry.size).toBe(2);
    await sim.run(elsewhere.release());
    await sim.run(again.release());
    await sim.run(again.release());
    expect(registry.size).toBe(1);
    await sim.run(lease.release());
    expect(registry.size).toBe(0);
    await expect(sim.run(client.remoting.invoke(cluster.namesrvAddr, new RemotingCommand(RequestCode.GET_BROKER_CLUSTER_INFO), { timeoutMs: 100 }))).rejects.toThrow('stopped');
    expect(acquire().client).not.toBe(client);
  });

  it('does not mix users with different hooks in one client', () => {
    const hook = { beforeRequest: () => undefined, afterResponse: () => undefined };
    const options = { clientId: '10.0.0.9@1', nameServers: [cluster.namesrvAddr], clientIP: '10.0.0.9', pid: 1 };
    expect(() => registry.acquire({ ...options, hooks: [hook] })).toThrow(/own instanceName/);
    expect(registry.size).toBe(1);
  });

  it('refuses a second member of one group', () => {
    client.members.addProducer({ group: 'p', topics: () => [] });
    expect(() => client.members.addProducer({ group: 'p', topics: () => [] })).toThrow(/The producer group\[p\] has been created before, specify another name please\./);
  });
});

describe('what brokers ask', () => {
  it('a change of members reaches the group concerned and nobody else', async () => {
    const woken: string[] = [];
    for (const group of ['g1', 'g2']) client.members.addConsumer(consumerMember(group, () => void woken.push(group)));
    await sim.run(findPublishInfo(client, 'OnlyA', DEFAULTS));
    await sim.runFor(100);
    expect(woken.sort()).toEqual(['g1', 'g2']);
    cluster.broker('broker-a').script(RequestCode.HEART_BEAT, (request, connection) => {
      connection.oneway(new RemotingCommand(RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, new Map([['consumerGroup', 'g2']])));
      return createResponse(request, ResponseCode.SUCCESS);
    });
    woken.length = 0;
    await sim.run(client.heartbeats.beat());
    await sim.runFor(10);
    expect(woken).toEqual(['g2']);
  });
});
