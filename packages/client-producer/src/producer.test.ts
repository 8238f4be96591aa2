import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { type ClientConfig, ClientRegistry } from '@rocketmq-ts/client-core';
import { FakeCluster } from '@rocketmq-ts/client-core/testing';
import { createSimulation, type Simulation } from '@rocketmq-ts/kernel/sim';
import { createResponse, RequestCode, ResponseCode, SendMessageRequestHeaderV2, UnregisterClientRequestHeader } from '@rocketmq-ts/remoting-protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DefaultMQProducer, type DefaultMQProducerOptions, formatSendResult, type SendResult } from './index.ts';

let sim: Simulation;
let cluster: FakeCluster;
let registry: ClientRegistry;
let made: DefaultMQProducer[];

beforeEach(async () => {
  sim = createSimulation(5);
  cluster = new FakeCluster(sim);
  await sim.run(cluster.start(['broker-a', 'broker-b'], { T: { brokers: ['broker-a', 'broker-b'], queues: 2 }, One: { brokers: ['broker-a'], queues: 4 } }));
  registry = new ClientRegistry(sim.host('client').env);
  made = [];
});

afterEach(async () => {
  await sim.run(Promise.all(made.map((producer) => producer.shutdown())));
  expect(registry.size).toBe(0);
  await sim.run(cluster.stop());
});

const place = (): ClientConfig => ({
  namesrvAddr: cluster.namesrvAddr,
  env: sim.host('client').env,
  registry,
  host: { pid: 7, localAddress: '10.0.0.9', homeFolder: '/home/x', namesrvAddr: undefined, writeLine: () => undefined },
});

async function start(options: Partial<DefaultMQProducerOptions> = {}): Promise<DefaultMQProducer> {
  const producer = new DefaultMQProducer({ producerGroup: 'pg', ...place(), ...options });
  made.push(producer);
  return sim.run(producer.start());
}

async function failure<E>(promise: Promise<unknown>): Promise<E> {
  return sim.run(promise.then(() => Promise.reject(new Error('it did not fail')), (error: E) => error));
}

const sends = (name: string) => cluster.broker(name).requests(RequestCode.SEND_MESSAGE_V2);
const headers = (name: string) => sends(name).map((request) => SendMessageRequestHeaderV2.decode(request.ext));

