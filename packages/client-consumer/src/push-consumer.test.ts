import { type ClientConfig, ClientRegistry, type ReceivedMessage } from '@rocketmq-ts/client-core';
import { FakeCluster } from '@rocketmq-ts/client-core/testing';
import { createSimulation, type Simulation } from '@rocketmq-ts/kernel/sim';
import {
  ConsumerSendMsgBackRequestHeader,
  createResponse,
  decodeConsumeMessageDirectlyResult,
  decodeConsumerRunningInfo,
  decodeHeartbeatData,
  encodeResetOffsetBody,
  PullMessageRequestHeader,
  RemotingCommand,
  RequestCode,
  ResponseCode,
  SendMessageRequestHeaderV2,
  UnregisterClientRequestHeader,
  UpdateConsumerOffsetRequestHeader,
} from '@rocketmq-ts/remoting-protocol';
import type { Connection } from '@rocketmq-ts/remoting';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConsumeConcurrentlyStatus, DefaultMQPushConsumer, type DefaultMQPushConsumerOptions, type RebalanceEvent } from './index.ts';

let sim: Simulation;
let cluster: FakeCluster;
let registries: ClientRegistry[];
let made: DefaultMQPushConsumer[];
let got: string[];

beforeEach(async () => {
  sim = createSimulation(21);
  cluster = new FakeCluster(sim);
  await sim.run(
    cluster.start(['broker-a', 'broker-b'], {
      T: { brokers: ['broker-a'], queues: 4 },
      '%RETRY%g': { brokers: ['broker-a'], queues: 1 },
    }),
  );
  registries = [];
  made = [];
  got = [];
});

afterEach(async () => {
  sim.net.healAll();
  await sim.run(Promise.all(made.map((consumer) => consumer.shutdown())));
  for (const registry of registries) expect(registry.size).toBe(0);
  await sim.run(cluster.stop());
});

function place(host: string, pid: number): ClientConfig {
  const { env, address } = sim.host(host);
  const registry = new ClientRegistry(env);
  registries.push(registry);
  return { namesrvAddr: cluster.namesrvAddr, env, registry, host: { pid, localAddress: address, homeFolder: '/home/x', namesrvAddr: undefined, writeLine: () => undefined } };
}

function make(options: Partial<DefaultMQPushConsumerOptions> = {}, host = 'c1'): DefaultMQPushConsumer {
  const consumer = new DefaultMQPushConsumer({
    consumerGroup: 'g',
    subscriptions: { T: '*' },
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    handler: (messages) => void got.push(...messages.map((message) => message.string())),
    ...place(host, 1),
    ...options,
  });
  made.push(consumer);
  return consumer;
}

const start = (options?: Partial<DefaultMQPushConsumerOptions>, host?: string): Promise<DefaultMQPushConsumer> => sim.run(make(options, host).start());
const broker = () => cluster.broker('broker-a');
const fill = (perQueue: number): void => [0, 1, 2, 3].forEach((queueId) => broker().fill('T', queueId, perQueue, { prefix: `q${queueId}-` }));
const committed = (topic = 'T', queueId = 0): number | undefined => broker().offsets.get(`g@${topic}@${queueId}`);
const pulls = () => broker().requests(RequestCode.PULL_MESSAGE).map((request) => PullMessageRequestHeader.decode(request.ext));
const queueIds = (consumer: DefaultMQPushConsumer): number[] => consumer.assignment().filter((mq) => mq.topic === 'T').map((mq) => mq.queueId).sort();

