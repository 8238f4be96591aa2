import { expect, it } from 'vitest';
import { addressText, parsePeerAddress } from './peer-address.ts';

it.each([
  ['127.0.0.1:10911', { host: '127.0.0.1', port: 10911 }],
  ['broker-a:1', { host: 'broker-a', port: 1 }],
  ['[::1]:65535', { host: '::1', port: 65535 }],
])('%s is an address, and is shown as it was written', (text, address) => {
  expect(parsePeerAddress(text)).toEqual(address);
  expect(addressText(address)).toBe(text);
});

it.each(['', '127.0.0.1', ':10911', '127.0.0.1:', '127.0.0.1:0', '127.0.0.1:65536', '127.0.0.1:1x', '127.0.0.1:-1'])('%j is none', (text) => {
  expect(parsePeerAddress(text)).toBeUndefined();
});
