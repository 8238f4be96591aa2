/**
 * All brokers and clusters that a name server knows.
 *
 * Source: common/protocol/body/ClusterInfo.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import { type BrokerData, brokerDataShape } from './topic-route.ts';
import { decodeBody, encodeBody, listOf, mapOf, objectOf, type Shape, text } from './shape.ts';

export interface ClusterInfo {
  brokerAddrTable: Map<string, BrokerData>;
  /** Cluster to names of brokers. */
  clusterAddrTable: Map<string, string[]>;
}

export const clusterInfoShape: Shape<ClusterInfo> = objectOf<ClusterInfo>('ClusterInfo', {
  brokerAddrTable: mapOf(brokerDataShape),
  clusterAddrTable: mapOf(listOf(text)),
});

export function encodeClusterInfo(value: ClusterInfo, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(clusterInfoShape, value, options);
}

/** @throws ProtocolError */
export function decodeClusterInfo(body: Buffer): ClusterInfo {
  return decodeBody(clusterInfoShape, body);
}
