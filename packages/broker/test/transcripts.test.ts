import { checkTranscript } from '@rocketmq-ts/testkit';
import { it } from 'vitest';

import { runCommand } from './broker-commands.ts';
import { BrokerWorld } from './broker-world.ts';

const file = (name: string): URL => new URL(`./transcripts/${name}.txt`, import.meta.url);

it.each(['send', 'pull', 'clients', 'topics', 'groups', 'offsets', 'config', 'not-supported'])('%s', async (name) => {
  const world = await new BrokerWorld().start();
  await checkTranscript(file(name), (line) => runCommand(world, line));
  await world.stop();
});
