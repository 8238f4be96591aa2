/**
 * Where the queues of a topic are: what name servers answer to clients.
 *
 * Source: common/protocol/route/QueueData.java, common/protocol/route/BrokerData.java,
 * common/protocol/route/TopicRouteData.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import { decodeBody, encodeBody, listOf, mapOf, objectOf, optionalText, type Shape, text, textOr, whole, wholeMapOf } from './shape.ts';

export interface QueueData {
  brokerName: string;
  readQueueNums: number;
  writeQueueNums: number;
  /** PermName bits. */
  perm: number;
  /** TopicSysFlag bits. */
  topicSynFlag: number;
}

export const queueDataShape: Shape<QueueData> = objectOf<QueueData>('QueueData', {
  brokerName: text,
  readQueueNums: whole,
  writeQueueNums: whole,
  perm: whole,
  topicSynFlag: whole,
});

export interface BrokerData {
  cluster: string;
  brokerName: string;
  /** Broker id (0 is the master) to `ip:port`. */
  brokerAddrs: Map<number, string>;
}

export const brokerDataShape: Shape<BrokerData> = objectOf<BrokerData>('BrokerData', {
  cluster: textOr(''),
  brokerName: text,
  brokerAddrs: wholeMapOf(text),
});

export interface TopicRouteData {
  /** `brokerName:queueCount;…` of an order topic. */
  orderTopicConf: string | undefined;
  queueDatas: QueueData[];
  brokerDatas: BrokerData[];
  filterServerTable: Map<string, string[]>;
}

export const topicRouteDataShape: Shape<TopicRouteData> = objectOf<TopicRouteData>('TopicRouteData', {
  orderTopicConf: optionalText,
  queueDatas: listOf(queueDataShape),
  brokerDatas: listOf(brokerDataShape),
  filterServerTable: mapOf(listOf(text)),
});

export function encodeTopicRouteData(value: TopicRouteData, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(topicRouteDataShape, value, options);
}

/** @throws ProtocolError */
export function decodeTopicRouteData(body: Buffer): TopicRouteData {
  return decodeBody(topicRouteDataShape, body);
}