describe('consuming', () => {
  it('gets every message once, those that were there and those that come, and stores the offsets', async () => {
    fill(40);
    const consumer = await start();
    await sim.runUntil(() => got.length === 160);
    fill(1);
    await sim.runUntil(() => got.length === 164);
    expect(new Set(got.filter((body) => !body.endsWith('-0'))).size).toBe(156);
    await sim.run(consumer.shutdown());
    expect([0, 1, 2, 3].map((queueId) => committed('T', queueId))).toEqual([41, 41, 41, 41]);
    expect(got).toHaveLength(164);
  });

  it('hands over what Java hands over: topic, ids, offsets, start time', async () => {
    let seen: ReceivedMessage | undefined;
    broker().put({ topic: 'T', queueId: 2, body: Buffer.from('{"a":1}'), properties: new Map([['UNIQ_KEY', 'U1'], ['KEYS', 'k1 k2'], ['TAGS', 'A']]) });
    await start({ handler: (messages) => void (seen = messages[0]) });
    await sim.runUntil(() => seen !== undefined);
    expect(seen).toMatchObject({ topic: 'T', queueId: 2, queueOffset: 0, msgId: 'U1', brokerName: 'broker-a', tags: 'A', keys: ['k1', 'k2'], reconsumeTimes: 0 });
    expect(seen!.json()).toEqual({ a: 1 });
    expect(seen!.properties.get('MIN_OFFSET')).toBe('0');
    expect(seen!.properties.get('MAX_OFFSET')).toBe('1');
    expect(Number(seen!.properties.get('CONSUME_START_TIME'))).toBeGreaterThan(0);
    expect(String(seen)).toMatch(/^MessageExt \[queueId=2, .*UNIQ_KEY=U1/);
  });

  it('runs at most `concurrency` calls at a time, with at most consumeMessageBatchMaxSize messages', async () => {
    fill(25);
    const release: (() => void)[] = [];
    const sizes: number[] = [];
    await start({
      concurrency: 3,
      consumeMessageBatchMaxSize: 10,
      handler: (messages) => {
        sizes.push(messages.length);
        return new Promise((resolve) => release.push(resolve));
      },
    });
    await sim.runFor(1000);
    expect(sizes).toHaveLength(3);
    while (release.length > 0) {
      release.splice(0).forEach((resolve) => resolve());
      await sim.runFor(100);
    }
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100);
    expect(Math.max(...sizes)).toBe(10);
  });

  it('commits the smallest offset that is not consumed, however late it is', async () => {
    broker().fill('T', 0, 50, { prefix: 'm' });
    let finishFirst: (() => void) | undefined;
    const consumer = await start({ handler: (messages) => (messages[0]!.string() === 'm0' ? new Promise<void>((resolve) => (finishFirst = resolve)) : undefined) });
    await sim.runFor(12_000);
    expect(committed() ?? 0).toBe(0);
    finishFirst!();
    await sim.runFor(6000);
    expect(committed()).toBe(50);
    await sim.run(consumer.shutdown());
  });

  it('stops pulling a queue that has enough, and goes on when it is consumed', async () => {
    broker().fill('T', 0, 300);
    const release: (() => void)[] = [];
    await start({ pullThresholdForQueue: 50, concurrency: 1000, handler: () => new Promise<void>((resolve) => release.push(resolve)) });
    await sim.runFor(3000);
    expect(release.length).toBe(64);
    while (release.length > 0) {
      release.splice(0).forEach((resolve) => resolve());
      await sim.runFor(200);
    }
    expect(pulls().filter((pull) => pull.queueId === 0 && pull.topic === 'T').at(-1)!.queueOffset).toBe(300);
  });

  it('compares tags itself: a tag of the same hash is not handed over, and its offset is passed', async () => {
    broker().fill('T', 0, 3, { prefix: 'right', tags: 'Aa' });
    broker().fill('T', 0, 2, { prefix: 'wrong', tags: 'BB' });
    const consumer = await start({ subscriptions: { T: 'Aa || C' } });
    await sim.runUntil(() => got.length === 3);
    await sim.runFor(500);
    await sim.run(consumer.shutdown());
    expect(got).toEqual(['right0', 'right1', 'right2']);
    expect(committed()).toBe(5);
  });

  it('pause holds the pulls of everything, a topic or a queue; resume lets them go', async () => {
    const consumer = await start();
    consumer.pause({ topic: 'T', brokerName: 'broker-a', queueId: 1 });
    await sim.runFor(20_000);
    fill(1);
    await sim.runFor(5000);
    expect(got.sort()).toEqual(['q0-0', 'q2-0', 'q3-0']);
    consumer.resume();
    await sim.runUntil(() => got.length === 4);
    consumer.pause();
    await sim.runFor(20_000);
    fill(1);
    await sim.runFor(5000);
    expect(got).toHaveLength(4);
    consumer.resume();
    await sim.runUntil(() => got.length === 8);
  });

  it('sync handlers do not keep sockets and timers waiting', async () => {
    fill(400);
    let ticks = 0;
    let ticksAtEnd = 0;
    const timer = sim.host('c1').env.timers.every(1, () => (ticks += 1));
    await start({ handler: () => void (got.push('x') === 1600 && (ticksAtEnd = ticks)) });
    await sim.runUntil(() => got.length === 1600);
    timer.cancel();
    expect(ticksAtEnd).toBeGreaterThan(3);
  });
});

