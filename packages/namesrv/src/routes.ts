/**
 * What clients and tools read out of the route table. Pure; lists come in the order in which Java walks its tables.
 *
 * Source: namesrv/routeinfo/RouteInfoManager.java (4.6.0)
 */
import type { BrokerData, ClusterInfo, QueueData, TopicList, TopicRouteData } from '@rocketmq-ts/remoting-protocol';
import { inHashOrder } from './java-hash-order.ts';
import type { Broker, RouteTable } from './route-table.ts';

/** What Java creates its tables with. */
const TOPIC_TABLE_CAPACITY = 1024;
const BROKER_TABLE_CAPACITY = 128;
const CLUSTER_TABLE_CAPACITY = 32;

/** TopicSysFlag */
const FLAG_UNIT = 0x1;
const FLAG_UNIT_SUB = 0x2;

/** Undefined: nobody serves the topic. */
export function pickRoute(table: RouteTable, topic: string): Omit<TopicRouteData, 'orderTopicConf'> | undefined {
  const queues = table.topics.get(topic);
  if (queues === undefined) return undefined;
  const brokerDatas: BrokerData[] = [];
  const filterServerTable = new Map<string, string[]>();
  for (const brokerName of inHashOrder(queues.keys(), (name) => name)) {
    const broker = table.brokers.get(brokerName);
    if (broker === undefined) continue;
    brokerDatas.push(brokerDataOf(broker));
    for (const addr of broker.addrs.values()) {
      const filterServers = table.filterServers.get(addr);
      if (filterServers !== undefined) filterServerTable.set(addr, [...filterServers]);
    }
  }
  if (brokerDatas.length === 0) return undefined;
  return { queueDatas: [...queues.values()], brokerDatas, filterServerTable: new Map(inHashOrder(filterServerTable, ([addr]) => addr)) };
}

export function clusterInfo(table: RouteTable): ClusterInfo {
  const brokers = inHashOrder(table.brokers.values(), (broker) => broker.brokerName, BROKER_TABLE_CAPACITY);
  const clusters = inHashOrder(table.clusters, ([clusterName]) => clusterName, CLUSTER_TABLE_CAPACITY);
  return {
    brokerAddrTable: new Map(brokers.map((broker) => [broker.brokerName, brokerDataOf(broker)])),
    clusterAddrTable: new Map(clusters.map(([clusterName, names]) => [clusterName, inHashOrder(names, (name) => name)])),
  };
}

export function allTopics(table: RouteTable): TopicList {
  return topicListOf(topicsInOrder(table).map(([topic]) => topic));
}

export function topicsOfCluster(table: RouteTable, clusterName: string): TopicList {
  const topics: string[] = [];
  const inOrder = topicsInOrder(table);
  for (const brokerName of inHashOrder(table.clusters.get(clusterName) ?? [], (name) => name)) {
    for (const [topic, queues] of inOrder) {
      if (queues.has(brokerName)) topics.push(topic);
    }
  }
  return topicListOf(topics);
}

/** Names of clusters and brokers, which are topics, and the address of some broker. */
export function systemTopics(table: RouteTable): TopicList {
  const names: string[] = [];
  for (const [clusterName, brokerNames] of inHashOrder(table.clusters, ([name]) => name, CLUSTER_TABLE_CAPACITY)) {
    names.push(clusterName, ...inHashOrder(brokerNames, (name) => name));
  }
  const [first] = inHashOrder(table.brokers.values(), (broker) => broker.brokerName, BROKER_TABLE_CAPACITY);
  const [firstAddr] = first === undefined ? [] : addrsInOrder(first);
  return { ...topicListOf(names), brokerAddr: firstAddr?.[1] };
}

export function unitTopics(table: RouteTable): TopicList {
  return topicsByFlag(table, (flag) => (flag & FLAG_UNIT) !== 0);
}

export function unitSubTopics(table: RouteTable): TopicList {
  return topicsByFlag(table, (flag) => (flag & FLAG_UNIT_SUB) !== 0);
}

export function unitSubUnUnitTopics(table: RouteTable): TopicList {
  return topicsByFlag(table, (flag) => (flag & FLAG_UNIT) === 0 && (flag & FLAG_UNIT_SUB) !== 0);
}

/** By the flag of the topic's first queue data, as Java decides it. */
function topicsByFlag(table: RouteTable, isWanted: (flag: number) => boolean): TopicList {
  const topics: string[] = [];
  for (const [topic, queues] of topicsInOrder(table)) {
    const [first] = queues.values();
    if (first !== undefined && isWanted(first.topicSynFlag)) topics.push(topic);
  }
  return topicListOf(topics);
}

function topicsInOrder(table: RouteTable): [string, Map<string, QueueData>][] {
  return inHashOrder(table.topics, ([topic]) => topic, TOPIC_TABLE_CAPACITY);
}

/** Java gathers names in a HashSet. */
function topicListOf(names: readonly string[]): TopicList {
  return { topicList: inHashOrder(new Set(names), (name) => name), brokerAddr: undefined };
}

function brokerDataOf(broker: Broker): BrokerData {
  return { cluster: broker.cluster, brokerName: broker.brokerName, brokerAddrs: new Map(addrsInOrder(broker)) };
}

function addrsInOrder(broker: Broker): [number, string][] {
  return inHashOrder(broker.addrs, ([id]) => id);
}
