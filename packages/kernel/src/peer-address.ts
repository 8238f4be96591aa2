import type { PeerAddress } from './net.ts';

/** `ip:port`, with brackets around an IPv6 address: as logs and tables show it. */
export function addressText(peer: PeerAddress): string {
  return peer.host.includes(':') ? `[${peer.host}]:${peer.port}` : `${peer.host}:${peer.port}`;
}

/** `host:port` or `[ipv6]:port`; undefined when the text is neither. */
export function parsePeerAddress(text: string): PeerAddress | undefined {
  const colonAt = text.lastIndexOf(':');
  const portText = text.slice(colonAt + 1);
  const port = /^[0-9]{1,5}$/.test(portText) ? Number(portText) : 0;
  let host = text.slice(0, Math.max(colonAt, 0));
  if (host.startsWith('[') && host.endsWith(']')) host = host.slice(1, -1);
  return host === '' || port < 1 || port > 65_535 ? undefined : { host, port };
}
