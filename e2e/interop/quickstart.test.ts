/** The main job on real input: Java's own quickstart, 1000 messages in and the same 1000 out. */
import { expect, it } from 'vitest';
import { MAKER, describeInterop, startCluster } from './harness/servers.ts';
import { startClient } from './harness/java-clients.ts';

const COUNT = 1000;

describeInterop(`Java's quickstart against the servers (${MAKER})`, () => {
  it('sends 1000 with SEND_OK and consumes those 1000', async () => {
    await using cluster = await startCluster(MAKER, { purpose: 'quickstart' });
    const producer = startClient(cluster, 'org.apache.rocketmq.example.quickstart.Producer');
    expect(await producer.waitForExit(120_000), producer.tail()).toBe(0);
    const sent = [...producer.output.matchAll(/^SendResult \[sendStatus=(\w+), msgId=([0-9A-F]{32}), offsetMsgId=([0-9A-F]{32})/gm)];
    expect(sent.length).toBe(COUNT);
    expect(new Set(sent.map((match) => match[1]))).toEqual(new Set(['SEND_OK']));
    expect(new Set(sent.map((match) => match[3])).size).toBe(COUNT);

    const consumer = startClient(cluster, 'org.apache.rocketmq.example.quickstart.Consumer');
    try {
      const consumed = await consumer.waitUntil((output) => (consumedIds(output).length >= COUNT ? consumedIds(output) : undefined), 60_000, `${COUNT} messages`);
      const ids = new Set(consumed);
      expect(sent.filter((match) => !ids.has(match[3] ?? '')).map((match) => match[0]), 'sent but not consumed').toEqual([]);
      expect(consumed.length, 'each message once').toBe(COUNT);
    } finally {
      await consumer.stop();
    }

    // The broadcasting example has its own group and a tag list; all of quickstart's messages bear TagA.
    const broadcast = startClient(cluster, 'org.apache.rocketmq.example.broadcast.PushConsumer');
    try {
      const seen = await broadcast.waitUntil((output) => (consumedIds(output).length >= COUNT ? consumedIds(output) : undefined), 60_000, `${COUNT} messages`);
      expect(new Set(seen).size).toBe(COUNT);
    } finally {
      await broadcast.stop();
    }
  });
});

/** What MessageExt prints as msgId is the offset message id. */
function consumedIds(output: string): string[] {
  return [...output.matchAll(/Receive New Messages: \[MessageExt \[.*?msgId=([0-9A-F]{32}),/g)].map((match) => match[1] ?? '');
}