describe('send', () => {
  it('stores the message and answers with the fields and the text of Java', async () => {
    const producer = await start();
    const result = await sim.run(producer.send({ topic: 'One', tags: 'TagA', keys: 'k', body: 'Hello', properties: { own: '1' } }));
    const [stored] = cluster.broker('broker-a').log.topic('One');
    expect(stored!.body.toString()).toBe('Hello');
    expect(Object.fromEntries(stored!.properties)).toEqual({ TAGS: 'TagA', KEYS: 'k', WAIT: 'true', own: '1', UNIQ_KEY: result.msgId });
    expect(result).toMatchObject({ sendStatus: 'SEND_OK', queueOffset: 0, regionId: 'DefaultRegion', traceOn: true, messageQueue: { topic: 'One', brokerName: 'broker-a', queueId: stored!.queueId } });
    expect(result.msgId).toMatch(/^0A0000090000[0-9A-F]{20}$/);
    const text = `SendResult [sendStatus=SEND_OK, msgId=${result.msgId}, offsetMsgId=${result.offsetMsgId}, messageQueue=MessageQueue [topic=One, brokerName=broker-a, queueId=${stored!.queueId}], queueOffset=0]`;
    expect([String(result), formatSendResult(result)]).toEqual([text, text]);
    expect(headers('broker-a')[0]).toMatchObject({ producerGroup: 'pg', topic: 'One', defaultTopic: 'TBW102', defaultTopicQueueNums: 4, sysFlag: 0, flag: 0, reconsumeTimes: 0, unitMode: false, batch: false, maxReconsumeTimes: undefined });
  });

  it('goes round all queues', async () => {
    const producer = await start();
    for (let i = 0; i < 8; i += 1) await sim.run(producer.send({ topic: 'T', body: `m${i}` }));
    for (const name of ['broker-a', 'broker-b']) for (const queueId of [0, 1]) expect(cluster.broker(name).log.queue('T', queueId)).toHaveLength(2);
  });

  it.each([
    [ResponseCode.FLUSH_DISK_TIMEOUT, 'FLUSH_DISK_TIMEOUT'],
    [ResponseCode.FLUSH_SLAVE_TIMEOUT, 'FLUSH_SLAVE_TIMEOUT'],
    [ResponseCode.SLAVE_NOT_AVAILABLE, 'SLAVE_NOT_AVAILABLE'],
  ])('answer %d is a result', async (code, status) => {
    cluster.broker('broker-a').script(RequestCode.SEND_MESSAGE_V2, (request) => {
      const response = createResponse(request, code);
      response.extFields = new Map([['msgId', 'X'], ['queueId', '1'], ['queueOffset', '9']]);
      return response;
    });
    const producer = await start();
    expect(await sim.run(producer.send({ topic: 'One', body: 'x' }))).toMatchObject({ sendStatus: status, offsetMsgId: 'X', queueOffset: 9 });
    expect(sends('broker-a')).toHaveLength(1);
  });

  it('compresses large bodies with zlib and says so, small ones and those that do not shrink never', async () => {
    const producer = await start();
    const random = Buffer.concat(Array.from({ length: 160 }, (_, i) => createHash('sha256').update(String(i)).digest()));
    await sim.run(producer.send({ topic: 'One', body: 'y'.repeat(4096) }));
    await sim.run(producer.send({ topic: 'One', body: 'y'.repeat(4095) }));
    await sim.run(producer.send({ topic: 'One', body: random }));
    const [large, small, noise] = sends('broker-a');
    expect(headers('broker-a').map((header) => header.sysFlag)).toEqual([1, 0, 0]);
    expect(large!.body!.length).toBeLessThan(100);
    expect(inflateSync(large!.body!).toString()).toBe('y'.repeat(4096));
    expect(small!.body!.length).toBe(4095);
    expect(noise!.body!).toEqual(random);
  });

  it('wraps topic and group into the namespace, and shows neither', async () => {
    cluster.topics.set('ns%T', { brokers: ['broker-a'], queues: 1 });
    const producer = await start({ namespace: 'ns' });
    const result = await sim.run(producer.send({ topic: 'T', body: 'x' }));
    expect(headers('broker-a')[0]).toMatchObject({ topic: 'ns%T', producerGroup: 'ns%pg' });
    expect(cluster.broker('broker-a').log.topic('ns%T')[0]!.properties.get('INSTANCE_ID')).toBe('ns');
    expect(result.messageQueue.topic).toBe('T');
    expect((await sim.run(producer.fetchPublishMessageQueues('T')))[0]).toEqual({ topic: 'T', brokerName: 'broker-a', queueId: 0 });
  });
});

