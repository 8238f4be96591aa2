/**
 * From a topic's route to the queues one may send to and read from. Pure.
 *
 *   publish    every broker (by name) with write permission and a master: queues 0..writeQueueNums-1;
 *              an order configuration `broker:count;…` replaces that list
 *   subscribe  every broker with read permission: queues 0..readQueueNums-1
 *
 * Source: client/impl/factory/MQClientInstance.java topicRouteData2TopicPublishInfo, …SubscribeInfo (4.6.0)
 */
import { compareMessageQueues, isReadable, isWriteable, type MessageQueue, type QueueData, type TopicRouteData } from '@rocketmq-ts/remoting-protocol';
import { MASTER_ID } from './names.ts';

export interface PublishInfo {
  readonly isOrderTopic: boolean;
  readonly queues: readonly MessageQueue[];
  /** Queues that may be written, per broker name. */
  readonly writeQueueNums: ReadonlyMap<string, number>;
}

export function publishInfoOf(topic: string, route: TopicRouteData): PublishInfo {
  const queues: MessageQueue[] = [];
  const writeQueueNums = new Map<string, number>();
  if (route.orderTopicConf !== undefined && route.orderTopicConf !== '') {
    for (const { brokerName, count } of parseOrderConf(route.orderTopicConf)) addQueues(queues, topic, brokerName, count);
    for (const data of route.queueDatas) writeQueueNums.set(data.brokerName, data.writeQueueNums);
    return { isOrderTopic: true, queues, writeQueueNums };
  }
  const withMaster = new Set(route.brokerDatas.filter((broker) => broker.brokerAddrs.has(MASTER_ID)).map((broker) => broker.brokerName));
  for (const data of byBrokerName(route.queueDatas)) {
    if (!isWriteable(data.perm) || !withMaster.has(data.brokerName)) continue;
    writeQueueNums.set(data.brokerName, data.writeQueueNums);
    addQueues(queues, topic, data.brokerName, data.writeQueueNums);
  }
  return { isOrderTopic: false, queues, writeQueueNums };
}

/** In natural order, which is what the allocation strategies need. */
export function subscribeQueuesOf(topic: string, route: TopicRouteData): MessageQueue[] {
  const queues: MessageQueue[] = [];
  for (const data of route.queueDatas) {
    if (isReadable(data.perm)) addQueues(queues, topic, data.brokerName, data.readQueueNums);
  }
  return queues.sort(compareMessageQueues);
}

/** The route of TBW102 as that of a topic that does not exist yet: never more queues than the broker will create. */
export function routeFromDefaultTopic(route: TopicRouteData, defaultTopicQueueNums: number): TopicRouteData {
  const queueDatas = route.queueDatas.map((data) => {
    const nums = Math.min(defaultTopicQueueNums, data.readQueueNums);
    return { ...data, readQueueNums: nums, writeQueueNums: nums };
  });
  return { ...route, queueDatas };
}

/** Equal exactly for routes that mean the same, whatever the order of their lists. */
export function routeSignature(route: TopicRouteData): string {
  const brokers = [...route.brokerDatas]
    .sort((a, b) => (a.brokerName < b.brokerName ? -1 : 1))
    .map((b) => [b.cluster, b.brokerName, [...b.brokerAddrs].sort((x, y) => x[0] - y[0])]);
  const queues = byBrokerName(route.queueDatas).map((q) => [q.brokerName, q.readQueueNums, q.writeQueueNums, q.perm, q.topicSynFlag]);
  return JSON.stringify([route.orderTopicConf ?? '', queues, brokers]);
}

function byBrokerName(queueDatas: readonly QueueData[]): QueueData[] {
  return [...queueDatas].sort((a, b) => (a.brokerName < b.brokerName ? -1 : a.brokerName > b.brokerName ? 1 : 0));
}

function addQueues(queues: MessageQueue[], topic: string, brokerName: string, count: number): void {
  for (let queueId = 0; queueId < count; queueId += 1) queues.push({ topic, brokerName, queueId });
}

/** Parts that are no `name:count` are left out rather than guessed at. */
function parseOrderConf(text: string): { brokerName: string; count: number }[] {
  return text.split(';').flatMap((part) => {
    const match = /^\s*(.+):(\d{1,5})\s*$/.exec(part);
    return match === null ? [] : [{ brokerName: match[1]!, count: Number(match[2]) }];
  });
}
