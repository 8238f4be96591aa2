/**
 * One counter of a broker over three ranges.
 *
 * Source: common/protocol/body/BrokerStatsItem.java, common/protocol/body/BrokerStatsData.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import { decodeBody, double, encodeBody, objectOf, type Shape, whole } from './shape.ts';

export interface BrokerStatsItem {
  sum: number;
  tps: number;
  /** Average per time: Java's name. */
  avgpt: number;
}

export const brokerStatsItemShape: Shape<BrokerStatsItem> = objectOf<BrokerStatsItem>('BrokerStatsItem', {
  sum: whole,
  tps: double,
  avgpt: double,
});

export interface BrokerStatsData {
  statsMinute: BrokerStatsItem;
  statsHour: BrokerStatsItem;
  statsDay: BrokerStatsItem;
}

export const brokerStatsDataShape: Shape<BrokerStatsData> = objectOf<BrokerStatsData>('BrokerStatsData', {
  statsMinute: brokerStatsItemShape,
  statsHour: brokerStatsItemShape,
  statsDay: brokerStatsItemShape,
});

export function encodeBrokerStatsData(value: BrokerStatsData, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(brokerStatsDataShape, value, options);
}

/** @throws ProtocolError */
export function decodeBrokerStatsData(body: Buffer): BrokerStatsData {
  return decodeBody(brokerStatsDataShape, body);
}
