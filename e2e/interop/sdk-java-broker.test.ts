/**
 * Our producer and push consumer against the servers of Java 4.6.0: what they send, share, take over, broadcast and
 * give back, beside Java's own clients. Consumers run as processes of their own where processes matter.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConsumeConcurrentlyStatus, DefaultMQPushConsumer, type ReceivedMessage } from '@rocketmq-ts/client-consumer';
import { DefaultMQProducer, type SendResult } from '@rocketmq-ts/client-producer';
import { ChildProgram } from '@rocketmq-ts/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mqadmin, readTopic, receivedBy, startClient, startReceiver, stopMqadmin, stopReceiver } from './harness/java-clients.ts';
import { type Cluster, describeInterop, startCluster } from './harness/servers.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WAIT_MS = 60_000;

/** A push consumer as a program: one line per message, ended in order by SIGTERM. */
const CONSUMER_PROGRAM = `
import { DefaultMQPushConsumer } from '@rocketmq-ts/client-consumer';
const [namesrvAddr, consumerGroup, topic, model] = process.argv.slice(1);
const consumer = new DefaultMQPushConsumer({
  consumerGroup, namesrvAddr, model, subscriptions: { [topic]: '*' }, consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
  localOffsetStoreDir: process.env.HOME + '/.rocketmq_offsets',
  handler: (messages) => { for (const message of messages) console.log('got ' + message.queueId + ' ' + message.string()); },
});
consumer.on('rebalance', (event) => { if (event.topic === topic) console.log('queues ' + event.assigned.map((mq) => mq.queueId).join(',')); });
process.once('SIGTERM', () => void consumer.shutdown().then(() => console.log('consumer stopped')));
await consumer.start();
console.log('consumer started ' + consumer.clientId);
`;

