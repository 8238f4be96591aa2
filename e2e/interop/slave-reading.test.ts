/**
 * Reading goes on when the master is dead: unmodified Java consumers and ours take what is left from the slave, with
 * nothing done by hand; their offsets are kept there, and a master that returns sets none of them back.
 */
import { ConsumeConcurrentlyStatus, DefaultMQPushConsumer } from '@rocketmq-ts/client-consumer';
import { silentLog } from '@rocketmq-ts/kernel';
import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import type { ChildProgram } from '@rocketmq-ts/testkit';
import { afterEach, expect, it } from 'vitest';
import { Code, allConsumerOffsets, createTopic, sendMessage, topicNames } from './harness/broker-questions.ts';
import type { SendAnswer } from './harness/broker-questions.ts';
import { receivedBy, startReceiver, stopReceiver } from './harness/java-clients.ts';
import { PROBE_TOPIC, ReplicaPair } from './harness/replica-pair.ts';
import type { Side } from './harness/replica-pair.ts';
import { MAKER, describeInterop } from './harness/servers.ts';
import type { Maker } from './harness/servers.ts';
import { until } from './harness/until.ts';

const PAIRS: ReadonlyArray<readonly [master: Maker, slave: Maker]> = MAKER === 'java' ? [['java', 'java']] : [['ours', 'java'], ['java', 'ours']];
const TOPIC = 'FailoverTopic';
const QUEUES = 4;
const GROUPS = { java: 'failover_java', ours: 'failover_ours' } as const;
/** A multiple of the queues: each gets as many. */
const BATCH = 200;
const EAGER_MS = 500;
const WAIT_MS = 40_000;

describeInterop('reading from the slave of a dead master', () => {
  const cleanUp: Array<() => unknown> = [];

  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  });

  for (const [master, slave] of PAIRS) {
    it(`consumers of Java and ours finish from the slave: master ${master}, slave ${slave}`, async () => {
      const pair = await ReplicaPair.create({ purpose: `failover-${master}-${slave}`, makers: { master, slave } });
      cleanUp.push(() => pair[Symbol.asyncDispose]());
      await pair.start('master');
      await createTopic(await pair.ask('master'), TOPIC, QUEUES);
      await pair.start('slave');
      await pair.replicating();

      const java = await startJavaConsumer(pair);
      const { consumer, bodies } = await startOurConsumer(pair);
      await send(pair, 'first');
      await until('both have the first', () => missing({ java: receivedBy(java), ours: bodies }, ['first']), WAIT_MS);

      // What comes now is not consumed before the master is dead: Java's consumer sleeps, ours holds still.
      process.kill(java.pid, 'SIGSTOP');
      consumer.pause();
      await send(pair, 'left');
      await pair.kill('master');
      process.kill(java.pid, 'SIGCONT');
      consumer.resume();
      await until('both have what was left, from the slave', () => missing({ java: receivedBy(java), ours: bodies }, ['first', 'left']), WAIT_MS);
      await offsetsAt(pair, 'slave', 2 * BATCH);

      const watch = new OffsetWatch();
      await watch.look(pair, 'slave');
      await pair.start('master');
      await until('the offsets at the returned master', async () => await offsetsReach(pair, 'master', 2 * BATCH), WAIT_MS);
      await send(pair, 'last');
      await until('both have all', () => missing({ java: receivedBy(java), ours: bodies }, ['first', 'left', 'last']), WAIT_MS);
      for (const side of ['master', 'slave'] as const) await until(`${side}: all consumed`, async () => {
        await watch.look(pair, 'slave');
        return await offsetsReach(pair, side, 3 * BATCH);
      }, WAIT_MS);
      // Java's slave takes whatever its master says; ours keeps what is ahead of it.
      if (slave === 'ours' || master === 'ours') expect(watch.wentBack).toEqual([]);
    });
  }

  async function startJavaConsumer(pair: ReplicaPair): Promise<ChildProgram> {
    const place = { home: pair.home, namesrvAddr: pair.namesrvAddr };
    const wanted = { topic: TOPIC, group: GROUPS.java, model: 'CLUSTERING', expression: '*' } as const;
    const program = await startReceiver(place, wanted, { systemProperties: { 'interop.eager': String(EAGER_MS) } });
    cleanUp.push(() => stopReceiver(program));
    return program;
  }

  async function startOurConsumer(pair: ReplicaPair): Promise<{ readonly consumer: DefaultMQPushConsumer; readonly bodies: string[] }> {
    const bodies: string[] = [];
    const consumer = new DefaultMQPushConsumer({
      consumerGroup: GROUPS.ours,
      namesrvAddr: pair.namesrvAddr,
      subscriptions: { [TOPIC]: '*' },
      consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
      pollNameServerInterval: EAGER_MS,
      persistConsumerOffsetInterval: EAGER_MS,
      env: createNodeEnv({ log: silentLog }),
      handler: (messages) => {
        for (const message of messages) bodies.push(message.string());
        return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
      },
    });
    await consumer.start();
    cleanUp.push(() => consumer.shutdown());
    return { consumer, bodies };
  }
});

