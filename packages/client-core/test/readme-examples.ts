// The example of README.md, compiled here and run by readme.test.ts.
import { createClient, findPublishInfo, maxOffset } from '../src/index.ts';
import type { Env } from '@rocketmq-ts/kernel';

export async function ask(env: Env, namesrvAddr: string): Promise<number> {
  const client = createClient(env, { clientId: '10.0.0.1@42', nameServers: [namesrvAddr], clientIP: '10.0.0.1', pid: 42 });
  client.start();
  const { queues } = await findPublishInfo(client, 'TopicTest', { createTopicKey: 'TBW102', defaultTopicQueueNums: 4 });
  const address = await client.masterOf(queues[0]!.brokerName, 'TopicTest');
  const end = await maxOffset(client.remoting, address!, queues[0]!, { timeoutMs: 3000 });
  await client.stop();
  return end;
}
