import { expect, it } from 'vitest';

import { localAddress } from './local-address.ts';

const v4 = (address: string, internal = false) => ({ address, family: 'IPv4' as const, internal });
const v6 = (address: string, internal = false) => ({ address, family: 'IPv6' as const, internal });

it.each([
  ['the first address of the machine', [[v4('127.0.0.1', true)], [v4('10.0.0.5'), v4('10.0.0.6')]], '10.0.0.5'],
  ['another than 192.168.*, which is often a bridge', [[v4('192.168.122.1')], [v4('172.17.0.2')]], '172.17.0.2'],
  ['the last of only such', [[v4('192.168.1.4')], [v4('192.168.9.9')]], '192.168.9.9'],
  ['IPv6 where there is no IPv4', [[v6('::1', true)], [v6('fd00::2')]], '[fd00::2]'],
  ['the loopback where there is nothing', [[v4('127.0.0.1', true)], undefined], '127.0.0.1'],
])('takes %s', (_what, interfaces, expected) => {
  expect(localAddress(interfaces)).toBe(expected);
});