const bodiesOf = (prefix: string): string[] => Array.from({ length: BATCH }, (_, i) => `${prefix}-${i}`);

/** Round robin; every answer must be SEND_OK. */
async function send(pair: ReplicaPair, prefix: string): Promise<void> {
  const wire = await pair.ask('master');
  await until('SEND_OK again', async () => ((await sendMessage(wire, PROBE_TOPIC, prefix)).code === Code.SUCCESS ? true : 'no slave yet'), WAIT_MS);
  const answers: SendAnswer[] = await Promise.all(bodiesOf(prefix).map((body, i) => sendMessage(wire, TOPIC, body, { queueId: i % QUEUES })));
  expect(new Set(answers.map((answer) => answer.code))).toEqual(new Set([Code.SUCCESS]));
}

function missing(received: Readonly<Record<string, readonly string[]>>, prefixes: readonly string[]): true | string {
  const wanted = prefixes.flatMap(bodiesOf);
  const lacks = Object.entries(received).map(([who, bodies]) => {
    const had = new Set(bodies);
    return [who, wanted.filter((body) => !had.has(body))] as const;
  });
  if (lacks.every(([, bodies]) => bodies.length === 0)) return true;
  return lacks.map(([who, bodies]) => `${who} lacks ${bodies.length} (${bodies.slice(0, 3).join(', ')})`).join('; ');
}

async function offsetsAt(pair: ReplicaPair, side: Side, total: number): Promise<void> {
  await until(`offsets of both groups at the ${side} reach ${total}`, () => offsetsReach(pair, side, total), WAIT_MS);
}

/** Whether both groups have consumed `total` messages, as their offsets at a broker say. */
async function offsetsReach(pair: ReplicaPair, side: Side, total: number): Promise<true | string> {
  const wire = await pair.ask(side);
  if (!(await topicNames(wire)).includes(TOPIC)) return 'the topic is not there yet';
  const table = await allConsumerOffsets(wire);
  const seen = Object.values(GROUPS).map((group) => [...(table.get(`${TOPIC}@${group}`)?.values() ?? [])]);
  return seen.every((offsets) => offsets.length === QUEUES && offsets.every((offset) => offset === total / QUEUES)) ? true : JSON.stringify(seen);
}

/** Remembers the furthest offset of each queue of each group, and where one was lower later. */
class OffsetWatch {
  readonly wentBack: string[] = [];
  readonly #furthest = new Map<string, number>();

  async look(pair: ReplicaPair, side: Side): Promise<void> {
    for (const [name, queues] of await allConsumerOffsets(await pair.ask(side))) {
      for (const [queueId, offset] of queues) {
        const key = `${side} ${name} ${queueId}`;
        const furthest = this.#furthest.get(key) ?? 0;
        if (offset < furthest) this.wentBack.push(`${key}: ${furthest} then ${offset}`);
        else this.#furthest.set(key, offset);
      }
    }
  }
}
