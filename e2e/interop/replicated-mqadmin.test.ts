/**
 * Our mqadmin beside Java's on a replicated cluster, master and slave being Java's: the same tables, with both brokers
 * alive and with the master dead.
 */
import { fileURLToPath } from 'node:url';
import { ChildProgram } from '@rocketmq-ts/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { topicNames } from './harness/broker-questions.ts';
import { mqadmin as javaMqadmin, send, stopMqadmin } from './harness/java-clients.ts';
import { normaliseClusterList } from './harness/normalise.ts';
import { BROKER_NAME, ReplicaPair } from './harness/replica-pair.ts';
import { describeInterop } from './harness/servers.ts';
import { until } from './harness/until.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LIMIT_MS = 60_000;

describeInterop('our mqadmin beside Java’s on a master and a slave of Java’s', () => {
  let pair: ReplicaPair;
  let offsetMsgId: string;
  beforeAll(async () => {
    pair = await ReplicaPair.create({ purpose: 'replicated-mqadmin', makers: { master: 'java', slave: 'java' }, namesrvs: ['java'] });
    await pair.start('master');
    await pair.start('slave');
    await pair.replicating();
    const [sent] = await send(pair, 'ReplicatedTopic', 4, 'sync', 'body');
    offsetMsgId = sent?.offsetMsgId ?? '';
  }, 2 * LIMIT_MS);
  afterAll(async () => {
    await stopMqadmin(pair);
    await pair[Symbol.asyncDispose]();
  });

  async function ours(...args: string[]): Promise<string> {
    const program = new ChildProgram({
      name: `our mqadmin ${args.join(' ')}`,
      command: process.execPath,
      args: ['--conditions=@rocketmq-ts/source', '--import', 'tsx', `${ROOT}apps/mqadmin/src/main.ts`, ...args],
      cwd: ROOT,
      env: { HOME: pair.home, NAMESRV_ADDR: pair.namesrvAddr },
    });
    expect(await program.waitForExit(LIMIT_MS), program.output).toBe(0);
    return program.output;
  }

  async function expectSame(args: readonly string[], normalise = (text: string) => text): Promise<string> {
    const text = await ours(...args);
    expect(normalise(text).trimEnd()).toBe(normalise(await javaMqadmin(pair, ...args)).trimEnd());
    return text;
  }

  /** Values move between two calls; addresses, keys and columns do not. */
  const withoutValues = (text: string): string => text.replace(/^(\S+ +\S+ *: ).*$/gm, '$1').split('\n').sort().join('\n');
  const sortedLines = (text: string): string => text.split('\n').sort().join('\n');

  it('clusterList: a line for the master and one for its slave', async () => {
    const text = await expectSame(['clusterList'], normaliseClusterList);
    expect(text.match(new RegExp(`^PairCluster +${BROKER_NAME} +[01] +127\\.0\\.0\\.1:\\d+ +V4_6_0 `, 'gm'))).toHaveLength(2);
    await expectSame(['clusterList', '-m']);
  });

  it('brokerStatus and getBrokerConfig of the cluster', async () => {
    const text = await expectSame(['brokerStatus', '-c', 'PairCluster'], withoutValues);
    expect(text.match(/commitLogMaxOffset/g)).toHaveLength(2);
    // Both print the settings in an order that only Java's Properties knows.
    expect(await expectSame(['getBrokerConfig', '-c', 'PairCluster'], sortedLines)).toMatch(/=+My Master: 127\.0\.0\.1:\d+=====Slave: 127\.0\.0\.1:\d+=+/);
  });

  it('with the master dead: its slave’s line, route and offsets; and a message by its id, which Java does not find', async () => {
    await until('the slave has the topic', async () => (await topicNames(await pair.ask('slave'))).includes('ReplicatedTopic') || 'not yet', LIMIT_MS);
    await pair.kill('master');
    await until('the name server knows', async () => ((await ours('clusterList')).split('\n').length === 3 ? true : 'two lines'), LIMIT_MS);
    expect(await expectSame(['clusterList'], normaliseClusterList)).toMatch(new RegExp(`^PairCluster +${BROKER_NAME} +1 `, 'm'));
    expect(await expectSame(['topicRoute', '-t', 'ReplicatedTopic'])).toContain('"brokerAddrs":{1:');
    expect(await expectSame(['topicStatus', '-t', 'ReplicatedTopic'])).toContain(BROKER_NAME);
    expect(await ours('queryMsgById', '-i', offsetMsgId)).toContain('Topic:               ReplicatedTopic');
  });
});
