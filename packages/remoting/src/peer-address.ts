import { parsePeerAddress, type PeerAddress, RmqError } from '@rocketmq-ts/kernel';

/** `host:port` or `[ipv6]:port`. @throws RmqError 'REMOTING_ADDRESS' */
export function parseAddress(text: string): PeerAddress {
  const address = parsePeerAddress(text);
  if (address !== undefined) return address;
  throw new RmqError('REMOTING_ADDRESS', `'${text}' is not an address: expected host:port, such as 127.0.0.1:9876`);
}
