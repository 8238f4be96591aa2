import { ClientRegistry } from '@rocketmq-ts/client-core';
import { FakeCluster } from '@rocketmq-ts/client-core/testing';
import { createSimulation, type Simulation } from '@rocketmq-ts/kernel/sim';
import { createResponse, decodeProperties, RequestCode, ResponseCode, SendMessageRequestHeaderV2 } from '@rocketmq-ts/remoting-protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DefaultMQProducer, type DefaultMQProducerOptions, type SendResult } from './index.ts';

let sim: Simulation;
let cluster: FakeCluster;
let made: DefaultMQProducer[];

beforeEach(async () => {
  sim = createSimulation(6);
  cluster = new FakeCluster(sim);
  await sim.run(
    cluster.start(['broker-a', 'broker-a-s', 'broker-b', 'broker-b-s'], {
      T: { brokers: ['broker-a', 'broker-b'], queues: 2 },
      OnlyA: { brokers: ['broker-a'], queues: 2 },
    }),
  );
  for (const name of ['broker-a', 'broker-b']) cluster.replicate(name, `${name}-s`);
  made = [];
});

afterEach(async () => {
  sim.net.healAll();
  await sim.run(Promise.all(made.map((producer) => producer.shutdown())));
  await sim.run(cluster.stop());
});

async function start(options: Partial<DefaultMQProducerOptions> = {}): Promise<DefaultMQProducer> {
  const { env } = sim.host('client');
  const host = { pid: 7, localAddress: '10.0.0.9', homeFolder: '/home/x', namesrvAddr: undefined, writeLine: () => undefined };
  const producer = new DefaultMQProducer({ producerGroup: 'pg', namesrvAddr: cluster.namesrvAddr, env, registry: new ClientRegistry(env), host, ...options });
  made.push(producer);
  return sim.run(producer.start());
}

const send = (producer: DefaultMQProducer, topic = 'T'): Promise<SendResult> => sim.run(producer.send({ topic, body: 'x' }));
const sends = (name: string) => cluster.broker(name).requests(RequestCode.SEND_MESSAGE_V2);

describe('a master that is killed', () => {
  it('costs no send: those under way and those that follow go to the other broker name, none to a slave', async () => {
    const producer = await start();
    for (let i = 0; i < 4; i += 1) await send(producer);
    const underWay = Promise.all(Array.from({ length: 20 }, () => producer.send({ topic: 'T', body: 'x' })));
    cluster.killMaster('broker-a');
    const results = [...(await sim.run(underWay))];
    for (let i = 0; i < 4; i += 1) results.push(await send(producer));
    expect(results.every(({ sendStatus }) => sendStatus === 'SEND_OK')).toBe(true);
    await sim.runFor(1000);
    const before = sends('broker-b').length;
    for (let i = 0; i < 4; i += 1) await send(producer);
    // The route is known by now: every one went right to the living master.
    expect(sends('broker-b').length - before).toBe(4);
    expect([sends('broker-a-s').length, sends('broker-b-s').length]).toEqual([0, 0]);
  });

  it('is sent to again within seconds after its return', async () => {
    const producer = await start();
    await send(producer);
    cluster.killMaster('broker-a');
    await sim.runFor(60_000);
    await sim.run(cluster.restartMaster('broker-a'));
    await sim.runFor(5500);
    const names = new Set<string>();
    for (let i = 0; i < 4; i += 1) names.add((await send(producer)).messageQueue.brokerName);
    expect([...names].sort()).toEqual(['broker-a', 'broker-b']);
  });

  it('and was the topic’s only one: the error says that its master is away', async () => {
    const producer = await start();
    await send(producer, 'OnlyA');
    cluster.killMaster('broker-a');
    await sim.runFor(1000);
    const error = await sim.run(producer.send({ topic: 'OnlyA', body: 'x' }).catch((failure: unknown) => failure));
    expect(error).toMatchObject({ code: 'RMQ_NO_ROUTE', reason: 'no-usable-queue', retryable: true, hint: expect.stringContaining("its broker's master is away") });
    expect(sends('broker-a-s')).toHaveLength(0);
  });
});

describe('the answers of a replicating master', () => {
  const answer = (name: string, code: number): void =>
    cluster.broker(name).script(RequestCode.SEND_MESSAGE_V2, (request) => {
      const response = createResponse(request, code);
      response.extFields = new Map([['msgId', name], ['queueId', '1'], ['queueOffset', '7']]);
      return response;
    });

  it.each([
    [ResponseCode.FLUSH_SLAVE_TIMEOUT, 'FLUSH_SLAVE_TIMEOUT'],
    [ResponseCode.SLAVE_NOT_AVAILABLE, 'SLAVE_NOT_AVAILABLE'],
    [ResponseCode.FLUSH_DISK_TIMEOUT, 'FLUSH_DISK_TIMEOUT'],
  ])('%d is a result: the message is stored', async (code, sendStatus) => {
    answer('broker-a', code);
    const producer = await start();
    const result = await send(producer, 'OnlyA');
    expect(result).toMatchObject({ sendStatus, offsetMsgId: 'broker-a', queueOffset: 7, messageQueue: { brokerName: 'broker-a', queueId: 1 } });
    expect(sends('broker-a')).toHaveLength(1);
  });

  it('retryAnotherBrokerWhenNotStoreOK looks for a broker name whose slave has the message', async () => {
    answer('broker-a', ResponseCode.SLAVE_NOT_AVAILABLE);
    const producer = await start({ retryAnotherBrokerWhenNotStoreOK: true });
    for (let i = 0; i < 3; i += 1) expect(await send(producer)).toMatchObject({ sendStatus: 'SEND_OK', messageQueue: { brokerName: 'broker-b' } });
    answer('broker-b', ResponseCode.FLUSH_SLAVE_TIMEOUT);
    expect(['SLAVE_NOT_AVAILABLE', 'FLUSH_SLAVE_TIMEOUT']).toContain((await send(producer)).sendStatus);
  });

  it('need not be waited for: waitStoreMsgOK=false goes along, with single messages and batches', async () => {
    const producer = await start();
    await sim.run(producer.send({ topic: 'OnlyA', body: 'x', waitStoreMsgOK: false }));
    await sim.run(producer.send([{ topic: 'OnlyA', body: 'x', waitStoreMsgOK: false }]));
    await send(producer, 'OnlyA');
    const requests = [...sends('broker-a'), ...cluster.broker('broker-a').requests(RequestCode.SEND_BATCH_MESSAGE)];
    expect(requests.map(({ ext }) => decodeProperties(SendMessageRequestHeaderV2.decode(ext).properties ?? '').get('WAIT'))).toEqual(['false', 'true', 'false']);
  });
});