describe('a failed attempt', () => {
  const answer = (name: string, code: number): void => cluster.broker(name).script(RequestCode.SEND_MESSAGE_V2, (request) => createResponse(request, code, 'no'));

  it.each([1, 14, 16, 17, 204, 205])('with answer %d is followed by one at another broker, with the same UNIQ_KEY', async (code) => {
    answer('broker-a', code);
    const producer = await start();
    for (let i = 0; i < 2; i += 1) expect((await sim.run(producer.send({ topic: 'T', body: 'x' }))).messageQueue.brokerName).toBe('broker-b');
    const keys = new Map([...sends('broker-a'), ...sends('broker-b')].map((request) => [SendMessageRequestHeaderV2.decode(request.ext).properties, 1]));
    expect(keys.size).toBe(2);
  });

  it('with SYSTEM_BUSY is the application’s at once', async () => {
    answer('broker-a', 2);
    answer('broker-b', 2);
    const producer = await start();
    expect(await failure(producer.send({ topic: 'T', body: 'x' }))).toMatchObject({ name: 'MQBrokerError', responseCode: 2, remark: 'no' });
    expect(sends('broker-a').length + sends('broker-b').length).toBe(1);
  });

  it('by a lost connection goes to the other broker', async () => {
    await sim.run(cluster.broker('broker-a').stop());
    const producer = await start();
    for (let i = 0; i < 3; i += 1) expect((await sim.run(producer.send({ topic: 'T', body: 'x' }))).messageQueue.brokerName).toBe('broker-b');
  });

  it('at every broker ends in one error with the count, the brokers, the last answer and its code', async () => {
    answer('broker-a', 14);
    const producer = await start();
    const error = await failure<Error>(producer.send({ topic: 'One', body: 'x' }));
    expect(error).toMatchObject({ code: 'RMQ_SEND_FAILED', responseCode: 14, retryable: true });
    expect(error.message).toMatch(/^Send \[3\] times, still failed, cost \[\d+\]ms, Topic: One, BrokersSent: \[broker-a, broker-a, broker-a\]: CODE: 14 SERVICE_NOT_AVAILABLE {2}DESC: no/);
    expect(error.message).toContain('disk is full');
  });

  it('by silence uses up the time, and the error says so', async () => {
    cluster.broker('broker-a').script(RequestCode.SEND_MESSAGE_V2, () => 'silent');
    const producer = await start();
    const startedMs = sim.nowMs;
    expect(await failure(producer.send({ topic: 'One', body: 'x' }, { timeout: 500 }))).toMatchObject({ code: 'RMQ_SEND_FAILED', responseCode: 10002, cause: { code: 'REMOTING_TIMEOUT' } });
    expect(sim.nowMs - startedMs).toBeGreaterThanOrEqual(500);
    expect(sim.nowMs - startedMs).toBeLessThan(700);
    expect(sends('broker-a')).toHaveLength(1);
  });

  it('is not repeated with retryTimesWhenSendFailed 0', async () => {
    answer('broker-a', 14);
    const producer = await start({ retryTimesWhenSendFailed: 0 });
    await failure(producer.send({ topic: 'One', body: 'x' }));
    expect(sends('broker-a')).toHaveLength(1);
  });

  it('retryAnotherBrokerWhenNotStoreOK tries on after a flush timeout, and keeps that result if nothing better comes', async () => {
    const slow = (name: string): void =>
      cluster.broker(name).script(RequestCode.SEND_MESSAGE_V2, (request) => {
        const response = createResponse(request, ResponseCode.FLUSH_DISK_TIMEOUT);
        response.extFields = new Map([['msgId', name], ['queueId', '0'], ['queueOffset', '0']]);
        return response;
      });
    slow('broker-a');
    const producer = await start({ retryAnotherBrokerWhenNotStoreOK: true });
    const results: SendResult[] = [];
    for (let i = 0; i < 2; i += 1) results.push(await sim.run(producer.send({ topic: 'T', body: 'x' })));
    expect(results.map((result) => result.sendStatus)).toEqual(['SEND_OK', 'SEND_OK']);
    expect((await sim.run(producer.send({ topic: 'One', body: 'x' }))).sendStatus).toBe('FLUSH_DISK_TIMEOUT');
  });

  it('a broker that comes back at another address is found without waiting for the next route poll', async () => {
    const producer = await start({ sendMsgTimeout: 5000 });
    await sim.run(producer.send({ topic: 'One', body: 'x' }));
    await sim.run(cluster.broker('broker-a').stop());
    cluster.topics.set('One', { brokers: ['broker-b'], queues: 4 });
    await failure(producer.send({ topic: 'One', body: 'x' }));
    await sim.runFor(1500);
    expect((await sim.run(producer.send({ topic: 'One', body: 'x' }))).messageQueue.brokerName).toBe('broker-b');
  });
});

