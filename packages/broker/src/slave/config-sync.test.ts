import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { encodeTopicConfigSerializeWrapper, RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { RemotingConnectError } from '@rocketmq-ts/remoting';
import type { MasterStatus } from '@rocketmq-ts/store';
import { expect, it } from 'vitest';

import { BrokerTables } from '../persist/broker-tables.ts';
import { newTopic } from '../topics/boot-topics.ts';
import { ConfigSync } from './config-sync.ts';

const MASTER = '10.0.0.1:10911';
const VIP = '10.0.0.1:10909';

/** A slave's tables, and a master that answers what it is told to. */
class World {
  readonly sim = createSimulation(1);
  readonly tables: BrokerTables;
  readonly sync: ConfigSync;
  readonly asked: string[] = [];
  readonly dropped: string[] = [];
  unreachableCount = 0;
  state: MasterStatus['state'] = 'following';
  hasVipPort = true;
  failing = new Set<number>();
  topics = ['T', 'U'];
  counter = 5;

  constructor() {
    const bootTopics = {
      clusterName: 'c',
      brokerName: 'b',
      defaultTopicQueueNums: 8,
      autoCreateTopicEnable: true,
      clusterTopicEnable: true,
      brokerTopicEnable: true,
      traceTopicEnable: false,
      msgTraceTopicName: 'RMQ_SYS_TRACE_TOPIC',
    };
    const { env } = this.sim;
    this.tables = new BrokerTables(env, { folder: '/store/config', bootTopics, flushConsumerOffsetInterval: 5000 }, () => {});
    this.sync = new ConfigSync({
      env,
      client: { invoke: (address, { code }) => this.#answer(address, code) },
      tables: this.tables,
      dropQueues: (gone) => this.dropped.push(...gone),
      masterState: () => this.state,
      onUnreachable: () => {
        this.unreachableCount++;
      },
    });
  }

  said(level: string): string[] {
    return this.sim.host('a').log.entries.filter((entry) => entry.level === level).map(({ message, fields }) => `${message} ${String(fields['what'] ?? '')}`.trim());
  }

  #answer(address: string, code: number): Promise<RemotingCommand> {
    this.asked.push(`${code} ${address}`);
    if (address === VIP && !this.hasVipPort) return Promise.reject(new RemotingConnectError(VIP, 'refused'));
    if (this.failing.has(code)) return Promise.resolve(new RemotingCommand(ResponseCode.SYSTEM_ERROR));
    const answer = new RemotingCommand(ResponseCode.SUCCESS);
    answer.body = this.#body(code);
    return Promise.resolve(answer);
  }

  #body(code: number): Buffer {
    switch (code) {
      case RequestCode.GET_ALL_TOPIC_CONFIG: {
        const topicConfigTable = new Map(this.topics.map((topic) => [topic, newTopic(topic)]));
        return encodeTopicConfigSerializeWrapper({ dataVersion: { counter: this.counter, timestamp: 1 }, topicConfigTable });
      }
      case RequestCode.GET_BROKER_RUNTIME_INFO:
        return Buffer.from('{"table":{"bootTimestamp":"1"}}');
      case RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG:
        return Buffer.from('{"dataVersion":{"counter":1,"timestamp":1},"subscriptionGroupTable":{}}');
      default:
        return Buffer.from('{"offsetTable":{}}');
    }
  }
}

it('asks as Java does: topics at the VIP port, or at the main one when there is none', async () => {
  const world = new World();
  world.sync.start();
  world.sync.follow(MASTER);
  await world.sim.runFor(100);
  expect(world.asked).toEqual([`21 ${VIP}`, `28 ${MASTER}`, `43 ${MASTER}`, `28 ${MASTER}`, `45 ${MASTER}`, `201 ${MASTER}`]);
  expect([...world.tables.topics.configs()].map(({ topicName }) => topicName)).toEqual(['T', 'U']);
  world.hasVipPort = false;
  world.asked.length = 0;
  await world.sim.runFor(3_000);
  expect(world.asked.slice(0, 2)).toEqual([`21 ${VIP}`, `21 ${MASTER}`]);
  await world.sim.run(world.sync.stop());
});

it('goes on with the other tables when one can not be copied, and says so once', async () => {
  const world = new World();
  world.failing.add(RequestCode.GET_ALL_DELAY_OFFSET);
  world.sync.start();
  world.sync.follow(MASTER);
  await world.sim.runFor(60_000);
  expect(world.said('warn')).toEqual(['The master could not be copied from; it is tried again every 10 s. delay offsets']);
  expect(world.tables.groups.dataVersion.counter).toBe(1);
  world.failing.clear();
  await world.sim.runFor(10_000);
  expect(world.said('info').at(-1)).toBe('The master can be copied from again. delay offsets');
  await world.sim.run(world.sync.stop());
});

it('waits until the log is followed, and asks for the master anew while it can not be reached', async () => {
  const world = new World();
  world.state = 'connecting';
  world.sync.start();
  world.sync.follow(MASTER);
  await world.sim.runFor(2_900);
  expect([world.asked, world.unreachableCount]).toEqual([[], 3]);
  world.state = 'refused';
  await world.sim.runFor(5_000);
  expect([world.asked, world.unreachableCount]).toEqual([[], 3]);
  world.state = 'following';
  await world.sim.runFor(300);
  expect(world.asked).toHaveLength(6);
  await world.sim.run(world.sync.stop());
});

it('takes away what the master has deleted, but not what a master has forgotten that counts from 0 again', async () => {
  const world = new World();
  world.sync.start();
  world.sync.follow(MASTER);
  await world.sim.runFor(100);
  expect(world.dropped).toEqual([]);
  world.tables.offsets.commit('g', 'U', 0, 7);
  world.tables.offsets.commit('g', 'T', 0, 8);
  world.topics = ['T'];
  world.counter = 6;
  await world.sim.runFor(10_000);
  expect([world.dropped, world.tables.offsets.query('g', 'U', 0)]).toEqual([['U'], -1]);
  world.topics = [];
  world.counter = 0;
  await world.sim.runFor(10_000);
  expect([world.dropped, world.tables.offsets.query('g', 'T', 0)]).toEqual([['U'], 8]);
  await world.sim.run(world.sync.stop());
});

it('copies out of turn when asked to, once a second at most', async () => {
  const world = new World();
  world.sync.start();
  world.sync.follow(MASTER);
  await world.sim.runFor(3_500);
  world.asked.length = 0;
  for (let count = 0; count < 100; count++) {
    world.sync.syncSoon();
    await world.sim.runFor(20);
  }
  expect(world.asked.filter((each) => each.startsWith('43'))).toHaveLength(2);
  await world.sim.run(world.sync.stop());
});
