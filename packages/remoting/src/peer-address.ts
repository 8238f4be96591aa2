import { type PeerAddress, RmqError } from '@rocketmq-ts/kernel';

export function addressText(peer: PeerAddress): string {
  return peer.host.includes(':') ? `[${peer.host}]:${peer.port}` : `${peer.host}:${peer.port}`;
}

/** `host:port` or `[ipv6]:port`. @throws RmqError 'REMOTING_ADDRESS' */
export function parseAddress(text: string): PeerAddress {
  const colonAt = text.lastIndexOf(':');
  const portText = text.slice(colonAt + 1);
  const port = /^[0-9]{1,5}$/.test(portText) ? Number(portText) : 0;
  let host = text.slice(0, Math.max(colonAt, 0));
  if (host.startsWith('[') && host.endsWith(']')) host = host.slice(1, -1);
  if (host === '' || port < 1 || port > 65_535) {
    throw new RmqError('REMOTING_ADDRESS', `'${text}' is not an address: expected host:port, such as 127.0.0.1:9876`);
  }
  return { host, port };
}
