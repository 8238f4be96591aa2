import { readFileSync } from 'node:fs';
import { FakeCluster } from '../src/testing/index.ts';
import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { expect, it } from 'vitest';
import * as examples from './readme-examples.ts';

it('the example is the one that is compiled', () => {
  const compiled = readFileSync(new URL('./readme-examples.ts', import.meta.url), 'utf8').replaceAll('[namesrvAddr]', "['127.0.0.1:9876']").split('\n').map((line) => line.trim());
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const lines = [...readme.matchAll(/```ts\n([^]*?)```/g)].flatMap((match) => match[1]!.trim().split('\n'));
  expect(lines).toHaveLength(6);
  for (const line of lines) expect(compiled).toContain(line.trim());
});

it('it does what it says', async () => {
  const sim = createSimulation(1);
  const cluster = new FakeCluster(sim);
  await sim.run(cluster.start(['broker-a'], { TopicTest: { brokers: ['broker-a'], queues: 4 } }));
  cluster.broker('broker-a').fill('TopicTest', 0, 3);
  expect(await sim.run(examples.ask(sim.host('client').env, cluster.namesrvAddr))).toBe(3);
  await sim.run(cluster.stop());
});
