import type { ConsumerData, SubscriptionData } from '@rocketmq-ts/remoting-protocol';
import type { Connection } from '@rocketmq-ts/remoting';

import { CHANNEL_EXPIRY_MS, type ClientChannel } from './client-channel.ts';

/** One group as its online members describe it: Java's ConsumerGroupInfo. The last heartbeat wins. */
export interface ConsumerGroup {
  readonly groupName: string;
  consumeType: ConsumerData['consumeType'];
  messageModel: ConsumerData['messageModel'];
  consumeFromWhere: ConsumerData['consumeFromWhere'];
  readonly subscriptions: Map<string, SubscriptionData>;
  readonly members: Map<Connection, ClientChannel>;
}

/** Told when the members or subscriptions of a group changed; `members` are those to be notified. */
export type GroupChangeListener = (group: string, members: Iterable<Connection>) => void;

/**
 * Who consumes for which group and what, from heartbeats. A pure table: time is an argument, the caller closes
 * connections, the listener notifies.
 *
 * Source: broker/client/{ConsumerManager,ConsumerGroupInfo}.java (4.6.0)
 */
export class Consumers {
  readonly #groups = new Map<string, ConsumerGroup>();
  readonly #byConnection = new Map<Connection, Set<string>>();
  readonly #onChange: GroupChangeListener;

  constructor(onChange: GroupChangeListener) {
    this.#onChange = onChange;
  }

  /** True when a member or a topic is new or a topic is gone; the members then hear of it if `notify`. */
  register(data: ConsumerData, channel: ClientChannel, notify: boolean): boolean {
    let group = this.#groups.get(data.groupName);
    if (group === undefined) {
      group = {
        groupName: data.groupName,
        consumeType: data.consumeType,
        messageModel: data.messageModel,
        consumeFromWhere: data.consumeFromWhere,
        subscriptions: new Map(),
        members: new Map(),
      };
      this.#groups.set(data.groupName, group);
    }
    group.consumeType = data.consumeType;
    group.messageModel = data.messageModel;
    group.consumeFromWhere = data.consumeFromWhere;
    const isNewMember = this.#updateMember(group, channel);
    const isNewSubscription = updateSubscriptions(group.subscriptions, data.subscriptionDataSet);
    const changed = isNewMember || isNewSubscription;
    if (changed && notify) this.#onChange(group.groupName, group.members.keys());
    return changed;
  }

  unregister(groupName: string, connection: Connection, notify: boolean): void {
    const group = this.#groups.get(groupName);
    if (group === undefined) return;
    this.#removeMember(group, connection);
    if (notify) this.#onChange(groupName, group.members.keys());
  }

  /** The connection is gone: so are its memberships, and those who are left hear of it. */
  removeConnection(connection: Connection): void {
    const names = this.#byConnection.get(connection);
    if (names === undefined) return;
    for (const name of [...names]) this.unregister(name, connection, true);
  }

  all(): IterableIterator<ConsumerGroup> {
    return this.#groups.values();
  }

  get(group: string): ConsumerGroup | undefined {
    return this.#groups.get(group);
  }

  findSubscription(group: string, topic: string): SubscriptionData | undefined {
    return this.#groups.get(group)?.subscriptions.get(topic);
  }

  subscriptionCount(group: string): number {
    return this.#groups.get(group)?.subscriptions.size ?? 0;
  }

  findMember(group: string, clientId: string): ClientChannel | undefined {
    for (const channel of this.#groups.get(group)?.members.values() ?? []) if (channel.clientId === clientId) return channel;
    return undefined;
  }

  /** Groups with an online member that subscribes to the topic. */
  groupsOf(topic: string): string[] {
    const names = [];
    for (const group of this.#groups.values()) if (group.subscriptions.has(topic)) names.push(group.groupName);
    return names;
  }

  /** Members that were silent too long; they stay until the caller removes their connections. */
  expired(nowMs: number): Set<Connection> {
    const found = new Set<Connection>();
    for (const group of this.#groups.values()) {
      for (const channel of group.members.values()) if (nowMs - channel.lastSeenMs > CHANNEL_EXPIRY_MS) found.add(channel.connection);
    }
    return found;
  }

  #updateMember(group: ConsumerGroup, channel: ClientChannel): boolean {
    const known = group.members.get(channel.connection);
    if (known !== undefined && known.clientId === channel.clientId) {
      known.lastSeenMs = channel.lastSeenMs;
      return false;
    }
    group.members.set(channel.connection, channel);
    if (known !== undefined) return false;
    const names = this.#byConnection.get(channel.connection);
    if (names === undefined) this.#byConnection.set(channel.connection, new Set([group.groupName]));
    else names.add(group.groupName);
    return true;
  }

  #removeMember(group: ConsumerGroup, connection: Connection): void {
    group.members.delete(connection);
    if (group.members.size === 0) this.#groups.delete(group.groupName);
    const names = this.#byConnection.get(connection);
    names?.delete(group.groupName);
    if (names?.size === 0) this.#byConnection.delete(connection);
  }
}

/** Takes over newer subscriptions, drops those no longer named. True when a topic came or went. */
function updateSubscriptions(known: Map<string, SubscriptionData>, latest: readonly SubscriptionData[]): boolean {
  let changed = false;
  const named = new Set<string>();
  for (const subscription of latest) {
    named.add(subscription.topic);
    const old = known.get(subscription.topic);
    if (old === undefined) changed = true;
    if (old === undefined || subscription.subVersion > old.subVersion) known.set(subscription.topic, subscription);
  }
  for (const topic of known.keys()) {
    if (named.has(topic)) continue;
    known.delete(topic);
    changed = true;
  }
  return changed;
}
