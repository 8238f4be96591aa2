/**
 * Reading goes on when the master is dead: unmodified Java consumers and ours take what is left from the slave, with
 * nothing done by hand; their offsets are kept there, and a master that returns sets none of them back.
 */
import { expect, it } from 'vitest';
import { Code, allConsumerOffsets, createTopic, maxQueueOffset, sendMessage, topicNames } from './harness/broker-questions.ts';
import { startConsumerGroup } from './harness/consumer-group.ts';
import type { ConsumerGroup } from './harness/consumer-group.ts';
import { OffsetWatch } from './harness/offset-watch.ts';
import { PROBE_TOPIC, ReplicaPair } from './harness/replica-pair.ts';
import type { Side } from './harness/replica-pair.ts';
import { MAKER, describeInterop } from './harness/servers.ts';
import type { Maker } from './harness/servers.ts';
import { until } from './harness/until.ts';

/** Ours with ours: 30 times and more in e2e/crash/pair.ts. */
const PAIRS: ReadonlyArray<readonly [master: Maker, slave: Maker]> = MAKER === 'java' ? [['java', 'java']] : [['ours', 'java'], ['java', 'ours']];
const TOPIC = 'FailoverTopic';
const QUEUES = 4;
/** A multiple of the queues: each gets as many. */
const BATCH = 200;
const IN_FLIGHT = 20;
const WAIT_MS = 40_000;

describeInterop('reading from the slave of a dead master', () => {
  for (const [master, slave] of PAIRS) {
    it.concurrent(`consumers of Java and ours finish from the slave: master ${master}, slave ${slave}`, async () => {
      await using pair = await ReplicaPair.create({ purpose: `failover-${master}-${slave}`, makers: { master, slave }, namesrvs: [MAKER] });
      await pair.start('master');
      await createTopic(await pair.ask('master'), TOPIC, QUEUES);
      await pair.start('slave');
      await pair.replicating();
      await using java = await startConsumerGroup('java', pair, TOPIC);
      await using ours = await startConsumerGroup('ours', pair, TOPIC);
      const groups = [java, ours];
      await send(pair, 'first');
      await until('both groups have the first', () => haveAll(groups, ['first']), WAIT_MS);

      // What comes now has not been consumed when the master dies.
      for (const group of groups) group.hold();
      await send(pair, 'left');
      await pair.kill('master');
      for (const group of groups) group.goOn();
      await until('both groups have what was left, from the slave', () => haveAll(groups, ['first', 'left']), WAIT_MS);
      await until('their offsets are kept at the slave', () => offsetsAre(2 * BATCH, pair, 'slave', groups), WAIT_MS);

      await using watch = new OffsetWatch(pair);
      await watch.look('slave');
      await pair.start('master');
      await until('their offsets at the returned master', () => offsetsAre(2 * BATCH, pair, 'master', groups), WAIT_MS);
      // Held back until the master serves them: Java's, asked for a message that its slave has served already and its own
      // queue does not show yet, sends the consumer back to 0.
      for (const group of groups) group.hold();
      await send(pair, 'last');
      const wire = await pair.ask('master');
      for (let queueId = 0; queueId < QUEUES; queueId += 1) {
        await until(`queue ${queueId} at the master`, async () => ((await maxQueueOffset(wire, TOPIC, queueId)) === (3 * BATCH) / QUEUES ? true : 'not yet'), WAIT_MS);
      }
      for (const group of groups) group.goOn();
      await until('both groups have all', () => haveAll(groups, ['first', 'left', 'last']), WAIT_MS);
      for (const side of ['master', 'slave'] as const) await until(`their offsets at the ${side}`, () => offsetsAre(3 * BATCH, pair, side, groups), WAIT_MS);
      // Java's slave takes whatever its master says, and Java's master comes back with what it had: no pair of Java's keeps them.
      if (master === 'ours' || slave === 'ours') expect(watch.takeWentBack('slave')).toEqual([]);
      if (master === 'ours') expect(watch.takeWentBack('master')).toEqual([]);
    });
  }
});

const bodiesOf = (prefix: string): string[] => Array.from({ length: BATCH }, (_, i) => `${prefix}-${i}`);

/** Round robin; every answer must be SEND_OK. */
async function send(pair: ReplicaPair, prefix: string): Promise<void> {
  const wire = await pair.ask('master');
  await until('SEND_OK', async () => ((await sendMessage(wire, PROBE_TOPIC, prefix)).code === Code.SUCCESS ? true : 'no slave yet'), WAIT_MS);
  const bodies = bodiesOf(prefix);
  for (let done = 0; done < BATCH; done += IN_FLIGHT) {
    const answers = await Promise.all(bodies.slice(done, done + IN_FLIGHT).map((body, i) => sendMessage(wire, TOPIC, body, { queueId: i % QUEUES })));
    expect(new Set(answers.map((answer) => answer.code))).toEqual(new Set([Code.SUCCESS]));
  }
}

function haveAll(groups: readonly ConsumerGroup[], prefixes: readonly string[]): true | string {
  const lacks = groups.flatMap(({ name, received }) => {
    const missing = prefixes.flatMap(bodiesOf).filter((body) => !received.has(body));
    return missing.length === 0 ? [] : [`${name} lacks ${missing.length} (${missing.slice(0, 3).join(', ')})`];
  });
  return lacks.length === 0 ? true : lacks.join('; ');
}

/** Whether all groups have consumed `total` messages, as their offsets at a broker say. */
async function offsetsAre(total: number, pair: ReplicaPair, side: Side, groups: readonly ConsumerGroup[]): Promise<true | string> {
  const wire = await pair.ask(side);
  if (!(await topicNames(wire)).includes(TOPIC)) return 'the topic is not there yet';
  const table = await allConsumerOffsets(wire);
  const seen = groups.map(({ name }) => [...(table.get(`${TOPIC}@${name}`)?.values() ?? [])]);
  return seen.every((offsets) => offsets.length === QUEUES && offsets.every((offset) => offset === total / QUEUES)) ? true : JSON.stringify(seen);
}