describe('where to', () => {
  it('a queue, a selector and a sharding key are obeyed, and nothing else is tried', async () => {
    const producer = await start();
    const queue = { topic: 'T', brokerName: 'broker-b', queueId: 1 };
    expect((await sim.run(producer.send({ topic: 'T', body: 'x' }, { queue }))).messageQueue).toEqual(queue);
    const selected = await sim.run(producer.send({ topic: 'T', body: 'x', keys: 'K' }, { queue: (queues, message) => queues[message.properties.get('KEYS') === 'K' ? 3 : 0]! }));
    expect(selected.messageQueue).toEqual(queue);
    const shards = [];
    for (let i = 0; i < 3; i += 1) shards.push((await sim.run(producer.send({ topic: 'T', body: 'x' }, { shardingKey: 'abc' }))).messageQueue);
    expect(shards).toEqual(Array(3).fill({ topic: 'T', brokerName: 'broker-b', queueId: 96354 % 4 === 2 ? 0 : 1 }));
    cluster.broker('broker-b').script(RequestCode.SEND_MESSAGE_V2, (request) => createResponse(request, 14, 'no'));
    const before = sends('broker-b').length;
    expect(await failure(producer.send({ topic: 'T', body: 'x' }, { queue }))).toMatchObject({ code: 'RMQ_SEND_FAILED' });
    expect(sends('broker-b').length - before).toBe(1);
  });

  it.each([
    [{ queue: { topic: 'Other', brokerName: 'broker-a', queueId: 0 } }, "message's topic not equal mq's topic"],
    [{ queue: () => undefined }, 'a MessageQueue { topic, brokerName, queueId } is needed'],
    [{ queue: { topic: 'T', brokerName: 'broker-a', queueId: 0 }, shardingKey: 'x' }, 'exclude each other'],
    [{ timeout: -1 }, 'timeout'],
    [{ shardingKey: 5 }, 'shardingKey'],
  ])('%j is refused', async (options, text) => {
    const producer = await start();
    const error = await failure<Error>(producer.send({ topic: 'T', body: 'x' }, options as never));
    expect(error).toMatchObject({ code: 'RMQ_OPTION' });
    expect(error.message).toContain(text);
  });

  it('sendLatencyFaultEnable keeps away from a broker that failed', async () => {
    cluster.broker('broker-a').script(RequestCode.SEND_MESSAGE_V2, (request) => createResponse(request, 1, 'no'));
    const producer = await start({ sendLatencyFaultEnable: true });
    for (let i = 0; i < 10; i += 1) await sim.run(producer.send({ topic: 'T', body: 'x' }));
    expect(sends('broker-a').length).toBeLessThanOrEqual(1);
  });
});

describe('a batch', () => {
  it('is stored as messages of one queue, each with its own id', async () => {
    const producer = await start();
    const result = await sim.run(producer.send([1, 2, 3].map((i) => ({ topic: 'One', body: `b${i}`, tags: `t${i}`, flag: i }))));
    const stored = cluster.broker('broker-a').log.topic('One');
    expect(stored.map((message) => [message.body.toString(), message.properties.get('TAGS'), message.flag, message.queueId])).toEqual([1, 2, 3].map((i) => [`b${i}`, `t${i}`, i, result.messageQueue.queueId]));
    expect(result.msgId).toBe(stored.map((message) => message.properties.get('UNIQ_KEY')).join(','));
    expect(result.offsetMsgId.split(',')).toHaveLength(3);
    const [request] = cluster.broker('broker-a').requests(RequestCode.SEND_BATCH_MESSAGE);
    expect(SendMessageRequestHeaderV2.decode(request!.ext)).toMatchObject({ batch: true, sysFlag: 0, properties: 'WAIT\u0001true\u0002' });
  });

  it.each([
    [[], 'the batch is empty'],
    [[{ topic: 'One', body: 'x' }, { topic: 'T', body: 'x' }], 'The topic of the messages in one batch should be the same'],
    [[{ topic: 'One', body: 'x' }, { topic: 'One', body: 'x', waitStoreMsgOK: false }], 'waitStoreMsgOK'],
    [[{ topic: 'One', body: 'x', delayTimeLevel: 1 }], 'TimeDelayLevel is not supported for batching'],
    [[{ topic: '%RETRY%g', body: 'x' }], 'Retry Group is not supported for batching'],
    [[{ topic: 'One', body: Buffer.alloc(600) }, { topic: 'One', body: Buffer.alloc(600) }], 'Split it'],
  ])('%j is refused', async (batch, text) => {
    const producer = await start({ maxMessageSize: 1000 });
    const error = await failure<Error>(producer.send(batch));
    expect(error).toMatchObject({ code: 'RMQ_MESSAGE_ILLEGAL', responseCode: 13 });
    expect(error.message).toContain(text);
  });
});

