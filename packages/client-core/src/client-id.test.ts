import { describe, expect, it } from 'vitest';
import { buildClientId, chooseLocalAddress, instanceNameOrPid, type InterfaceAddress } from './client-id.ts';
import { addressBytes } from './host-facts.ts';

const v4 = (address: string, internal = false): InterfaceAddress => ({ address, family: 'IPv4', internal });
const v6 = (address: string, internal = false): InterfaceAddress => ({ address, family: 'IPv6', internal });

describe('client id', () => {
  it('is ip@instance, with the unit behind it', () => {
    expect(buildClientId({ clientIP: '10.0.0.1', instanceName: '42' })).toBe('10.0.0.1@42');
    expect(buildClientId({ clientIP: '10.0.0.1', instanceName: '42', unitName: ' ' })).toBe('10.0.0.1@42');
    expect(buildClientId({ clientIP: '10.0.0.1', instanceName: 'a', unitName: 'u' })).toBe('10.0.0.1@a@u');
  });

  it('takes the process id only for the default instance name', () => {
    expect(instanceNameOrPid('DEFAULT', 77)).toBe('77');
    expect(instanceNameOrPid('mine', 77)).toBe('mine');
  });
});

describe('the local address', () => {
  it.each([
    ['the first outside IPv4', [v4('127.0.0.1', true), v4('192.168.1.5'), v4('10.1.2.3'), v4('10.9.9.9')], '10.1.2.3'],
    ['the last private one when there is no other', [v4('192.168.1.5'), v4('192.168.1.6'), v6('fd00::2')], '192.168.1.6'],
    ['IPv6 when there is no IPv4', [v4('127.0.0.1', true), v6('::1', true), v6('fd00::2')], 'fd00::2'],
    ['loopback when there is nothing', [v4('127.0.0.1', true)], '127.0.0.1'],
  ])('is %s', (_, addresses, expected) => {
    expect(chooseLocalAddress(addresses)).toBe(expected);
  });

  it.each([
    ['10.1.2.3', '0a010203'],
    ['fd00::2', 'fd000000000000000000000000000002'],
    ['::1', '00000000000000000000000000000001'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['fe80::1%eth0', 'fe800000000000000000000000000001'],
    ['my-host', '7f000001'],
  ])('%s has the bytes %s', (address, hex) => {
    expect(addressBytes(address).toString('hex')).toBe(hex);
  });
});
