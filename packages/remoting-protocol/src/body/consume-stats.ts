/**
 * Progress and lag of consumer groups.
 *
 * Source: common/admin/OffsetWrapper.java, common/admin/ConsumeStats.java, common/protocol/body/ConsumeStatsList.java
 * (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import type { MessageQueue } from '../message/message-queue.ts';
import { messageQueueShape } from './message-queue-shape.ts';
import { decodeBody, double, encodeBody, listOf, mapOf, objectOf, optionalText, pairsOf, type Shape, whole } from './shape.ts';

export interface OffsetWrapper {
  brokerOffset: number;
  consumerOffset: number;
  /** Store time of the last consumed message. */
  lastTimestamp: number;
}

export const offsetWrapperShape: Shape<OffsetWrapper> = objectOf<OffsetWrapper>('OffsetWrapper', {
  brokerOffset: whole,
  consumerOffset: whole,
  lastTimestamp: whole,
});

export interface ConsumeStats {
  offsetTable: [MessageQueue, OffsetWrapper][];
  consumeTps: number;
}

export const consumeStatsShape: Shape<ConsumeStats> = objectOf<ConsumeStats>('ConsumeStats', {
  offsetTable: pairsOf(messageQueueShape, offsetWrapperShape),
  consumeTps: double,
});

export function encodeConsumeStats(value: ConsumeStats, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(consumeStatsShape, value, options);
}

/** @throws ProtocolError */
export function decodeConsumeStats(body: Buffer): ConsumeStats {
  return decodeBody(consumeStatsShape, body);
}

export interface ConsumeStatsList {
  /** Group to one entry per topic. */
  consumeStatsList: Map<string, ConsumeStats[]>[];
  brokerAddr: string | undefined;
  totalDiff: number;
}

export const consumeStatsListShape: Shape<ConsumeStatsList> = objectOf<ConsumeStatsList>('ConsumeStatsList', {
  consumeStatsList: listOf(mapOf(listOf(consumeStatsShape))),
  brokerAddr: optionalText,
  totalDiff: whole,
});

export function encodeConsumeStatsList(value: ConsumeStatsList, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(consumeStatsListShape, value, options);
}

/** @throws ProtocolError */
export function decodeConsumeStatsList(body: Buffer): ConsumeStatsList {
  return decodeBody(consumeStatsListShape, body);
}
