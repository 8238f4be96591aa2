/**
 * Our mqadmin prints of a real Java 4.6.0 cluster what Java's mqadmin prints of it: both ask the same servers, so ids,
 * addresses, offsets and times must be the same too; only clusterList's rates and hours move between two calls.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildProgram } from '@rocketmq-ts/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mqadmin as javaMqadmin, send, startReceiver, stopMqadmin, stopReceiver } from './harness/java-clients.ts';
import type { Stored } from './harness/java-clients.ts';
import { normaliseClusterList } from './harness/normalise.ts';
import { type Cluster, startCluster } from './harness/servers.ts';
import { describeInterop } from './harness/suite.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LIMIT_MS = 60_000;

interface Printed {
  readonly code: number;
  readonly text: string;
}

/** As built; while nothing is built, or with ROCKETMQ_TS_RUN=source, from the sources. */
async function ourMqadmin(cluster: Cluster, ...args: string[]): Promise<Printed> {
  const built = join(ROOT, 'apps/mqadmin/dist/main.js');
  const fromSource = process.env['ROCKETMQ_TS_RUN'] === 'source' || !existsSync(built);
  const entry = fromSource ? ['--conditions=@rocketmq-ts/source', '--import', 'tsx', join(ROOT, 'apps/mqadmin/src/main.ts')] : [built];
  const program = new ChildProgram({
    name: `our mqadmin ${args.join(' ')}`,
    command: process.execPath,
    args: [...entry, ...args],
    cwd: ROOT,
    env: { HOME: cluster.home, NAMESRV_ADDR: cluster.namesrvAddr },
  });
  const code = await program.waitForExit(LIMIT_MS);
  return { code, text: program.output };
}

describeInterop("our mqadmin with the servers of Java 4.6.0, beside Java's mqadmin", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster('java', { purpose: 'our-mqadmin' });
  });
  afterAll(async () => {
    await stopMqadmin(cluster);
    await cluster[Symbol.asyncDispose]();
  });

  /** Asks ours first, so that what it changes is not done already. Blanks at the end of all are no difference. */
  async function expectSame(args: readonly string[], normalise = (text: string) => text): Promise<string> {
    const ours = await ourMqadmin(cluster, ...args);
    const java = await javaMqadmin(cluster, ...args);
    expect(normalise(ours.text).trimEnd()).toBe(normalise(java).trimEnd());
    expect(ours.code).toBe(0);
    return ours.text;
  }

  it('updateTopic on a broker and on a cluster, ordered too', async () => {
    const { address } = cluster.broker;
    expect(await expectSame(['updateTopic', '-t', 'OurTopic', '-b', address, '-r', '3', '-w', '3', '-p', '6'])).toContain(`create topic to ${address} success.`);
    await expectSame(['updateTopic', '-t', 'OurReadOnly', '-c', 'DefaultCluster', '-p', '4']);
    expect(await expectSame(['updateTopic', '-t', 'OurOrdered', '-c', 'DefaultCluster', '-o', 'true'])).toContain('orderConf=[broker-a:8]');
    await expectSame(['updateTopic', '-t', 'OurOrdered', '-b', address, '-o', 'true', '-w', '5']);
  });

  it('topicRoute', async () => {
    expect(await expectSame(['topicRoute', '-t', 'OurTopic'])).toContain('"writeQueueNums":3');
    expect(await expectSame(['topicRoute', '-t', 'OurOrdered'])).toContain('"writeQueueNums":5');
  });

  it('topicStatus of empty and of used queues', async () => {
    await send(cluster, 'OurTopic', 2, 'sync', 'status');
    const text = await expectSame(['topicStatus', '-t', 'OurTopic']);
    expect(text.match(/^broker-a +\d +0 +[01] /gm)).toHaveLength(3);
  });

  it('queryMsgById of a message nobody reads, of one that was consumed, and of one that was filtered out', async () => {
    const [lonely] = await send(cluster, 'OurLonely', 1, 'sync', 'lonely');
    expect(await expectSame(['queryMsgById', '-i', lonely?.offsetMsgId ?? ''])).toContain('WARN: No Consumer');

    const groups = { our_reading_group: '*', our_picky_group: 'NoSuchTag' };
    const [reader, picky] = await Promise.all(
      Object.entries(groups).map(([group, expression]) => startReceiver(cluster, { topic: 'OurTopic', group, model: 'CLUSTERING', expression }, { instance: group })),
    );
    const [message] = await send(cluster, 'OurTopic', 1, 'sync', 'consumed');
    const args = ['queryMsgById', '-i', message?.offsetMsgId ?? ''];
    // The broker knows what they have done with it when they have committed, which Java's consumers do every 5 s.
    await expect
      .poll(async () => (await ourMqadmin(cluster, ...args)).text, { timeout: LIMIT_MS })
      .toMatch(/(?=[^]*our_reading_group, trackType=CONSUMED,)(?=[^]*our_picky_group, trackType=CONSUMED_BUT_FILTERED,)/);
    await expectSame(args);
    await expectSame(['topicList', '-c']);
    await Promise.all([reader, picky].map(async (receiver) => await (receiver === undefined ? undefined : stopReceiver(receiver))));
    expect(await expectSame(args)).toContain('trackType=NOT_ONLINE');
  });

  it('queryMsgById of several messages', async () => {
    const sent: readonly Pick<Stored, 'offsetMsgId'>[] = await send(cluster, 'OurLonely', 2, 'sync', 'several');
    const text = await expectSame(['queryMsgById', '-i', sent.map(({ offsetMsgId }) => offsetMsgId).join(',')]);
    expect(text.match(/OffsetID: /g)).toHaveLength(2);
  });

  it('topicList and clusterList', async () => {
    expect(await expectSame(['topicList'])).toContain('OurTopic\n');
    expect(await expectSame(['clusterList'], normaliseClusterList)).toMatch(/^DefaultCluster +broker-a +0 +\S+:\d+ +V4_6_0 /m);
    expect(await expectSame(['clusterList', '-m'])).toMatch(/^DefaultCluster +broker-a +0 +0 +\d+ +\d+$/m);
  });

  it('what is not there: the code and words of the server, and an exit code where Java has none', async () => {
    for (const [args, code, words] of [
      [['topicRoute', '-t', 'NoSuchTopic'], 3, 'CODE: 17  DESC: No topic route info in name server for the topic: NoSuchTopic'],
      [['topicStatus', '-t', 'NoSuchTopic'], 3, 'CODE: 17  DESC: No topic route info in name server for the topic: NoSuchTopic'],
      [['updateTopic', '-t', 'T', '-c', 'NoSuchCluster'], 3, 'Make sure the specified clusterName exists or the name server connected to is correct'],
    ] as const) {
      const ours = await ourMqadmin(cluster, ...args);
      const java = await javaMqadmin(cluster, ...args);
      expect(java).toContain(words);
      expect(ours.text.replace(/(CODE: \d+) \w+ /, '$1 ')).toContain(words);
      expect(ours.code).toBe(code);
    }
  });
});
