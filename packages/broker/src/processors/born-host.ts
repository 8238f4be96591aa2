import type { HostAddress } from '@rocketmq-ts/remoting-protocol';
import type { Connection } from '@rocketmq-ts/remoting';

const hosts = new WeakMap<Connection, HostAddress>();

/** The peer's address as it goes into records; one object per connection. */
export function bornHostOf(connection: Connection): HostAddress {
  let host = hosts.get(connection);
  if (host === undefined) {
    host = { ip: withoutIPv4Mapping(connection.remote.host), port: connection.remote.port };
    hosts.set(connection, host);
  }
  return host;
}

/** A socket that listens on IPv6 sees IPv4 peers as `::ffff:10.0.0.1`; Java shows and stores the IPv4 address. */
function withoutIPv4Mapping(ip: string): string {
  return ip.startsWith('::ffff:') && ip.includes('.') ? ip.slice('::ffff:'.length) : ip;
}
