import { readFileSync } from 'node:fs';
import { FakeCluster } from '@rocketmq-ts/client-core/testing';
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
  const printed: unknown[][] = [];
  vi.spyOn(console, 'log').mockImplementation((...words) => void printed.push(words));
  const sim = createSimulation(1);
  const cluster = new FakeCluster(sim);
  await sim.run(cluster.start(['broker-a'], { TopicTest: { brokers: ['broker-a'], queues: 1 }, Orders: { brokers: ['broker-a'], queues: 1 } }));
  const config = { namesrvAddr: cluster.namesrvAddr, env: sim.host('client').env };
  cluster.broker('broker-a').fill('TopicTest', 0, 1, { prefix: 'yes', tags: 'TagA' });
  cluster.broker('broker-a').fill('TopicTest', 0, 1, { prefix: 'no', tags: 'TagC' });
  const first = await sim.run(examples.consume(config));
  await sim.runUntil(() => printed.length > 0);
  expect(printed).toEqual([['TopicTest-0-0', 'TagA', 'yes0']]);
  const charged: number[] = [];
  const second = await sim.run(examples.more(config, async ({ id }) => void charged.push(id)));
  cluster.broker('broker-a').put({ topic: 'Orders', queueId: 0, body: Buffer.from('{"id":7}') });
  await sim.runUntil(() => charged.length === 1);
  expect(charged).toEqual([7]);
  expect(printed).toContainEqual(['Orders', 1, 'queues are ours']);
  await sim.run(Promise.all([first.shutdown(), second.shutdown()]));
  await sim.run(cluster.stop());
  vi.restoreAllMocks();
});
