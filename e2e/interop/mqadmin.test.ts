/** Java's mqadmin prints of our servers what it prints of Java's: the same commands against both, texts compared. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAKER, describeInterop, startCluster } from './harness/servers.ts';
import type { Cluster } from './harness/servers.ts';
import { mqadmin, stopMqadmin } from './harness/java-clients.ts';
import { normalise, normaliseClusterList } from './harness/normalise.ts';

interface Pair {
  readonly java: string;
  readonly tested: string;
}

describeInterop(`Java's mqadmin against the servers (${MAKER}) and against Java's`, () => {
  const started: Cluster[] = [];
  let java: Cluster;
  let tested: Cluster;
  const offsetMsgIds = new Map<Cluster, string>();

  beforeAll(async () => {
    started.push((java = await startCluster('java', { purpose: 'mqadmin-java' })));
    started.push((tested = await startCluster(MAKER, { purpose: 'mqadmin-tested' })));
  });
  afterAll(async () => {
    for (const cluster of started) {
      await stopMqadmin(cluster);
      await cluster[Symbol.asyncDispose]();
    }
  });

  /** Runs one command on both; `args` may depend on the cluster. */
  const onBoth = async (args: (cluster: Cluster) => string[], normaliser = normalise): Promise<Pair> => ({
    java: normaliser(await mqadmin(java, ...args(java))),
    tested: normaliser(await mqadmin(tested, ...args(tested))),
  });

  it('updateTopic on a broker', async () => {
    const pair = await onBoth((cluster) => ['updateTopic', '-b', cluster.broker.address, '-t', 'InteropTopic', '-r', '4', '-w', '3', '-p', '6']);
    expect(pair.java).toContain('create topic to <address> success.');
    expect(pair.tested).toBe(pair.java);
  });

  it('updateTopic on a cluster, ordered', async () => {
    const pair = await onBoth(() => ['updateTopic', '-c', 'DefaultCluster', '-t', 'InteropOrder', '-o', 'true']);
    expect(pair.java).toContain('set cluster orderConf. isOrder=true, orderConf=[broker-a:8]');
    expect(pair.tested).toBe(pair.java);
  });

  it('topicRoute, and of a topic that is not there', async () => {
    const route = await onBoth(() => ['topicRoute', '-t', 'InteropTopic']);
    expect(route.java).toContain('"writeQueueNums":3');
    expect(route.tested).toBe(route.java);
    const absent = await onBoth(() => ['topicRoute', '-t', 'NoSuchTopic']);
    expect(absent.java).toContain('No topic route info in name server for the topic: NoSuchTopic');
    expect(absent.tested).toBe(absent.java);
  });

  it('sendMessage to a queue', async () => {
    const printed = new Map<Cluster, string>();
    for (const cluster of [java, tested]) {
      printed.set(cluster, await mqadmin(cluster, 'sendMessage', '-t', 'InteropTopic', '-p', 'body of the message', '-k', 'key-1', '-c', 'TagA', '-b', 'broker-a', '-i', '1'));
    }
    expect(printed.get(java)).toContain('SEND_OK');
    expect(normalise(printed.get(tested) ?? '')).toBe(normalise(printed.get(java) ?? ''));
    for (const [cluster, text] of printed) {
      const uniqueKey = /\b[0-9A-F]{32}\b/.exec(text)?.[0] ?? '';
      const view = await mqadmin(cluster, 'queryMsgByUniqueKey', '-t', 'InteropTopic', '-i', uniqueKey);
      expect(view).toMatch(/Queue Offset: +0/);
      offsetMsgIds.set(cluster, offsetMsgIdOf(cluster));
    }
  });

  it('queryMsgById, and of an id that is not there', async () => {
    const found = await onBoth((cluster) => ['queryMsgById', '-i', offsetMsgIds.get(cluster) ?? '']);
    expect(found.java).toMatch(/Keys: +\[key-1\]/);
    expect(found.tested).toBe(found.java);
    const absent = await onBoth((cluster) => ['queryMsgById', '-i', (offsetMsgIds.get(cluster) ?? '').replace(/0{4}$/, 'FFFF')]);
    expect(absent.java).toContain('can not find message by the offset');
    expect(absent.tested).toBe(absent.java);
  });

  it('queryMsgByKey and queryMsgByOffset', async () => {
    const byKey = await onBoth(() => ['queryMsgByKey', '-t', 'InteropTopic', '-k', 'key-1']);
    expect(byKey.java).toMatch(/<id> +1 +0$/m);
    expect(byKey.tested).toBe(byKey.java);
    const byOffset = await onBoth(() => ['queryMsgByOffset', '-t', 'InteropTopic', '-b', 'broker-a', '-i', '1', '-o', '0']);
    expect(byOffset.java).toMatch(/Tags: +\[TagA\]/);
    expect(byOffset.tested).toBe(byOffset.java);
  });

  it('topicStatus', async () => {
    const pair = await onBoth(() => ['topicStatus', '-t', 'InteropTopic']);
    expect(pair.java).toMatch(/broker-a +1 +0 +1 +<time>/);
    expect(pair.tested).toBe(pair.java);
  });

  it('topicList, plain and with clusters', async () => {
    const sorted = (text: string): string => normalise(text).split('\n').sort().join('\n');
    const plain = await onBoth(() => ['topicList'], sorted);
    expect(plain.java).toContain('InteropTopic');
    expect(plain.tested).toBe(plain.java);
    const clusters = await onBoth(() => ['topicList', '-c'], sorted);
    expect(clusters.java).toContain('DefaultCluster');
    expect(clusters.tested).toBe(clusters.java);
  });

  it('clusterList, plain and with more figures', async () => {
    const plain = await onBoth(() => ['clusterList'], normaliseClusterList);
    expect(plain.java).toMatch(/broker-a +0 +<address> +V4_6_0 +<rate> +<rate> <wait> <hour> <space>/);
    expect(plain.tested).toBe(plain.java);
    const more = await onBoth(() => ['clusterList', '-m']);
    expect(more.tested).toBe(more.java);
  });
});

/** The first message of a fresh store lies at physical offset 0, so its id is the broker's address and zeros. */
function offsetMsgIdOf(cluster: Cluster): string {
  const port = Number(cluster.broker.address.split(':')[1]);
  return `7F000001${port.toString(16).padStart(8, '0')}${'0'.repeat(16)}`.toUpperCase();
}
