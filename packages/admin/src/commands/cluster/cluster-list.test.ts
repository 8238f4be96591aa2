import { expect, it } from 'vitest';
import { adminWith, printed } from '../../../test/run-command.ts';
import { clusterList } from './cluster-list.ts';

const HOUR = 3_600_000;
const clusterInfo = {
  clusterAddrTable: new Map([['DefaultCluster', ['broker-b', 'broker-a']]]),
  brokerAddrTable: new Map([
    ['broker-a', { cluster: 'DefaultCluster', brokerName: 'broker-a', brokerAddrs: new Map([[1, '127.0.0.1:20911'], [0, '127.0.0.1:10911']]) }],
    ['broker-b', { cluster: 'DefaultCluster', brokerName: 'broker-b', brokerAddrs: new Map([[0, '127.0.0.1:11911']]) }],
  ]),
};
const runtime = {
  table: new Map([
    ['brokerVersionDesc', 'V4_6_0'],
    ['putTps', '12.5 1.0 0.1'],
    ['getTransferedTps', '0.0 0.0 0.0'],
    ['sendThreadPoolQueueSize', '0'],
    ['pullThreadPoolQueueSize', '3'],
    ['sendThreadPoolQueueHeadWaitTimeMills', '0'],
    ['pullThreadPoolQueueHeadWaitTimeMills', '7'],
    ['pageCacheLockTimeMills', '0'],
    ['earliestMessageTimeStamp', String(10 * HOUR)],
    ['commitLogDiskRatio', '0.13'],
    ['msgPutTotalTodayNow', '150'],
    ['msgPutTotalTodayMorning', '100'],
    ['msgPutTotalYesterdayMorning', '40'],
  ]),
};

// The expected lines come from printf with Java's format string.
it("prints Java's columns, broker names sorted and masters first", async () => {
  const admin = adminWith({ examineBrokerClusterInfo: () => Promise.resolve(clusterInfo), fetchBrokerRuntimeStats: () => Promise.resolve(runtime) });
  expect(await printed(clusterList, admin, {}, 11.5 * HOUR)).toBe(
    [
      '#Cluster Name     #Broker Name            #BID  #Addr                  #Version                #InTPS(LOAD)       #OutTPS(LOAD) #PCWait(ms) #Hour #SPACE',
      'DefaultCluster    broker-a                0     127.0.0.1:10911        V4_6_0                  12.50(0,0ms)         0.00(3,7ms)          0  1.50 0.1300',
      'DefaultCluster    broker-a                1     127.0.0.1:20911        V4_6_0                  12.50(0,0ms)         0.00(3,7ms)          0  1.50 0.1300',
      'DefaultCluster    broker-b                0     127.0.0.1:11911        V4_6_0                  12.50(0,0ms)         0.00(3,7ms)          0  1.50 0.1300',
      '',
    ].join('\n'),
  );
});

it('prints totals of yesterday and today with -m', async () => {
  const admin = adminWith({ examineBrokerClusterInfo: () => Promise.resolve(clusterInfo), fetchBrokerRuntimeStats: () => Promise.resolve(runtime) });
  const [, first] = (await printed(clusterList, admin, { m: true })).split('\n');
  expect(first).toBe('DefaultCluster    broker-a                                     60              0             50              0');
});

it('keeps the line of a broker that does not answer, without values, and tells why beside the table', async () => {
  const admin = adminWith({ examineBrokerClusterInfo: () => Promise.resolve(clusterInfo), fetchBrokerRuntimeStats: (address) => Promise.reject(new Error(`connect to ${address} failed`)) });
  const warnings: string[] = [];
  const text = await printed(clusterList, admin, {}, 0, warnings);
  expect(warnings).toContain('127.0.0.1:11911 does not answer: connect to 127.0.0.1:11911 failed');
  expect(text.split('\n')[3]).toBe('DefaultCluster    broker-b                0     127.0.0.1:11911                                   0.00(,ms)           0.00(,ms)             0.00 0.0000');
});

it('shows a slave whose master is away, and cluster by cluster what one name server knows', async () => {
  const two = {
    clusterAddrTable: new Map([['2m-2s-sync', ['2m-2s-sync-broker-a']], ['single-master', ['broker-a']]]),
    brokerAddrTable: new Map([
      ['broker-a', { cluster: 'single-master', brokerName: 'broker-a', brokerAddrs: new Map([[0, '127.0.0.1:10911']]) }],
      ['2m-2s-sync-broker-a', { cluster: '2m-2s-sync', brokerName: '2m-2s-sync-broker-a', brokerAddrs: new Map([[1, '127.0.0.1:18911']]) }],
    ]),
  };
  const admin = adminWith({ examineBrokerClusterInfo: () => Promise.resolve(two), fetchBrokerRuntimeStats: () => Promise.resolve(runtime) });
  expect((await printed(clusterList, admin, {}, 11.5 * HOUR)).split('\n').slice(1)).toEqual([
    '2m-2s-sync        2m-2s-sync-broker-a     1     127.0.0.1:18911        V4_6_0                  12.50(0,0ms)         0.00(3,7ms)          0  1.50 0.1300',
    'single-master     broker-a                0     127.0.0.1:10911        V4_6_0                  12.50(0,0ms)         0.00(3,7ms)          0  1.50 0.1300',
    '',
  ]);
});

it('refuses an interval that is no number of seconds', async () => {
  await expect(printed(clusterList, adminWith({}), { i: 'soon' })).rejects.toThrow("-i takes a whole number of seconds, not 'soon'");
});
