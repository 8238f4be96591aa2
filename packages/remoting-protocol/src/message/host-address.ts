/**
 * Hosts as text and as they stand in records and message ids: 4 or 16 address bytes, then the port as int32.
 *
 * Source: common/message/MessageExt.java socketAddress2ByteBuffer, remoting/common/RemotingHelper.java (4.6.0)
 */
import { readInt32, writeInt32 } from '../bytes/int64.ts';
import { ProtocolError } from '../errors.ts';
import { ipv4Number, ipv4Text, ipv6Text, parseIpv6, plainIp } from './ip-address.ts';
import type { HostAddress } from './message.ts';
import { MessageSysFlag } from './flags.ts';

export const HOST_V4_BYTES = 8;
export const HOST_V6_BYTES = 20;

/**
 * `1.2.3.4:10911`, `/1.2.3.4:10911` (Java's toString), `[::1]:10911`, `host.name:10911`.
 *
 * @throws ProtocolError HOST_ADDRESS
 */
export function parseHostAddress(text: string): HostAddress {
  const address = text.slice(text.lastIndexOf('/') + 1);
  const colon = address.lastIndexOf(':');
  const portText = address.slice(colon + 1);
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : -1;
  let ip = address.slice(0, Math.max(colon, 0));
  if (ip.startsWith('[') && ip.endsWith(']')) ip = ip.slice(1, -1);
  if (ip === '' || port < 0 || port > 65535) throw new ProtocolError('HOST_ADDRESS', `not an address: ${JSON.stringify(text.slice(0, 80))}; it looks like 1.2.3.4:10911`);
  return { ip: plainIp(ip), port };
}

/** `1.2.3.4:10911` or `[::1]:10911`. */
export function formatHostAddress(host: HostAddress): string {
  return host.ip.includes(':') ? `[${host.ip}]:${host.port}` : `${host.ip}:${host.port}`;
}

export function isIpv6Host(host: HostAddress): boolean {
  return plainIp(host.ip).includes(':');
}

/** The sysFlag bits that a record with these hosts needs; or them in before sizing it. */
export function hostSysFlag(bornHost: HostAddress, storeHost: HostAddress): number {
  return (isIpv6Host(bornHost) ? MessageSysFlag.BORNHOST_V6 : 0) | (isIpv6Host(storeHost) ? MessageSysFlag.STOREHOST_V6 : 0);
}

/**
 * Writes 8 bytes, or 20 for IPv6, and returns the position behind them.
 *
 * @throws ProtocolError HOST_ADDRESS for a name: only numbers can be stored
 */
export function writeHost(buffer: Buffer, at: number, host: HostAddress): number {
  const v4 = ipv4Number(host.ip);
  if (v4 >= 0) {
    writeInt32(buffer, at, v4);
    writeInt32(buffer, at + 4, host.port);
    return at + HOST_V4_BYTES;
  }
  const plain = plainIp(host.ip);
  if (plain !== host.ip) return writeHost(buffer, at, { ip: plain, port: host.port });
  const v6 = parseIpv6(plain);
  if (v6 === undefined) throw new ProtocolError('HOST_ADDRESS', `not an IP address: ${JSON.stringify(host.ip.slice(0, 80))}`);
  v6.copy(buffer, at);
  writeInt32(buffer, at + 16, host.port);
  return at + HOST_V6_BYTES;
}

/** The caller has checked that the 8 or 20 bytes are there. */
export function readHost(buffer: Buffer, at: number, isV6: boolean): HostAddress {
  return isV6 ? { ip: ipv6Text(buffer, at), port: readInt32(buffer, at + 16) } : { ip: ipv4Text(buffer, at), port: readInt32(buffer, at + 4) };
}