describeInterop('our clients with the servers of Java 4.6.0', () => {
  const started: Cluster[] = [];
  const programs: ChildProgram[] = [];
  let cluster: Cluster;
  let producer: DefaultMQProducer;

  beforeAll(async () => {
    started.push((cluster = await startCluster('java', { purpose: 'sdk', config: { messageDelayLevel: '1s 1s 1s 1s 1s' } })));
    producer = await new DefaultMQProducer({ producerGroup: 'sdk_producer', namesrvAddr: cluster.namesrvAddr }).start();
  });

  afterAll(async () => {
    await producer?.shutdown();
    for (const program of programs) program.kill();
    await stopMqadmin(cluster);
    for (const one of started) await one[Symbol.asyncDispose]();
  });

  async function startConsumer(group: string, topic: string, model: 'CLUSTERING' | 'BROADCASTING', name: string): Promise<ChildProgram> {
    const home = join(cluster.home, name);
    mkdirSync(home, { recursive: true });
    const program = new ChildProgram({
      name,
      command: process.execPath,
      args: ['--conditions=@rocketmq-ts/source', '--import', 'tsx', '--input-type=module', '--eval', CONSUMER_PROGRAM, cluster.namesrvAddr, group, topic, model],
      cwd: join(ROOT, 'e2e'),
      env: { HOME: home, NAMESRV_ADDR: undefined },
    });
    programs.push(program);
    await program.waitForOutput(/^consumer started/m, WAIT_MS);
    return program;
  }

  const bodiesOf = (program: ChildProgram): string[] => [...program.output.matchAll(/^got \d+ (.*)$/gm)].map((match) => match[1]!);
  const queuesOf = (program: ChildProgram): string => [...program.output.matchAll(/^queues (.*)$/gm)].at(-1)?.[1] ?? '';

  async function sendAll(topic: string, prefix: string, count: number): Promise<SendResult[]> {
    const results: SendResult[] = [];
    for (let i = 0; i < count; i += 1) results.push(await producer.send({ topic, tags: i % 2 === 0 ? 'even' : 'odd', keys: `${prefix}${i}`, body: `${prefix}-${i}` }));
    return results;
  }

  async function until(what: string, condition: () => boolean): Promise<void> {
    const deadline = Date.now() + WAIT_MS;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`not within ${WAIT_MS} ms: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const names = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}-${i}`).sort();

  it('1000 messages are SEND_OK, lie where the answers say, and Java’s consumers get them', async () => {
    const results = await sendAll('SdkTopic', 'm', 1000);
    expect(new Set(results.map((result) => result.sendStatus))).toEqual(new Set(['SEND_OK']));
    const stored = await readTopic(cluster, 'SdkTopic');
    expect(stored.map((message) => message.body).sort()).toEqual(names('m', 1000));
    const places = new Map(stored.map((message) => [message.offsetMsgId, message]));
    results.forEach((result, i) =>
      expect(places.get(result.offsetMsgId)).toEqual({ body: `m-${i}`, queueId: result.messageQueue.queueId, queueOffset: result.queueOffset, offsetMsgId: result.offsetMsgId }),
    );
    const receiver = await startReceiver(cluster, { topic: 'SdkTopic', group: 'java_group', model: 'CLUSTERING', expression: 'odd' });
    try {
      await until('500 odd messages', () => receivedBy(receiver).length >= 500);
      expect(receivedBy(receiver).sort()).toEqual(names('m', 1000).filter((body) => Number(body.slice(2)) % 2 === 1));
    } finally {
      await stopReceiver(receiver);
    }
  });

  it('ids, keys, properties, batches and compressed bodies mean to Java what they mean to us', async () => {
    const [one] = await sendAll('SdkDetails', 'd', 1);
    const byKey = await mqadmin(cluster, 'queryMsgByKey', '-t', 'SdkDetails', '-k', 'd0');
    expect(byKey).toContain(one!.msgId);
    const byId = await mqadmin(cluster, 'queryMsgById', '-i', one!.offsetMsgId);
    expect(byId).toMatch(/Keys: +\[d0\]/);
    const batch = await producer.send(Array.from({ length: 5 }, (_, i) => ({ topic: 'SdkDetails', body: `batch-${i}` })));
    const big = await producer.send({ topic: 'SdkDetails', body: `big-0-${'z'.repeat(20_000)}` }, { queue: batch.messageQueue });
    const stored = new Map((await readTopic(cluster, 'SdkDetails')).map((message) => [message.offsetMsgId, message]));
    expect(batch.offsetMsgId.split(',').map((id) => stored.get(id)?.body)).toEqual(names('batch', 5));
    expect(big.messageQueue).toEqual(batch.messageQueue);
    expect(stored.get(big.offsetMsgId)!.body).toBe('big-0:20006');
  });

  it('our consumer gets what Java’s quickstart producer sends, in the language and version Java shows for it', async () => {
    const got: ReceivedMessage[] = [];
    const consumer = await new DefaultMQPushConsumer({
      consumerGroup: 'sdk_quickstart',
      namesrvAddr: cluster.namesrvAddr,
      subscriptions: { TopicTest: 'TagA || TagB' },
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      handler: (messages) => void got.push(...messages),
    }).start();
    try {
      const java = startClient(cluster, 'org.apache.rocketmq.example.quickstart.Producer');
      expect(await java.waitForExit(WAIT_MS)).toBe(0);
      // The topic was made after the subscription: it is taken up with the next look at the routes.
      await until('1000 messages', () => got.length >= 1000);
      expect(got.map((message) => message.string()).sort()).toEqual(Array.from({ length: 1000 }, (_, i) => `Hello RocketMQ ${i}`).sort());
      expect(String(got[0])).toMatch(/^MessageExt \[queueId=\d, storeSize=\d+, .*TAGS=TagA.*transactionId='null'\}\]$/);
      const connection = await mqadmin(cluster, 'consumerConnection', '-g', 'sdk_quickstart');
      expect(connection).toMatch(/OTHER +V4_6_0/);
      expect(connection).toContain('TopicTest');
      const progress = await mqadmin(cluster, 'consumerStatus', '-g', 'sdk_quickstart', '-i', consumer.clientId);
      expect(progress).toContain('#Consumer MQ Detail#');
    } finally {
      await consumer.shutdown();
    }
    const left = await mqadmin(cluster, 'consumerProgress', '-g', 'sdk_quickstart');
    expect(left).toMatch(/Diff Total: 0/);
  });

  it('two processes share the queues; when one is killed the other takes over, and no message is lost', async () => {
    await sendAll('SdkShare', 'first', 1);
    const one = await startConsumer('sdk_share', 'SdkShare', 'CLUSTERING', 'share-one');
    const two = await startConsumer('sdk_share', 'SdkShare', 'CLUSTERING', 'share-two');
    await until('two queues each', () => queuesOf(one).length === 3 && queuesOf(two).length === 3);
    await sendAll('SdkShare', 'both', 200);
    const all = (): Set<string> => new Set([...bodiesOf(one), ...bodiesOf(two)]);
    await until('200 messages', () => all().size === 201);
    expect(bodiesOf(one).filter((body) => body.startsWith('both')).length).toBe(100);
    expect(bodiesOf(two).filter((body) => body.startsWith('both')).length).toBe(100);
    two.kill();
    await sendAll('SdkShare', 'after', 200);
    await until('200 messages at one', () => bodiesOf(one).filter((body) => body.startsWith('after')).length >= 200);
    expect(new Set(bodiesOf(one).filter((body) => body.startsWith('after')))).toEqual(new Set(names('after', 200)));
    expect(queuesOf(one)).toBe('0,1,2,3');
    expect(await one.stop()).toBe(0);
    expect(one.output).toContain('consumer stopped');
    expect(await mqadmin(cluster, 'consumerProgress', '-g', 'sdk_share')).toMatch(/Diff Total: 0/);
  });

  it('our consumer and Java’s share a group: each message comes once', async () => {
    await sendAll('SdkMixed', 'first', 1);
    const java = await startReceiver(cluster, { topic: 'SdkMixed', group: 'sdk_mixed', model: 'CLUSTERING', expression: '*' }, { instance: 'java' });
    try {
      const ours = await startConsumer('sdk_mixed', 'SdkMixed', 'CLUSTERING', 'mixed-ours');
      await until('two queues', () => queuesOf(ours).length === 3);
      // Java divides anew when the broker tells it; give it that moment before the count begins.
      await new Promise((resolve) => setTimeout(resolve, 2000));
      await sendAll('SdkMixed', 'mix', 100);
      await until('100 messages', () => receivedBy(java).filter((body) => body.startsWith('mix')).length + bodiesOf(ours).filter((body) => body.startsWith('mix')).length >= 100);
      expect([...receivedBy(java), ...bodiesOf(ours)].filter((body) => body.startsWith('mix')).sort()).toEqual(names('mix', 100));
      expect(bodiesOf(ours).filter((body) => body.startsWith('mix')).length).toBe(50);
      await ours.stop();
    } finally {
      await stopReceiver(java);
    }
  });

  it('BROADCASTING: every process gets everything, and after a restart only what is new', async () => {
    await sendAll('SdkCast', 'c', 20);
    const one = await startConsumer('sdk_cast', 'SdkCast', 'BROADCASTING', 'cast-one');
    const two = await startConsumer('sdk_cast', 'SdkCast', 'BROADCASTING', 'cast-two');
    await until('20 messages each', () => bodiesOf(one).length >= 20 && bodiesOf(two).length >= 20);
    expect([bodiesOf(one).sort(), bodiesOf(two).sort()]).toEqual([names('c', 20), names('c', 20)]);
    await one.stop();
    await sendAll('SdkCast', 'new', 10);
    const again = await startConsumer('sdk_cast', 'SdkCast', 'BROADCASTING', 'cast-one');
    await until('10 messages', () => bodiesOf(again).length >= 10 && bodiesOf(two).length >= 30);
    expect(bodiesOf(again).sort()).toEqual(names('new', 10));
    await again.stop();
    await two.stop();
  });

  it('a message that fails goes back to the broker and comes again, at last into the dead-letter queue', async () => {
    await sendAll('SdkRetry', 'r', 2);
    const seen: string[] = [];
    const consumer = await new DefaultMQPushConsumer({
      consumerGroup: 'sdk_retry',
      namesrvAddr: cluster.namesrvAddr,
      subscriptions: { SdkRetry: '*' },
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      maxReconsumeTimes: 2,
      handler: ([message]) => {
        seen.push(`${message!.string()}/${message!.reconsumeTimes}/${message!.topic}`);
        if (message!.string() === 'r-0') throw new Error('never');
        return message!.reconsumeTimes === 0 ? ConsumeConcurrentlyStatus.RECONSUME_LATER : ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
      },
    }).start();
    try {
      await until('five calls', () => seen.length >= 5);
      expect(seen.sort()).toEqual(['r-0/0/SdkRetry', 'r-0/1/SdkRetry', 'r-0/2/SdkRetry', 'r-1/0/SdkRetry', 'r-1/1/SdkRetry']);
    } finally {
      await consumer.shutdown();
    }
    await expect.poll(() => mqadmin(cluster, 'topicStatus', '-t', '%DLQ%sdk_retry'), { timeout: WAIT_MS }).toMatch(/broker-a +0 +0 +1 /);
  });
});
