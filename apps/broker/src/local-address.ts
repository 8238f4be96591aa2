import type { NetworkInterfaceInfo } from 'node:os';

type Address = Pick<NetworkInterfaceInfo, 'address' | 'family' | 'internal'>;

/**
 * The address a broker tells clients unless brokerIP1 says otherwise: the first IPv4 address that is neither loopback
 * nor 192.168.*, else the last IPv4 one, else the first IPv6 one; the loopback when there is nothing else.
 *
 * Source: remoting/common/RemotingUtil.java getLocalAddress (4.6.0)
 */
export function localAddress(interfaces: Iterable<readonly Address[] | undefined>): string {
  const outward = [...interfaces].flatMap((addresses) => addresses ?? []).filter(({ internal }) => !internal);
  const v4 = outward.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
  const preferred = v4.find((address) => !address.startsWith('127.0') && !address.startsWith('192.168'));
  const v6 = outward.find(({ family }) => family === 'IPv6')?.address;
  return preferred ?? v4.at(-1) ?? (v6 === undefined ? '127.0.0.1' : `[${v6}]`);
}