describe('a message that could not be consumed', () => {
  const failFirst = (times: number): DefaultMQPushConsumerOptions['handler'] => {
    let left = times;
    return (messages) => {
      got.push(`${messages[0]!.string()}/${messages[0]!.reconsumeTimes}`);
      if (left-- > 0) throw new Error('not now');
    };
  };

  it('goes back to its broker, which has it then: the offset moves on', async () => {
    broker().script(RequestCode.CONSUMER_SEND_MSG_BACK, (request) => createResponse(request, ResponseCode.SUCCESS));
    broker().fill('T', 0, 1);
    const consumer = await start({ maxReconsumeTimes: 5, handler: failFirst(1) });
    await sim.runUntil(() => broker().requests(RequestCode.CONSUMER_SEND_MSG_BACK).length === 1);
    await sim.run(consumer.shutdown());
    const header = ConsumerSendMsgBackRequestHeader.decode(broker().requests(RequestCode.CONSUMER_SEND_MSG_BACK)[0]!.ext);
    expect(header).toEqual({ offset: 0, group: 'g', delayLevel: 0, originMsgId: 'T-0-0', originTopic: 'T', unitMode: false, maxReconsumeTimes: 5 });
    expect(committed()).toBe(1);
    expect(got).toEqual(['m0/0']);
  });

  it('is sent to %RETRY%group as a new message where the broker can not take it back, without what belonged to the old one', async () => {
    broker().put({ topic: 'T', queueId: 0, body: Buffer.from('m0'), properties: new Map([['UNIQ_KEY', 'U'], ['TAGS', 'A'], ['own', '1'], ['CLUSTER', 'c']]) });
    const consumer = await start({
      handler: failFirst(1),
    });
    await sim.runUntil(() => got.length === 2);
    const [sent] = broker().requests(RequestCode.SEND_MESSAGE_V2);
    const header = SendMessageRequestHeaderV2.decode(sent!.ext);
    expect(header).toMatchObject({ topic: '%RETRY%g', producerGroup: 'CLIENT_INNER_PRODUCER', reconsumeTimes: 1, maxReconsumeTimes: 16 });
    const [stored] = broker().log.topic('%RETRY%g');
    expect(Object.fromEntries(stored!.properties)).toEqual({ UNIQ_KEY: 'U', TAGS: 'A', own: '1', ORIGIN_MESSAGE_ID: 'U', RETRY_TOPIC: 'T', DELAY: '3' });
    // It comes again through the retry topic, under the topic it was sent to.
    expect(got).toEqual(['m0/0', 'm0/1']);
    await sim.run(consumer.shutdown());
    expect(committed()).toBe(1);
    expect(committed('%RETRY%g')).toBe(1);
  });

  it('is consumed again here after 5 s when neither way works, and not committed before', async () => {
    broker().script(RequestCode.SEND_MESSAGE_V2, (request) => createResponse(request, ResponseCode.MESSAGE_ILLEGAL, 'delayed messages are refused'));
    broker().fill('T', 0, 3);
    const errors: Error[] = [];
    let isFailing = true;
    const consumer = make({
      handler: ([message]) => {
        got.push(`${message!.string()}/${message!.reconsumeTimes}`);
        if (isFailing && message!.string() === 'm0') throw new Error('not now');
      },
    }).on('error', (error) => errors.push(error));
    await sim.run(consumer.start());
    await sim.runFor(4900);
    expect(got).toEqual(['m0/0', 'm1/0', 'm2/0']);
    await sim.runFor(15_000);
    expect(got.slice(3)).toEqual(['m0/1', 'm0/2', 'm0/3']);
    expect(committed() ?? 0).toBe(0);
    expect(errors).toHaveLength(4);
    expect(errors[0]).toMatchObject({ code: 'RMQ_SEND_FAILED' });
    isFailing = false;
    await sim.runUntil(() => got.length === 7);
    await sim.run(consumer.shutdown());
    expect(committed()).toBe(3);
  });

  it('and is not consumed when the consumer stops, comes to the next one', async () => {
    broker().script(RequestCode.SEND_MESSAGE_V2, (request) => createResponse(request, ResponseCode.MESSAGE_ILLEGAL, 'no'));
    broker().fill('T', 0, 3);
    const consumer = await start({ handler: ([message]) => (message!.string() === 'm1' ? ConsumeConcurrentlyStatus.RECONSUME_LATER : undefined) });
    await sim.runFor(1000);
    await sim.run(consumer.shutdown());
    expect(committed()).toBe(1);
    await start({}, 'c2');
    await sim.runUntil(() => got.length === 2);
    expect(got).toEqual(['m1', 'm2']);
  });

  it('status, delay level and ackIndex are obeyed', async () => {
    broker().script(RequestCode.CONSUMER_SEND_MSG_BACK, (request) => createResponse(request, ResponseCode.SUCCESS));
    broker().fill('T', 0, 4);
    await start({
      consumeMessageBatchMaxSize: 4,
      handler: (messages, context) => {
        context.delayLevelWhenNextConsume = 7;
        context.ackIndex = 1;
        return messages.length === 4 ? ConsumeConcurrentlyStatus.CONSUME_SUCCESS : ConsumeConcurrentlyStatus.RECONSUME_LATER;
      },
    });
    await sim.runFor(1000);
    const sentBack = broker().requests(RequestCode.CONSUMER_SEND_MSG_BACK).map((request) => ConsumerSendMsgBackRequestHeader.decode(request.ext));
    expect(sentBack.map((header) => [header.originMsgId, header.delayLevel])).toEqual([['T-0-2', 7], ['T-0-3', 7]]);
  });

  it('that takes longer than consumeTimeout is sent back, and counts no more when it ends', async () => {
    broker().script(RequestCode.CONSUMER_SEND_MSG_BACK, (request) => createResponse(request, ResponseCode.SUCCESS));
    broker().fill('T', 0, 1);
    let fail: ((error: Error) => void) | undefined;
    const consumer = await start({ consumeTimeout: 1, handler: () => new Promise<void>((_, reject) => (fail = reject)) });
    await sim.runFor(125_000);
    const sentBack = broker().requests(RequestCode.CONSUMER_SEND_MSG_BACK);
    expect(sentBack.map((request) => ConsumerSendMsgBackRequestHeader.decode(request.ext).delayLevel)).toEqual([3]);
    fail!(new Error('too late'));
    await sim.runFor(1000);
    expect(broker().requests(RequestCode.CONSUMER_SEND_MSG_BACK)).toHaveLength(1);
    await sim.run(consumer.shutdown());
    expect(committed()).toBe(1);
  });

  it('is dropped with a warning in BROADCASTING', async () => {
    broker().fill('T', 0, 2);
    const consumer = await start({ model: 'BROADCASTING', handler: failFirst(1) });
    await sim.runUntil(() => got.length === 2);
    await sim.run(consumer.shutdown());
    expect(broker().requests(RequestCode.CONSUMER_SEND_MSG_BACK)).toHaveLength(0);
    expect(sim.host('c1').log.entries.some((entry) => entry.message.startsWith('BROADCASTING, the message consume failed'))).toBe(true);
  });
});

