import { expect, it } from 'vitest';
import { adminWith, printed } from '../../../test/run-command.ts';
import { brokerStatus } from './broker-status.ts';
import { getBrokerConfig } from './get-broker-config.ts';

const clusterInfo = {
  clusterAddrTable: new Map([['c', ['b', 'a']]]),
  brokerAddrTable: new Map([
    ['a', { cluster: 'c', brokerName: 'a', brokerAddrs: new Map([[1, '127.0.0.1:2'], [0, '127.0.0.1:1']]) }],
    ['b', { cluster: 'c', brokerName: 'b', brokerAddrs: new Map([[1, '127.0.0.1:4']]) }],
  ]),
};
const stats = (address: string) =>
  address === '127.0.0.1:4' ? Promise.reject(new Error('refused')) : Promise.resolve({ table: new Map([['putTps', '0.0'], ['commitLogMaxOffset', address.slice(-1)]]) });
const config = (address: string) => Promise.resolve([{ key: 'listenPort', value: address.slice(-1), line: 1 }, { key: 'brokerRole', value: 'SLAVE', line: 2 }]);

// The expected lines come from printf with Java's format strings.
it('brokerStatus prints keys in order; of a cluster with the address, masters before their slaves, and tells who does not answer', async () => {
  const admin = adminWith({ examineBrokerClusterInfo: () => Promise.resolve(clusterInfo), fetchBrokerRuntimeStats: stats });
  expect(await printed(brokerStatus, admin, { b: '127.0.0.1:1' })).toBe('commitLogMaxOffset              : 1\nputTps                          : 0.0\n');
  const warnings: string[] = [];
  expect((await printed(brokerStatus, admin, { c: 'c' }, 0, warnings)).split('\n').filter((line) => !line.includes('putTps'))).toEqual([
    '127.0.0.1:1              commitLogMaxOffset              : 1',
    '127.0.0.1:2              commitLogMaxOffset              : 2',
    '',
  ]);
  expect(warnings).toEqual(['127.0.0.1:4 does not answer: refused']);
});

it('getBrokerConfig prints a master and the slaves below it, also those whose master is away', async () => {
  const admin = adminWith({ examineBrokerClusterInfo: () => Promise.resolve(clusterInfo), getBrokerConfig: config });
  const settings = (port: number) => [`listenPort                                        =  ${port}`, 'brokerRole                                        =  SLAVE', ''];
  expect((await printed(getBrokerConfig, admin, { b: '127.0.0.1:1' })).split('\n')).toEqual(['============127.0.0.1:1============', ...settings(1), '']);
  const warnings: string[] = [];
  expect((await printed(getBrokerConfig, admin, { c: 'c' }, 0, warnings)).split('\n')).toEqual([
    '============My Master: none=====Slave: 127.0.0.1:4============',
    ...settings(4),
    '============Master: 127.0.0.1:1============',
    ...settings(1),
    '============My Master: 127.0.0.1:1=====Slave: 127.0.0.1:2============',
    ...settings(2),
    '',
  ]);
  expect(warnings).toEqual(['b has no master at the moment']);
});

it.each([brokerStatus, getBrokerConfig])('$name wants a broker or a cluster that is there', async (command) => {
  const admin = adminWith({ examineBrokerClusterInfo: () => Promise.resolve(clusterInfo) });
  await expect(printed(command, admin)).rejects.toThrow('either -b (one broker) or -c (a cluster)');
  await expect(printed(command, admin, { c: 'nope' })).rejects.toThrow("No cluster 'nope'; known: c.");
});
