import { expect, it } from 'vitest';

import { bootTopics, newTopic } from './boot-topics.ts';
import { createFromDefault, describeTopic, getOrCreate } from './create-topic.ts';
import { TopicTable } from './topic-table.ts';

const SETTINGS = {
  clusterName: 'DefaultCluster',
  brokerName: 'broker-a',
  defaultTopicQueueNums: 8,
  autoCreateTopicEnable: true,
  clusterTopicEnable: true,
  brokerTopicEnable: true,
  traceTopicEnable: false,
  msgTraceTopicName: 'RMQ_SYS_TRACE_TOPIC',
};

function tableOf(settings = SETTINGS): { table: TopicTable; changed: (string | undefined)[] } {
  const changed: (string | undefined)[] = [];
  const table = new TopicTable(1000, { topicsChanged: (topic) => changed.push(topic) });
  for (const topic of bootTopics(settings)) table.addAtBoot(topic);
  return { table, changed };
}

const WISH = { topic: 'T', defaultTopic: 'TBW102', defaultTopicQueueNums: 4, topicSysFlag: 0 };

it('has the boot topics of a Java broker', () => {
  const { table } = tableOf({ ...SETTINGS, traceTopicEnable: true });
  expect([...table.configs()].map((c) => [c.topicName, c.readQueueNums, c.perm])).toEqual([
    ['SELF_TEST_TOPIC', 1, 6],
    ['TBW102', 8, 7],
    ['BenchmarkTest', 1024, 6],
    ['DefaultCluster', 16, 7],
    ['broker-a', 1, 7],
    ['OFFSET_MOVED_EVENT', 1, 6],
    ['RMQ_SYS_TRACE_TOPIC', 1, 6],
    ['DefaultCluster_REPLY_TOPIC', 1, 6],
  ]);
  expect(table.dataVersion).toEqual({ timestamp: 1000, counter: 0 });
});

it('takes the smaller queue count and the permissions without inheritance', () => {
  const { table, changed } = tableOf();
  expect(createFromDefault(table, WISH, true, 2000)).toEqual({ config: newTopic('T', 4, 6) });
  expect(createFromDefault(table, { ...WISH, topic: 'U', defaultTopicQueueNums: 100 }, true, 2001)).toEqual({ config: newTopic('U', 8, 6) });
  expect(createFromDefault(table, { ...WISH, topic: 'V', defaultTopicQueueNums: -3 }, true, 2002)).toEqual({ config: newTopic('V', 0, 6) });
  expect(changed).toEqual(['T', 'U', 'V']);
  expect(table.dataVersion).toEqual({ timestamp: 2002, counter: 3 });
});

it('makes no topic without a model, from a model that is not inherited, or when it is turned off', () => {
  const { table } = tableOf();
  expect(createFromDefault(table, { ...WISH, defaultTopic: 'nowhere' }, true, 1)).toHaveProperty('refusal');
  expect(createFromDefault(table, { ...WISH, defaultTopic: 'SELF_TEST_TOPIC' }, true, 1)).toHaveProperty('refusal');
  expect(createFromDefault(table, WISH, false, 1)).toHaveProperty('refusal');
  expect(table.has('T')).toBe(false);
  expect(table.dataVersion.counter).toBe(0);
});

it('keeps a topic that is there', () => {
  const { table, changed } = tableOf();
  const made = getOrCreate(table, { topic: '%RETRY%g', queueNums: 1, perm: 6, topicSysFlag: 0 }, 5);
  expect(getOrCreate(table, { topic: '%RETRY%g', queueNums: 9, perm: 2, topicSysFlag: 2 }, 6)).toBe(made);
  expect(changed).toEqual(['%RETRY%g']);
});

it('describes a topic as Java does', () => {
  expect(describeTopic(newTopic('T', 4))).toBe(
    'TopicConfig [topicName=T, readQueueNums=4, writeQueueNums=4, perm=RW-, topicFilterType=SINGLE_TAG, topicSysFlag=0, order=false]',
  );
});

it('takes over ordered topics with one version, and none when nothing changes', () => {
  const { table } = tableOf();
  createFromDefault(table, WISH, true, 2000);
  table.setOrderTopics(new Set(['T', 'unknown']), 3000);
  expect(table.isOrderTopic('T')).toBe(true);
  expect(table.dataVersion.counter).toBe(2);
  table.setOrderTopics(new Set(['T']), 4000);
  expect(table.dataVersion.counter).toBe(2);
  table.setOrderTopics(new Set(), 5000);
  expect(table.isOrderTopic('T')).toBe(false);
});
