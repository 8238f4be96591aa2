import type { Connection } from '@rocketmq-ts/remoting';

import { CHANNEL_EXPIRY_MS, type ClientChannel } from './client-channel.ts';

/**
 * Who produces for which group, from heartbeats. A pure table: time is an argument, the caller closes connections.
 *
 * Source: broker/client/ProducerManager.java (4.6.0)
 */
export class Producers {
  readonly #groups = new Map<string, Map<Connection, ClientChannel>>();
  /** Groups of each connection, so that a close costs what that connection has and not the whole table. */
  readonly #byConnection = new Map<Connection, Set<string>>();

  register(group: string, channel: ClientChannel): void {
    let members = this.#groups.get(group);
    if (members === undefined) {
      members = new Map();
      this.#groups.set(group, members);
    }
    const known = members.get(channel.connection);
    if (known !== undefined) {
      known.lastSeenMs = channel.lastSeenMs;
      return;
    }
    members.set(channel.connection, channel);
    const groups = this.#byConnection.get(channel.connection);
    if (groups === undefined) this.#byConnection.set(channel.connection, new Set([group]));
    else groups.add(group);
  }

  unregister(group: string, connection: Connection): void {
    const members = this.#groups.get(group);
    if (members === undefined) return;
    members.delete(connection);
    if (members.size === 0) this.#groups.delete(group);
    const groups = this.#byConnection.get(connection);
    groups?.delete(group);
    if (groups?.size === 0) this.#byConnection.delete(connection);
  }

  /** The connection is gone: so are its memberships. */
  removeConnection(connection: Connection): void {
    const groups = this.#byConnection.get(connection);
    if (groups === undefined) return;
    for (const group of [...groups]) this.unregister(group, connection);
  }

  /** Members of the group, undefined when it has none. */
  members(group: string): ReadonlyMap<Connection, ClientChannel> | undefined {
    return this.#groups.get(group);
  }

  groupNames(): IterableIterator<string> {
    return this.#groups.keys();
  }

  /** Members that were silent too long; they stay until the caller removes their connections. */
  expired(nowMs: number): Set<Connection> {
    const found = new Set<Connection>();
    for (const members of this.#groups.values()) {
      for (const channel of members.values()) if (nowMs - channel.lastSeenMs > CHANNEL_EXPIRY_MS) found.add(channel.connection);
    }
    return found;
  }
}