describe('limits', () => {
  it.each([
    [{ topic: 'One', body: '' }, 'length is zero'],
    [{ topic: 'One', body: Buffer.alloc(1001) }, 'over max value, MAX: 1000'],
    [{ topic: 'One', body: 'x', properties: { a: 'y'.repeat(32_767) } }, 'properties take'],
  ])('a message beyond them is refused before anything is sent', async (message, text) => {
    const producer = await start({ maxMessageSize: 1000 });
    expect(((await failure<Error>(producer.send(message))).message)).toContain(text);
    expect(cluster.routeRequests).toEqual([]);
  });

  it('maxInFlight lets further sends wait, and a signal lets them go', async () => {
    const producer = await start({ maxInFlight: 2 });
    let release = false;
    cluster.broker('broker-a').script(RequestCode.SEND_MESSAGE_V2, () => (release ? 'usual' : 'silent'));
    const controller = new AbortController();
    const first = Promise.allSettled([1, 2].map((i) => producer.send({ topic: 'One', body: `${i}` }, { timeout: 1000, signal: controller.signal })));
    const third = producer.send({ topic: 'One', body: '3' });
    const impatient = new AbortController();
    const fourth = producer.send({ topic: 'One', body: '4' }, { signal: impatient.signal });
    await sim.runFor(200);
    expect(sends('broker-a')).toHaveLength(2);
    impatient.abort();
    expect(await failure(fourth)).toMatchObject({ name: 'AbortError', code: 'RMQ_ABORTED' });
    release = true;
    controller.abort(new Error('enough'));
    for (const each of await sim.run(first)) expect(each).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
    expect((await sim.run(third)).sendStatus).toBe('SEND_OK');
    expect(cluster.broker('broker-a').log.topic('One').map((message) => message.body.toString())).toEqual(['3']);
  });
});

describe('sendOneway', () => {
  it('is sent without an answer being asked for', async () => {
    const producer = await start();
    await sim.run(producer.sendOneway({ topic: 'One', body: 'x' }));
    await sim.runFor(10);
    expect(cluster.broker('broker-a').log.topic('One')).toHaveLength(1);
  });

  it('tells when there is no connection', async () => {
    await sim.run(cluster.broker('broker-a').stop());
    const producer = await start();
    expect(await failure(producer.sendOneway({ topic: 'One', body: 'x' }))).toMatchObject({ code: 'REMOTING_CONNECT' });
  });
});

