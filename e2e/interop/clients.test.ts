/** Every way in which Java clients send and receive, with both header types, against the servers under test. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChildProgram } from '@rocketmq-ts/testkit';
import { MAKER, describeInterop, startCluster } from './harness/servers.ts';
import type { Cluster } from './harness/servers.ts';
import { readTopic, receivedBy, send, startClient, startReceiver, stopReceiver } from './harness/java-clients.ts';
import type { SendMode } from './harness/java-clients.ts';

const RECEIVE_TIMEOUT_MS = 60_000;

for (const headerType of ['JSON', 'ROCKETMQ'] as const) {
  describeInterop(`Java clients with ${headerType} headers (servers: ${MAKER})`, () => {
    const started: Cluster[] = [];
    let cluster: Cluster;
    beforeAll(async () => {
      // Servers with the other header type than the clients: every frame says itself which it is.
      started.push((cluster = await startCluster(MAKER, { purpose: 'clients', headerType: headerType === 'JSON' ? 'ROCKETMQ' : 'JSON' })));
    });
    afterAll(async () => {
      for (const one of started) await one[Symbol.asyncDispose]();
    });

    for (const [mode, count] of [['sync', 30], ['async', 200], ['oneway', 50], ['batch', 50], ['big', 5]] as ReadonlyArray<readonly [SendMode, number]>) {
      it(`${mode}: ${count} messages are stored where their answers say`, async () => {
        const topic = `Interop_${mode}`;
        const sent = await send(cluster, topic, count, mode, mode, { headerType });
        const stored = await readTopic(cluster, topic, { headerType });
        const bodyOf = (number: number): string => (mode === 'big' ? `big-${number}:${`big-${number}-`.length + 32_000}` : `${mode}-${number}`);
        expect(stored.map((message) => message.body).sort()).toEqual(Array.from({ length: count }, (_, number) => bodyOf(number)).sort());
        if (mode === 'oneway') return;
        expect(new Set(sent.map((message) => message.status))).toEqual(new Set(['SEND_OK']));
        const places = new Map(stored.map((message) => [message.offsetMsgId, message]));
        for (const { body, queueId, queueOffset, offsetMsgId } of sent) {
          // A batch answers the ids of all its messages and the queue offset of its first.
          const ids = offsetMsgId.split(',');
          expect(places.get(ids[0] ?? '')).toEqual({ body, queueId, queueOffset, offsetMsgId: ids[0] });
          ids.forEach((id, index) => expect(places.get(id)?.queueOffset, `${body} + ${index}`).toBe(queueOffset + index));
        }
      });
    }

    it('a consumer with a tag gets the matching messages only, a late one by long polling', async () => {
      await send(cluster, 'Interop_tags', 20, 'sync', 'early', { headerType });
      const receiver = await startReceiver(cluster, { topic: 'Interop_tags', group: 'tag_group', model: 'CLUSTERING', expression: 'odd' }, { headerType });
      try {
        await waitForCount(receiver, 10);
        await send(cluster, 'Interop_tags', 4, 'sync', 'late', { headerType });
        await waitForCount(receiver, 12);
        const odd = (prefix: string, count: number): string[] => Array.from({ length: count / 2 }, (_, half) => `${prefix}-${2 * half + 1}`);
        expect(receivedBy(receiver).sort()).toEqual([...odd('early', 20), ...odd('late', 4)].sort());
      } finally {
        await stopReceiver(receiver);
      }
    });

    it('two consumers of a group share the queues, and each message comes once', async () => {
      await send(cluster, 'Interop_group', 1, 'sync', 'first', { headerType });
      const wanted = { topic: 'Interop_group', group: 'share_group', model: 'CLUSTERING', expression: '*' } as const;
      const receivers = [
        await startReceiver(cluster, wanted, { headerType, instance: 'one' }),
        await startReceiver(cluster, wanted, { headerType, instance: 'two' }),
      ];
      try {
        // The first joins alone and takes all queues; told of the second (code 40), both must own half before we send.
        await waitForEach(receivers, async () => void (await send(cluster, 'Interop_group', 40, 'sync', `round${Date.now()}`, { headerType })));
        const all = receivers.flatMap(receivedBy).filter((body) => body !== 'first-0');
        const last = all.at(-1)?.split('-')[0] ?? '';
        const ofLast = all.filter((body) => body.startsWith(`${last}-`));
        expect(new Set(ofLast).size).toBe(40);
        expect(ofLast.length, 'each once').toBe(40);
      } finally {
        for (const receiver of receivers) await stopReceiver(receiver);
      }
    });

    it('broadcasting: every consumer gets every message', async () => {
      await send(cluster, 'Interop_broadcast', 12, 'sync', 'all', { headerType });
      const wanted = { topic: 'Interop_broadcast', group: 'broadcast_group', model: 'BROADCASTING', expression: '*' } as const;
      const receivers = [
        await startReceiver(cluster, wanted, { headerType, instance: 'one' }),
        await startReceiver(cluster, wanted, { headerType, instance: 'two' }),
      ];
      try {
        for (const receiver of receivers) {
          await waitForCount(receiver, 12);
          expect(receivedBy(receiver).sort()).toEqual(Array.from({ length: 12 }, (_, number) => `all-${number}`).sort());
        }
      } finally {
        for (const receiver of receivers) await stopReceiver(receiver);
      }
    });

    it('a consumer that comes back goes on where its group left off', async () => {
      await send(cluster, 'Interop_offsets', 10, 'sync', 'before', { headerType });
      const wanted = { topic: 'Interop_offsets', group: 'offset_group', model: 'CLUSTERING', expression: '*' } as const;
      const first = await startReceiver(cluster, wanted, { headerType });
      await waitForCount(first, 10);
      await stopReceiver(first);
      await send(cluster, 'Interop_offsets', 10, 'sync', 'after', { headerType });
      const second = await startReceiver(cluster, wanted, { headerType });
      try {
        await waitForCount(second, 10);
        expect(receivedBy(second).sort()).toEqual(Array.from({ length: 10 }, (_, number) => `after-${number}`).sort());
      } finally {
        await stopReceiver(second);
      }
    });

    it("the examples' async and batch producers", async () => {
      const asyncProducer = startClient(cluster, 'org.apache.rocketmq.example.simple.AsyncProducer', [], { headerType });
      expect(await asyncProducer.waitForExit(60_000)).toBe(0);
      expect([...asyncProducer.output.matchAll(/^\d+ +OK [0-9A-F]{32}/gm)].length).toBe(100);
      expect((await readTopic(cluster, 'Jodie_topic_1023', { headerType })).length).toBe(100);
      // It never ends by itself: the send is over when the messages can be read.
      const batchProducer = startClient(cluster, 'org.apache.rocketmq.example.batch.SimpleBatchProducer', [], { headerType });
      try {
        const bodies = await retry(async () => (await readTopic(cluster, 'BatchTest', { headerType })).map((message) => message.body), (found) => found.length >= 3);
        expect(bodies).toEqual(['Hello_world_0', 'Hello_world_1', 'Hello_world_2']);
      } finally {
        await batchProducer.stop();
      }
    });
  });
}

async function waitForCount(receiver: ChildProgram, count: number): Promise<void> {
  await receiver.waitUntil(() => (receivedBy(receiver).length >= count ? true : undefined), RECEIVE_TIMEOUT_MS, `${count} messages`);
}

/** Sends a round again and again until one round has reached both receivers, and all of that round has arrived. */
async function waitForEach(receivers: readonly ChildProgram[], sendRound: () => Promise<void>): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    const before = receivers.map((receiver) => receivedBy(receiver).length);
    await sendRound();
    await retry(async () => receivers.map((receiver, index) => receivedBy(receiver).length - (before[index] ?? 0)), (gained) => gained.reduce((sum, one) => sum + one, 0) >= 40);
    if (receivers.every((receiver, index) => receivedBy(receiver).length > (before[index] ?? 0))) return;
  }
  throw new Error(`the queues were never shared: ${receivers.map((receiver) => receivedBy(receiver).length).join(' and ')} messages`);
}

async function retry<T>(ask: () => Promise<T>, enough: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + RECEIVE_TIMEOUT_MS;
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      if (performance.now() > deadline) throw error;
      return undefined;
    });
    if (answer !== undefined && enough(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`still not: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
