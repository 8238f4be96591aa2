import type { TopicConfig } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';
import { adminWith, printed } from '../../../test/run-command.ts';
import { topicList } from './topic-list.ts';
import { topicStatus } from './topic-status.ts';
import { updateTopic } from './update-topic.ts';

const clusterInfo = {
  clusterAddrTable: new Map([['c', ['a', 'b']]]),
  brokerAddrTable: new Map([
    ['a', { cluster: 'c', brokerName: 'a', brokerAddrs: new Map([[0, '127.0.0.1:1']]) }],
    ['b', { cluster: 'c', brokerName: 'b', brokerAddrs: new Map([[1, '127.0.0.1:2']]) }],
  ]),
};

it('topicStatus sorts queues as Java does and leaves the time of an empty queue out', async () => {
  const queue = (brokerName: string, queueId: number) => ({ topic: 'T', brokerName, queueId });
  const admin = adminWith({
    examineTopicStats: () =>
      Promise.resolve({
        offsetTable: [
          [queue('b', 0), { minOffset: 0, maxOffset: 5, lastUpdateTimestamp: new Date(2026, 0, 2, 3, 4, 5, 6).getTime() }],
          [queue('a', 1), { minOffset: 0, maxOffset: 0, lastUpdateTimestamp: 0 }],
        ],
      }),
  });
  expect(await printed(topicStatus, admin, { t: 'T' })).toBe(
    [
      '#Broker Name                      #QID  #Min Offset           #Max Offset             #Last Updated',
      'a                                 1     0                     0                       ',
      'b                                 0     0                     5                       2026-01-02 03:04:05,006',
      '',
    ].join('\n'),
  );
});

it('topicList -c shows cluster and groups, and leaves retry topics out', async () => {
  const admin = adminWith({
    examineBrokerClusterInfo: () => Promise.resolve(clusterInfo),
    fetchAllTopicList: () => Promise.resolve({ topicList: ['%RETRY%g', 'T', '__proto__'], brokerAddr: undefined }),
    examineTopicRouteInfo: (topic) =>
      topic === 'T'
        ? Promise.resolve({ orderTopicConf: undefined, queueDatas: [], brokerDatas: [...clusterInfo.brokerAddrTable.values()], filterServerTable: new Map() })
        : Promise.reject(new Error('gone')),
    queryTopicConsumeByWho: () => Promise.resolve(['g1', 'g2']),
  });
  const lines = (await printed(topicList, admin, { c: true })).split('\n').map((line) => line.split(/ {2,}/).slice(0, 3).join('|'));
  expect(lines).toEqual(['#Cluster Name|#Topic|#Consumer Group', 'c|T|g1', 'c|T|g2', '|__proto__|', '']);
});

it('updateTopic creates on every master of a cluster, and names who has none', async () => {
  const created: [string, TopicConfig][] = [];
  const admin = adminWith({
    examineBrokerClusterInfo: () => Promise.resolve(clusterInfo),
    createAndUpdateTopicConfig: (address, config) => {
      created.push([address, config]);
      return Promise.resolve();
    },
  });
  const warnings: string[] = [];
  expect(await printed(updateTopic, admin, { c: 'c', t: 'T', r: '4', p: '4' }, 0, warnings)).toBe(
    'create topic to 127.0.0.1:1 success.\nTopicConfig [topicName=T, readQueueNums=4, writeQueueNums=8, perm=R--, topicFilterType=SINGLE_TAG, topicSysFlag=0, order=false]\n',
  );
  expect(created.map(([address]) => address)).toEqual(['127.0.0.1:1']);
  expect(warnings).toEqual(['b has no master at the moment: it does not get the topic']);
});

it.each([
  [{ t: 'T' }, 'either -b (one broker) or -c (a cluster)'],
  [{ t: 'T', b: 'x', c: 'c' }, 'either -b (one broker) or -c (a cluster)'],
  [{ t: 'T', c: 'nope' }, "No cluster 'nope'; known: c."],
  [{ t: 'T', c: 'c', r: '0' }, '-r takes a whole number from 1 to 65535'],
  [{ t: 'T', c: 'c', o: 'yes' }, "-o takes true or false, not 'yes'"],
])('updateTopic refuses %o', async (options, message) => {
  const admin = adminWith({ examineBrokerClusterInfo: () => Promise.resolve(clusterInfo) });
  await expect(printed(updateTopic, admin, options as Record<string, string>)).rejects.toThrow(message);
});