describe('life', () => {
  it('before start and after shutdown nothing is sent, and the error says what to do', async () => {
    const producer = new DefaultMQProducer({ producerGroup: 'pg', ...place() });
    const early = await failure<Error>(producer.send({ topic: 'One', body: 'x' }));
    expect(early).toMatchObject({ code: 'RMQ_STATE' });
    expect(early.message).toContain('Call start()');
    await sim.run(producer.start());
    await sim.run(producer.shutdown());
    expect(await failure(producer.send({ topic: 'One', body: 'x' }))).toMatchObject({ code: 'RMQ_STATE' });
    expect(await failure(producer.start())).toMatchObject({ code: 'RMQ_STATE' });
  });

  it('start and shutdown may be called twice; states are told', async () => {
    const states: string[] = [];
    const producer = new DefaultMQProducer({ producerGroup: 'pg', ...place() }).on('stateChange', (state) => states.push(state));
    await sim.run(Promise.all([producer.start(), producer.start()]));
    await sim.run(Promise.all([producer.shutdown(), producer.shutdown(), producer[Symbol.asyncDispose]()]));
    expect(states).toEqual(['starting', 'running', 'stopping', 'stopped']);
  });

  it('a second producer of the group in one client is refused, and may be started under its own instance name', async () => {
    await start();
    expect(await failure(new DefaultMQProducer({ producerGroup: 'pg', ...place() }).start())).toMatchObject({ code: 'RMQ_GROUP_DUPLICATE' });
    await start({ instanceName: 'second' });
    expect(registry.size).toBe(2);
  });

  it('shutdown lets sends under way end, takes no more, and tells every broker', async () => {
    const producer = await start();
    await sim.run(producer.send({ topic: 'T', body: 'warm' }));
    sim.net.link('client', 'broker-a').minMs = 300;
    sim.net.link('client', 'broker-a').maxMs = 300;
    const sending = producer.send({ topic: 'One', body: 'last' });
    const stopping = producer.shutdown();
    expect(await failure(producer.send({ topic: 'One', body: 'late' }))).toMatchObject({ code: 'RMQ_STATE' });
    expect((await sim.run(sending)).sendStatus).toBe('SEND_OK');
    await sim.run(stopping);
    for (const name of ['broker-a', 'broker-b']) {
      const [request] = cluster.broker(name).requests(RequestCode.UNREGISTER_CLIENT);
      expect(UnregisterClientRequestHeader.decode(request!.ext)).toMatchObject({ clientID: '10.0.0.9@7', producerGroup: 'pg' });
    }
  });

  it('shutdown ends although every server is silent, and so does every send', async () => {
    const producer = await start({ sendMsgTimeout: 60_000, maxInFlight: 1 });
    await sim.run(producer.send({ topic: 'One', body: 'warm' }));
    sim.net.partition('client', 'broker-a');
    sim.net.partition('client', 'namesrv');
    const outcomes = Promise.allSettled([1, 2].map((i) => producer.send({ topic: 'One', body: `${i}` })));
    const startedMs = sim.nowMs;
    await sim.run(producer.shutdown({ drainTimeoutMs: 1000 }));
    expect(sim.nowMs - startedMs).toBeLessThan(5000);
    const [under, waiting] = await sim.run(outcomes);
    expect(under).toMatchObject({ status: 'rejected', reason: { retryable: expect.any(Boolean) } });
    expect(waiting).toMatchObject({ status: 'rejected', reason: { code: 'RMQ_SHUTDOWN' } });
    sim.net.healAll();
  });

  it('shutdown turns away sends that wait for a slot, also when the connections live on for others', async () => {
    await start({ producerGroup: 'other' });
    const producer = await start({ maxInFlight: 1, sendMsgTimeout: 2000 });
    let isSilent = true;
    cluster.broker('broker-a').script(RequestCode.SEND_MESSAGE_V2, () => (isSilent ? 'silent' : 'usual'));
    const outcomes = Promise.allSettled(['under way', 'waiting'].map((body) => producer.send({ topic: 'One', body })));
    await sim.runFor(10);
    await sim.run(producer.shutdown({ drainTimeoutMs: 100 }));
    isSilent = false;
    const [, waiting] = await sim.run(outcomes);
    expect(waiting).toMatchObject({ status: 'rejected', reason: { code: 'RMQ_SHUTDOWN' } });
    await sim.runFor(5000);
    expect(cluster.broker('broker-a').log.topic('One')).toEqual([]);
  });

  it('a lost connection is an event, and the next send dials again', async () => {
    const producer = await start();
    const lost: string[] = [];
    producer.on('disconnect', ({ address }) => lost.push(address));
    await sim.run(producer.send({ topic: 'One', body: 'x' }));
    sim.net.cut('client', 'broker-a');
    await sim.runFor(10);
    expect(lost).toContain(cluster.broker('broker-a').address);
    expect((await sim.run(producer.send({ topic: 'One', body: 'x' }))).sendStatus).toBe('SEND_OK');
  });

  it.each([
    [{ producerGroup: undefined }, 'producerGroup: a string is needed'],
    [{ producerGroup: 'DEFAULT_PRODUCER' }, 'can not equal DEFAULT_PRODUCER'],
    [{ producerGroup: 'a b' }, 'illegal characters'],
    [{ sendMsgTimeout: 0 }, 'sendMsgTimeout'],
    [{ sendMsgTimeOut: 3000 }, "Did you mean 'sendMsgTimeout'?"],
    [{ namesrvAddr: 'nonsense' }, "'nonsense' is not host:port"],
  ])('bad options %j are refused when the producer is made', (options, text) => {
    expect(() => new DefaultMQProducer({ producerGroup: 'pg', ...place(), ...(options as object) })).toThrow(text);
  });
});
