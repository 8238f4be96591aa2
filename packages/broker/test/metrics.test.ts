import { encodeBatchBody, RequestCode } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';

import type { BrokerSettings } from '../src/index.ts';
import { BrokerWorld, STORE } from './broker-world.ts';
import { join } from './member.ts';
import { ReplicaGroup } from './replica-group.ts';

const METRICS: BrokerSettings['metrics'] = { host: '10.0.0.1', port: 5557, labels: { zone: 'z1' } };
const NODE = 'zone="z1",cluster="DefaultCluster",node_type="broker",node_id="broker-a"';

async function scrape(world: BrokerWorld): Promise<string[]> {
  return (await world.sim.run(world.broker!.metricsText())).split('\n');
}

/** Series of a metric without the labels that all have, and their values. */
const seriesOf = (lines: readonly string[], name: string): string[] =>
  lines.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name}_`)).map((line) => line.replace(`${NODE},`, '').replace(NODE, ''));

it('counts what comes in, as 5.x names it', async () => {
  const world = await new BrokerWorld(1, { metrics: METRICS }).start();
  await world.send('T', 'x'.repeat(2000));
  await world.send('T', 'one');
  await world.send('T', 'ordered', { properties: '__SHARDINGKEY\u0001k\u0002' });
  const body = encodeBatchBody(['a', 'b'].map((text) => ({ topic: 'T', body: Buffer.from(text), flag: 0, properties: new Map<string, string>() })));
  await world.ask(RequestCode.SEND_BATCH_MESSAGE, { a: 'p', b: 'T', c: 'TBW102', d: 4, e: 0, f: 0, g: 1, h: 0, i: '', j: 0, k: false, m: true }, body);
  const lines = await scrape(world);
  expect(seriesOf(lines, 'rocketmq_messages_in_total')).toEqual([
    'rocketmq_messages_in_total{topic="T",message_type="normal",is_system="false"} 4',
    'rocketmq_messages_in_total{topic="T",message_type="fifo",is_system="false"} 1',
  ]);
  const end = seriesOf(lines, 'rocketmq_storage_log_end_bytes')[0]?.split(' ')[1];
  const throughput = seriesOf(lines, 'rocketmq_throughput_in_total').map((line) => Number(line.split(' ')[1]));
  expect(throughput.reduce((sum, bytes) => sum + bytes)).toBe(Number(end));
  expect(seriesOf(lines, 'rocketmq_message_size').filter((line) => line.includes('normal'))).toEqual([
    'rocketmq_message_size_bucket{topic="T",message_type="normal",is_system="false",le="1024"} 3',
    ...[4096, 524_288, 1_048_576, 2_097_152, 4_194_304, '+Inf'].map((le) => `rocketmq_message_size_bucket{topic="T",message_type="normal",is_system="false",le="${le}"} 4`),
    `rocketmq_message_size_sum{topic="T",message_type="normal",is_system="false"} ${throughput[0]}`,
    'rocketmq_message_size_count{topic="T",message_type="normal",is_system="false"} 4',
  ]);
  await world.stop();
});

it('says how far groups are behind, online or not', async () => {
  const world = await new BrokerWorld(1, { metrics: METRICS }).start();
  for (const text of ['a', 'b', 'c']) await world.send('T', text);
  await world.sim.runFor(5_000);
  const member = await join(world, 'member');
  const commit = (offset: number) => world.ask(RequestCode.UPDATE_CONSUMER_OFFSET, { consumerGroup: 'g', topic: 'T', queueId: 0, commitOffset: offset });
  await world.pullTexts('g', 'T', 0);
  await commit(1);
  await world.pull('g', 'T', 3);
  const labels = 'consumer_group="g",topic="T",is_retry="false",is_system="false"';
  const lines = await scrape(world);
  expect(seriesOf(lines, 'rocketmq_consumer_lag_messages')).toEqual([`rocketmq_consumer_lag_messages{${labels}} 2`]);
  expect(seriesOf(lines, 'rocketmq_consumer_inflight_messages')).toEqual([`rocketmq_consumer_inflight_messages{${labels}} 2`]);
  expect(seriesOf(lines, 'rocketmq_consumer_ready_messages')).toEqual([`rocketmq_consumer_ready_messages{${labels}} 0`]);
  const [latency = ''] = seriesOf(lines, 'rocketmq_consumer_lag_latency_milliseconds');
  expect(Number(latency.split(' ')[1])).toBeGreaterThanOrEqual(5_000);
  expect(seriesOf(lines, 'rocketmq_messages_out_total')).toEqual(['rocketmq_messages_out_total{topic="T",consumer_group="g",is_retry="false",is_system="false"} 3']);
  expect(seriesOf(lines, 'rocketmq_consumer_connections')).toEqual([
    'rocketmq_consumer_connections{consumer_group="g",consume_mode="push",is_system="false",language="java",version="v4_6_0",protocol_type="remoting"} 1',
  ]);
  await world.sim.run(member.client.stop());
  await world.sim.runFor(1_000);
  const offline = await scrape(world);
  expect(seriesOf(offline, 'rocketmq_consumer_connections')).toEqual([]);
  expect(seriesOf(offline, 'rocketmq_consumer_lag_messages')).toEqual([`rocketmq_consumer_lag_messages{${labels}} 2`]);
  await commit(3);
  expect(seriesOf(await scrape(world), 'rocketmq_consumer_lag_latency_milliseconds')).toEqual([`rocketmq_consumer_lag_latency_milliseconds{${labels}} 0`]);
  await world.stop();
});

it('is valid text of Prometheus, whatever names there are', async () => {
  const world = await new BrokerWorld(1, { metrics: METRICS }).start();
  await world.send('%RETRY%odd_|-', 'x');
  await world.send('T', 'x');
  await world.pullTexts('g', 'T');
  const text = (await scrape(world)).join('\n');
  expect(text.endsWith('\n')).toBe(true);
  const [typed, sampled] = [new Map<string, string>(), new Set<string>()];
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, name, type] = /^# TYPE ([a-z_]+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (name !== undefined) {
      expect(typed.has(name), line).toBe(false);
      typed.set(name, type as string);
      continue;
    }
    if (line.startsWith('# HELP ')) continue;
    const [, metric = '', labels = ''] = /^([a-z_]+)\{((?:[a-z_]+="[^"\\\n]*",?)*)\} -?[0-9.e+-]+$/.exec(line) ?? [];
    expect(metric, line).not.toBe('');
    const names = labels.split(/="[^"]*",?/).slice(0, -1);
    expect(new Set(names).size, line).toBe(names.length);
    expect(sampled.has(`${metric}{${labels}}`), line).toBe(false);
    sampled.add(`${metric}{${labels}}`);
    const family = metric.replace(/_(bucket|sum|count)$/, '');
    expect(typed.get(metric) ?? typed.get(family), line).toBe(typed.has(metric) ? typed.get(metric) : 'histogram');
  }
  await world.stop();
});

it('tells of a pair how far the slave is, from both sides, and how long senders waited', async () => {
  const group = new ReplicaGroup({ master: { brokerRole: 'SYNC_MASTER' }, metrics: METRICS });
  await group.start();
  for (const text of ['a', 'b']) await group.master.send('T', text);
  const master = await scrape(group.master);
  expect(seriesOf(master, 'rocketmq_replica_following')[0]).toMatch(/^rocketmq_replica_following\{replica="[\d.]+:\d+"\} 1$/);
  expect(seriesOf(master, 'rocketmq_replica_lag_bytes')[0]).toMatch(/ 0$/);
  expect(seriesOf(master, 'rocketmq_replica_lag_seconds')[0]).toMatch(/ 0$/);
  expect(seriesOf(master, 'rocketmq_sync_wait_milliseconds_count')).toEqual(['rocketmq_sync_wait_milliseconds_count{flush="false",slave="true"} 2']);
  await scrape(group.slave);
  await group.sim.runFor(100);
  const slave = await scrape(group.slave);
  expect(seriesOf(slave, 'rocketmq_slave_following')).toEqual(['rocketmq_slave_following{} 1']);
  expect(seriesOf(slave, 'rocketmq_slave_behind_bytes')).toEqual(['rocketmq_slave_behind_bytes{} 0']);
  await group.stop();
});

it('is healthy and ready when it takes messages, and says why not', async () => {
  const world = await new BrokerWorld(1, { metrics: METRICS, store: { ...STORE, flushDiskType: 'SYNC_FLUSH' } }).start();
  expect(world.broker?.health).toEqual({ isFine: true, reasons: [] });
  expect(world.broker?.readiness).toEqual({ isFine: true, reasons: [] });
  await world.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, 'brokerPermission=4');
  expect(world.broker?.readiness).toEqual({ isFine: false, reasons: ['brokerPermission=4 does not let it be sent to.'] });
  await world.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, 'brokerPermission=6');
  world.host.disk.freeBytes = 0;
  await world.sim.runFor(60_000);
  expect(world.broker?.health.isFine).toBe(true);
  expect(world.broker?.readiness).toEqual({ isFine: false, reasons: [expect.stringMatching(/disk/i)] });
  const { broker } = world;
  await world.stop();
  expect(broker?.readiness.reasons).toEqual(['The broker is stopping.']);
});

it('is not ready before a name server has taken it, nor as a slave without its master', async () => {
  const group = new ReplicaGroup({ metrics: METRICS });
  await group.slave.start();
  expect(group.slave.broker?.readiness).toEqual({
    isFine: false,
    reasons: ['No master is known to this slave.', expect.stringMatching(/^No name server has taken this broker yet \([\d.]+:9876\): clients do not find it\.$/)],
  });
  await group.nameServer.start();
  await group.master.start();
  await group.sim.runFor(10_000);
  expect(group.slave.broker?.readiness).toEqual({ isFine: true, reasons: [] });
  group.master.kill();
  await group.sim.runFor(30_000);
  expect(group.slave.broker?.readiness.reasons).toEqual(['No master is known to this slave.']);
  expect(group.slave.broker?.health.isFine).toBe(true);
  await group.slave.stop();
});
