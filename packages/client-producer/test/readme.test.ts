import { readFileSync } from 'node:fs';
import { FakeCluster } from '@rocketmq-ts/client-core/testing';
import { DefaultMQProducer } from '../src/index.ts';
import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { expect, it, vi } from 'vitest';
import * as examples from './readme-examples.ts';

it('the examples are those that are compiled', () => {
  const compiled = new Set(readFileSync(new URL('./readme-examples.ts', import.meta.url), 'utf8').split('\n').map((line) => line.trim()));
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const lines = [...readme.matchAll(/```ts\n([^]*?)```/g)].flatMap((match) => match[1]!.split('\n')).map((line) => line.trim());
  expect(lines.length).toBeGreaterThan(15);
  for (const line of lines) if (line !== '' && !line.startsWith('const config =')) expect(compiled, line).toContain(line);
});

it('they do what they say', async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const sim = createSimulation(1);
  const cluster = new FakeCluster(sim);
  await sim.run(cluster.start(['broker-a'], { TopicTest: { brokers: ['broker-a'], queues: 4 } }));
  const config = { namesrvAddr: cluster.namesrvAddr, env: sim.host('client').env };
  expect(await sim.run(examples.send(config))).toMatch(/^SendResult \[sendStatus=SEND_OK, msgId=[0-9A-F]+, /);
  const producer = await sim.run(new DefaultMQProducer({ producerGroup: 'p', ...config }).start());
  await sim.run(examples.ways(producer));
  await sim.runFor(10);
  expect(cluster.broker('broker-a').log.topic('TopicTest').map((message) => message.body.toString()).sort()).toEqual(['Hello RocketMQ', 'first', 'log line', 'one', 'pay', 'soon', 'two']);
  expect(await sim.run(examples.errors(producer))).toBe('topic-absent');
  await sim.run(producer.shutdown());
  await sim.run(cluster.stop());
  vi.restoreAllMocks();
});
