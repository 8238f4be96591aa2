/** Who has sent heartbeats to a scripted broker, by connection; tells members of a group when it changes (40). */
import type { Connection } from '@rocketmq-ts/remoting';
import { type HeartbeatData, NotifyConsumerIdsChangedRequestHeader, RemotingCommand, RequestCode } from '@rocketmq-ts/remoting-protocol';

export class FakeMembers {
  readonly #clients = new Map<Connection, HeartbeatData>();

  all(): HeartbeatData[] {
    return [...this.#clients.values()];
  }

  ids(group: string): string[] {
    return this.all().filter((data) => data.consumerDataSet.some((consumer) => consumer.groupName === group)).map((data) => data.clientID);
  }

  /** Version of the group's subscription to a topic as the last heartbeat on this connection had it; undefined: not known. */
  subVersion(connection: Connection, group: string, topic: string): number | undefined {
    const consumer = this.#clients.get(connection)?.consumerDataSet.find((each) => each.groupName === group);
    return consumer?.subscriptionDataSet.find((each) => each.topic === topic)?.subVersion;
  }

  put(connection: Connection, data: HeartbeatData): void {
    const before = new Set(groupsOf(this.#clients.get(connection)));
    this.#clients.set(connection, data);
    for (const group of groupsOf(data)) if (!before.has(group)) this.#notify(group);
  }

  clear(): void {
    this.#clients.clear();
  }

  /** The connection is gone, or its client left one group. */
  remove(connection: Connection, group?: string): void {
    const data = this.#clients.get(connection);
    if (data === undefined) return;
    const left = group === undefined ? [] : data.consumerDataSet.filter((consumer) => consumer.groupName !== group);
    if (group === undefined) this.#clients.delete(connection);
    else this.#clients.set(connection, { ...data, consumerDataSet: left });
    for (const gone of group === undefined ? groupsOf(data) : [group]) this.#notify(gone);
  }

  #notify(consumerGroup: string): void {
    for (const [connection, data] of this.#clients) {
      if (!groupsOf(data).includes(consumerGroup) || !connection.isOpen) continue;
      connection.oneway(new RemotingCommand(RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, NotifyConsumerIdsChangedRequestHeader.encode({ consumerGroup })));
    }
  }
}

function groupsOf(data: HeartbeatData | undefined): string[] {
  return data?.consumerDataSet.map((consumer) => consumer.groupName) ?? [];
}