describe('where a new group begins', () => {
  it.each([
    ['CONSUME_FROM_LAST_OFFSET', []],
    ['CONSUME_FROM_FIRST_OFFSET', ['m0', 'm1', 'm2', 'm3']],
    ['CONSUME_FROM_TIMESTAMP', ['m2', 'm3']],
  ] as const)('%s', async (consumeFromWhere, expected) => {
    broker().fill('T', 0, 4);
    await start({ consumeFromWhere });
    broker().fill('T', 0, 1, { prefix: 'new' });
    await sim.runUntil(() => got.includes('new0'));
    expect(got).toEqual([...expected, 'new0']);
  });

  it('a stored offset counts, whatever the setting', async () => {
    broker().fill('T', 0, 4);
    broker().offsets.set('g@T@0', 3);
    await start({ consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET' });
    await sim.runUntil(() => got.length === 1);
    expect(got).toEqual(['m3']);
  });

  it('a broker that can not tell the offset makes the queue wait: no message is skipped, none repeated', async () => {
    broker().fill('T', 0, 4);
    broker().offsets.set('g@T@0', 2);
    broker().script(RequestCode.QUERY_CONSUMER_OFFSET, (request) => createResponse(request, ResponseCode.SYSTEM_BUSY, 'busy'));
    const consumer = await start({ consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET' });
    await sim.runFor(5000);
    expect(consumer.assignment()).toEqual([]);
    broker().script(RequestCode.QUERY_CONSUMER_OFFSET, undefined);
    await sim.runUntil(() => got.length === 2);
    expect(got).toEqual(['m2', 'm3']);
  });

  it('the first offset is the first message that is still there', async () => {
    broker().fill('T', 0, 10);
    broker().log.minOffsets.set('T@0', 7);
    await start();
    await sim.runUntil(() => got.length === 3, 1000);
    expect(got).toEqual(['m7', 'm8', 'm9']);
  });
});

describe('an offset the broker does not have', () => {
  it('is corrected to the one it names, after 10 s, and the queue goes on from there', async () => {
    broker().fill('T', 0, 10);
    broker().offsets.set('g@T@0', 2);
    broker().log.minOffsets.set('T@0', 6);
    await start();
    await sim.runFor(9000);
    expect(got).toEqual([]);
    await sim.runUntil(() => got.length === 4, 5000);
    expect(got).toEqual(['m6', 'm7', 'm8', 'm9']);
    expect(committed()).toBeGreaterThanOrEqual(6);
  });
});

describe('several consumers of a group', () => {
  it('share the queues; one that leaves or dies is replaced, and nothing is lost', async () => {
    const perConsumer: Record<string, string[]> = { c1: [], c2: [], c3: [] };
    const handlerOf = (name: string): DefaultMQPushConsumerOptions['handler'] => (messages) => void perConsumer[name]!.push(...messages.map((message) => message.string()));
    const all = (): string[] => Object.values(perConsumer).flat();
    const c1 = await start({ handler: handlerOf('c1') }, 'c1');
    expect(queueIds(c1)).toEqual([0, 1, 2, 3]);
    const c2 = await start({ handler: handlerOf('c2') }, 'c2');
    await sim.runFor(1000);
    expect([queueIds(c1), queueIds(c2)]).toEqual([[0, 1], [2, 3]]);
    fill(10);
    await sim.runUntil(() => all().length === 40);
    expect(perConsumer['c1']!.every((body) => /^q[01]-/.test(body))).toBe(true);
    const c3 = await start({ handler: handlerOf('c3') }, 'c3');
    await sim.runFor(1000);
    expect([...queueIds(c1), ...queueIds(c2), ...queueIds(c3)].sort()).toEqual([0, 1, 2, 3]);
    await sim.run(c2.shutdown());
    await sim.runFor(1000);
    sim.host('c3').kill();
    made.splice(made.indexOf(c3), 1);
    registries.splice(2, 1);
    await sim.runFor(1000);
    expect(queueIds(c1)).toEqual([0, 1, 2, 3]);
    fill(10);
    await sim.runUntil(() => new Set(all().map((body) => body)).size === 40 && all().length >= 80);
    // c3 died with its last offsets in its hands: at least once, and no gap.
    for (const queueId of [0, 1, 2, 3]) expect(committed('T', queueId) ?? 0).toBeLessThanOrEqual(20);
    await sim.run(c1.shutdown());
    expect([0, 1, 2, 3].map((queueId) => committed('T', queueId))).toEqual([20, 20, 20, 20]);
  });

  it('a dropped queue is committed at once; results of its old assignment do not move the new one', async () => {
    broker().fill('T', 3, 10);
    let finish: (() => void)[] = [];
    const c1 = await start({ handler: (messages) => (messages[0]!.queueOffset < 5 ? undefined : new Promise<void>((resolve) => finish.push(resolve))) }, 'c1');
    await sim.runFor(200);
    const c2 = await start({ handler: () => new Promise<void>(() => undefined) }, 'c2');
    await sim.runFor(500);
    expect(queueIds(c1)).toEqual([0, 1]);
    const commits = broker().requests(RequestCode.UPDATE_CONSUMER_OFFSET).map((request) => UpdateConsumerOffsetRequestHeader.decode(request.ext));
    expect(commits.filter((commit) => commit.queueId === 3)).toEqual([{ consumerGroup: 'g', topic: 'T', queueId: 3, commitOffset: 5 }]);
    // Back again: five messages are consumed for a second time while the first calls for them still run.
    await sim.run(c2.shutdown({ drainTimeoutMs: 0 }));
    await sim.runFor(1000);
    expect(queueIds(c1)).toEqual([0, 1, 2, 3]);
    const old = finish.splice(0, 5);
    expect([old.length, finish.length]).toEqual([5, 5]);
    old.forEach((resolve) => resolve());
    await sim.runFor(12_000);
    expect(committed('T', 3)).toBe(5);
    finish.forEach((resolve) => resolve());
    finish = [];
    await sim.runFor(12_000);
    expect(committed('T', 3)).toBe(10);
  });

  it('BROADCASTING: everybody gets everything, and goes on where it was after a restart', async () => {
    fill(5);
    const c1 = await start({ model: 'BROADCASTING' }, 'c1');
    await start({ model: 'BROADCASTING' }, 'c2');
    await sim.runUntil(() => got.length === 40);
    expect(c1.clientId).toBe(`${sim.host('c1').address}@DEFAULT`);
    await sim.run(c1.shutdown());
    expect(sim.host('c1').env.disk.exists(`/home/x/.rocketmq_offsets/${c1.clientId}/g/offsets.json`)).toBe(true);
    fill(1);
    await sim.runUntil(() => got.length === 44);
    await start({ model: 'BROADCASTING' }, 'c1');
    await sim.runUntil(() => got.length === 48);
    await sim.runFor(1000);
    expect(got).toHaveLength(48);
    expect(broker().requests(RequestCode.UPDATE_CONSUMER_OFFSET)).toHaveLength(0);
    expect(pulls().every((pull) => (pull.sysFlag & 1) === 0)).toBe(true);
  });

  it('tells of every change of its queues', async () => {
    const events: RebalanceEvent[] = [];
    const c1 = make({}, 'c1').on('rebalance', (event) => events.push(event));
    await sim.run(c1.start());
    await start({}, 'c2');
    await sim.runFor(1000);
    const ofT = events.filter((event) => event.topic === 'T');
    expect(ofT.map((event) => [event.assigned.length, event.added.length, event.removed.length])).toEqual([[4, 4, 0], [2, 0, 2]]);
  });

  it('a broker that forgot this consumer hears from it again, and no queue is given up', async () => {
    const consumer = await start();
    const events: RebalanceEvent[] = [];
    consumer.on('rebalance', (event) => events.push(event));
    broker().script(RequestCode.GET_CONSUMER_LIST_BY_GROUP, (request) => {
      const response = createResponse(request, ResponseCode.SUCCESS);
      response.body = Buffer.from('{"consumerIdList":["somebody@else"]}');
      return response;
    });
    const beats = broker().requests(RequestCode.HEART_BEAT).length;
    await sim.runFor(20_500);
    expect(broker().requests(RequestCode.HEART_BEAT).length).toBeGreaterThan(beats);
    expect(events).toEqual([]);
    expect(queueIds(consumer)).toEqual([0, 1, 2, 3]);
  });

  it('goes on by itself after the broker was away', async () => {
    await start();
    fill(1);
    await sim.runUntil(() => got.length === 4);
    await sim.run(broker().stop());
    await sim.runFor(40_000);
    await sim.run(broker().start());
    fill(1);
    await sim.runUntil(() => got.length === 8, 10_000);
  });
});

describe('the talk with the broker', () => {
  it('a heartbeat comes before the first pull; pulls carry offsets, suspend and the version of the subscription', async () => {
    broker().fill('T', 0, 2);
    await start();
    await sim.runUntil(() => got.length === 2);
    await sim.runFor(100);
    const codes = broker().seen.map((request) => request.code);
    expect(codes.indexOf(RequestCode.HEART_BEAT)).toBeLessThan(codes.indexOf(RequestCode.PULL_MESSAGE));
    const [data] = broker().requests(RequestCode.HEART_BEAT).map((request) => decodeHeartbeatData(request.body!));
    expect(data!.consumerDataSet[0]).toMatchObject({ groupName: 'g', consumeType: 'CONSUME_PASSIVELY', messageModel: 'CLUSTERING', consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET', unitMode: false });
    expect(data!.consumerDataSet[0]!.subscriptionDataSet.map((each) => [each.topic, each.subString])).toEqual([['T', '*'], ['%RETRY%g', '*']]);
    const ofQueue = pulls().filter((pull) => pull.topic === 'T' && pull.queueId === 0);
    expect(ofQueue[0]).toMatchObject({ consumerGroup: 'g', queueOffset: 0, maxMsgNums: 32, sysFlag: 2, commitOffset: 0, suspendTimeoutMillis: 15_000, subscription: undefined, expressionType: 'TAG' });
    expect(ofQueue.at(-1)).toMatchObject({ queueOffset: 2, sysFlag: 3, commitOffset: 2 });
  });

  it('of a backlog the next pull is asked for before the listener is called; behind it, the pull that is held carries the offset', async () => {
    broker().fill('T', 0, 40);
    await start();
    await sim.runUntil(() => got.length === 40);
    await sim.runFor(100);
    const ofQueue = pulls().filter((pull) => pull.topic === 'T' && pull.queueId === 0);
    expect(ofQueue.map(({ queueOffset, commitOffset }) => [queueOffset, commitOffset])).toEqual([[0, 0], [32, 0], [40, 40]]);
  });

  it('a broker that does not know the newest subscription gets a heartbeat, and is asked again at once', async () => {
    await start();
    let refusals = 1;
    broker().script(RequestCode.PULL_MESSAGE, (request) => (refusals-- > 0 ? createResponse(request, ResponseCode.SUBSCRIPTION_NOT_LATEST, 'old') : 'usual'));
    const beats = broker().requests(RequestCode.HEART_BEAT).length;
    fill(1);
    await sim.runUntil(() => got.length === 4, 500);
    fill(1);
    await sim.runUntil(() => got.length === 8, 500);
    expect(broker().requests(RequestCode.HEART_BEAT).length - beats).toBe(1);
  });

  it('a slave is pulled from when the master says so, and gets no commit', async () => {
    cluster.slaves.set('broker-a', 'broker-b');
    broker().fill('T', 0, 2);
    await start();
    await sim.runUntil(() => got.length === 2);
    broker().script(RequestCode.PULL_MESSAGE, (request) => {
      const response = createResponse(request, ResponseCode.PULL_NOT_FOUND);
      const { queueOffset } = PullMessageRequestHeader.decode(request.extFields);
      response.extFields = new Map(Object.entries({ suggestWhichBrokerId: '1', nextBeginOffset: String(queueOffset), minOffset: '0', maxOffset: '2' }));
      return response;
    });
    broker().fill('T', 0, 1);
    await sim.runFor(100);
    const atSlave = cluster.broker('broker-b').requests(RequestCode.PULL_MESSAGE).map((request) => PullMessageRequestHeader.decode(request.ext)).filter((pull) => pull.topic === 'T' && pull.queueId === 0);
    expect(atSlave.length).toBeGreaterThan(0);
    expect(atSlave.every((pull) => (pull.sysFlag & 1) === 0 && (pull.sysFlag & 2) !== 0)).toBe(true);
  });

  it('a failing pull is repeated after pullTimeDelayMillsWhenException', async () => {
    broker().script(RequestCode.PULL_MESSAGE, (request) => createResponse(request, ResponseCode.SYSTEM_ERROR, 'no'));
    await start();
    const before = pulls().length;
    await sim.runFor(3000);
    expect(pulls().length - before).toBeGreaterThanOrEqual(10);
    expect(pulls().length - before).toBeLessThanOrEqual(20);
    broker().script(RequestCode.PULL_MESSAGE, undefined);
    broker().fill('T', 0, 1);
    await sim.runUntil(() => got.length === 1, 2000);
  });

  it('SQL is checked with the broker at the start, and goes with the heartbeat', async () => {
    const consumer = await start({ subscriptions: { T: { sql: 'a > 5' } } });
    expect(broker().requests(RequestCode.CHECK_CLIENT_CONFIG)).toHaveLength(1);
    await sim.run(consumer.shutdown());
    broker().script(RequestCode.CHECK_CLIENT_CONFIG, (request) => createResponse(request, ResponseCode.SYSTEM_ERROR, 'The broker does not support consumer to filter message by SQL92'));
    await expect(sim.run(make({ subscriptions: { T: { sql: 'a > 5' } } }).start())).rejects.toMatchObject({ responseCode: 1, remark: expect.stringContaining('SQL92') });
  });

  it('subscribe and unsubscribe work while it runs', async () => {
    cluster.topics.set('U', { brokers: ['broker-a'], queues: 1 });
    const consumer = await start();
    await sim.run(consumer.subscribe('U', '*'));
    broker().fill('U', 0, 1, { prefix: 'u' });
    await sim.runUntil(() => got.includes('u0'));
    await sim.run(consumer.unsubscribe('T'));
    expect(consumer.assignment().map((mq) => mq.topic).sort()).toEqual(['%RETRY%g', 'U']);
  });
});

describe('what brokers ask', () => {
  let connection: Connection | undefined;
  beforeEach(() => {
    broker().script(RequestCode.HEART_BEAT, (_, from) => {
      connection = from;
      return 'usual';
    });
  });
  const ask = (code: number, ext: Record<string, string>, body?: Buffer): Promise<RemotingCommand> => sim.run(connection!.invoke(new RemotingCommand(code, new Map(Object.entries(ext)), body), 3000));

  it('running info (307), status (221) and consuming directly (309) are answered', async () => {
    broker().fill('T', 1, 3);
    await start();
    await sim.runUntil(() => got.length === 3);
    const info = decodeConsumerRunningInfo((await ask(RequestCode.GET_CONSUMER_RUNNING_INFO, { consumerGroup: 'g', clientId: 'x', jstackEnable: 'false' })).body!);
    expect(info.properties.get('PROP_CONSUME_TYPE')).toBe('CONSUME_PASSIVELY');
    expect(info.mqTable).toHaveLength(5);
    expect(info.mqTable.find(([mq]) => mq.topic === 'T' && mq.queueId === 1)![1]).toMatchObject({ commitOffset: 3, cachedMsgCount: 0, droped: false });
    expect(info.statusTable.get('T')!.consumeOKTPS).toBeCloseTo(3 / 60);
    const status = await ask(RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT, { topic: 'T', group: 'g' });
    expect(status.body!.toString()).toContain('"queueId":1');
    const record = broker().log.queue('T', 1)[0]!.record;
    const direct = await ask(RequestCode.CONSUME_MESSAGE_DIRECTLY, { consumerGroup: 'g', clientId: 'x', msgId: 'm', brokerName: 'broker-a' }, record);
    expect(decodeConsumeMessageDirectlyResult(direct.body!)).toMatchObject({ consumeResult: 'CR_SUCCESS', order: false });
    expect(got).toHaveLength(4);
    expect(await ask(RequestCode.GET_CONSUMER_RUNNING_INFO, { consumerGroup: 'other', clientId: 'x', jstackEnable: 'false' })).toMatchObject({ code: 1, remark: 'The Consumer Group <other> not exist in this consumer' });
  });

  it('a reset of offsets (220) starts the queues there', async () => {
    broker().fill('T', 0, 5);
    await start();
    await sim.runUntil(() => got.length === 5);
    const offsetTable: [{ topic: string; brokerName: string; queueId: number }, number][] = [[{ topic: 'T', brokerName: 'broker-a', queueId: 0 }, 3]];
    connection!.oneway(new RemotingCommand(RequestCode.RESET_CONSUMER_CLIENT_OFFSET, new Map(Object.entries({ topic: 'T', group: 'g', timestamp: '0', isForce: 'true' })), encodeResetOffsetBody({ offsetTable })));
    await sim.runUntil(() => got.length === 7, 30_000);
    expect(got.slice(5)).toEqual(['m3', 'm4']);
  });
});

describe('life', () => {
  it('shutdown waits for calls under way, commits them, and says good-bye', async () => {
    broker().fill('T', 0, 3);
    let finish: (() => void) | undefined;
    let isAborted = false;
    const consumer = await start({
      concurrency: 1,
      handler: (messages, { signal }) => {
        got.push(messages[0]!.string());
        signal.addEventListener('abort', () => (isAborted = true));
        return new Promise<void>((resolve) => (finish = resolve));
      },
    });
    await sim.runFor(100);
    const stopping = consumer.shutdown();
    await sim.runFor(3000);
    finish!();
    await sim.run(stopping);
    expect([got, isAborted, committed()]).toEqual([['m0'], false, 1]);
    expect(UnregisterClientRequestHeader.decode(broker().requests(RequestCode.UNREGISTER_CLIENT)[0]!.ext)).toMatchObject({ consumerGroup: 'g' });
  });

  it('shutdown aborts calls that do not end, and commits nothing of them', async () => {
    broker().fill('T', 0, 1);
    let isAborted = false;
    const consumer = await start({ handler: (_, { signal }) => new Promise<void>(() => signal.addEventListener('abort', () => (isAborted = true))) });
    await sim.runFor(100);
    const startedMs = sim.nowMs;
    await sim.run(consumer.shutdown({ drainTimeoutMs: 2000 }));
    expect(sim.nowMs - startedMs).toBeLessThan(4000);
    expect([isAborted, committed() ?? 0]).toEqual([true, 0]);
  });

  it('shutdown ends although every server is silent', async () => {
    fill(1);
    const consumer = await start();
    await sim.runUntil(() => got.length === 4);
    sim.net.partition('c1', 'broker-a');
    sim.net.partition('c1', 'namesrv');
    const startedMs = sim.nowMs;
    await sim.run(consumer.shutdown({ drainTimeoutMs: 1000 }));
    expect(sim.nowMs - startedMs).toBeLessThan(12_000);
  });

  it('start fails with a hint while no name server answers, and may be tried again', async () => {
    await sim.run(cluster.stopNamesrv());
    const consumer = make();
    await expect(sim.run(consumer.start())).rejects.toMatchObject({ code: 'RMQ_NO_ROUTE', reason: 'name-server-unreachable' });
    expect(consumer.state).toBe('created');
    await sim.run(cluster.startNamesrv());
    await sim.runFor(2000);
    await sim.run(consumer.start());
    expect(queueIds(consumer)).toEqual([0, 1, 2, 3]);
  });

  it('a topic that does not exist yet is taken up when it does', async () => {
    cluster.topics.delete('T');
    const consumer = await start();
    expect(queueIds(consumer)).toEqual([]);
    cluster.topics.set('T', { brokers: ['broker-a'], queues: 4 });
    await sim.runFor(21_000);
    expect(queueIds(consumer)).toEqual([0, 1, 2, 3]);
  });

  it.each([
    [{ consumerGroup: 'DEFAULT_CONSUMER' }, 'can not equal DEFAULT_CONSUMER'],
    [{ handler: undefined }, 'handler: a function is needed'],
    [{ subscriptions: { 'a b': '*' } }, 'illegal characters'],
    [{ subscriptions: { T: ' || ' } }, "no tag in"],
    [{ subscriptions: { T: 5 } }, "'*', 'TagA || TagB' or { sql: '…' } is needed"],
    [{ pullBatchSize: 2000 }, 'pullBatchSize: a whole number in [1, 1024]'],
    [{ consumeTimestamp: '2019' }, 'consumeTimestamp is invalid'],
    [{ pullThresholdForTopic: 0 }, '-1 is no limit'],
    [{ consumeFromWhere: 'CONSUME_FROM_MAX_OFFSET' }, 'one of CONSUME_FROM_LAST_OFFSET'],
    [{ consumeThreadMax: 20 }, "there is no option 'consumeThreadMax'"],
  ])('bad options %j are refused when the consumer is made', (options, text) => {
    expect(() => new DefaultMQPushConsumer({ consumerGroup: 'g', subscriptions: { T: '*' }, handler: () => undefined, ...place('c1', 1), ...(options as object) })).toThrow(text);
  });
});
