/**
 * Units of a consume queue, for people.
 *
 * Source: common/protocol/body/ConsumeQueueData.java, common/protocol/body/QueryConsumeQueueResponseBody.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import { type SubscriptionData, subscriptionDataShape } from './heartbeat.ts';
import { decodeBody, encodeBody, flagOr, listOf, objectOf, optionalOf, optionalText, type Shape, whole } from './shape.ts';

export interface ConsumeQueueData {
  physicOffset: number;
  physicSize: number;
  tagsCode: number;
  extendDataJson: string | undefined;
  bitMap: string | undefined;
  eval: boolean;
  msg: string | undefined;
}

export const consumeQueueDataShape: Shape<ConsumeQueueData> = objectOf<ConsumeQueueData>('ConsumeQueueData', {
  physicOffset: whole,
  physicSize: whole,
  tagsCode: whole,
  extendDataJson: optionalText,
  bitMap: optionalText,
  eval: flagOr(false),
  msg: optionalText,
});

export interface QueryConsumeQueueResponseBody {
  subscriptionData: SubscriptionData | undefined;
  filterData: string | undefined;
  queueData: ConsumeQueueData[] | undefined;
  maxQueueIndex: number;
  minQueueIndex: number;
}

export const queryConsumeQueueResponseBodyShape: Shape<QueryConsumeQueueResponseBody> = objectOf<QueryConsumeQueueResponseBody>('QueryConsumeQueueResponseBody', {
  subscriptionData: optionalOf(subscriptionDataShape),
  filterData: optionalText,
  queueData: optionalOf(listOf(consumeQueueDataShape)),
  maxQueueIndex: whole,
  minQueueIndex: whole,
});

export function encodeQueryConsumeQueueResponseBody(value: QueryConsumeQueueResponseBody, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(queryConsumeQueueResponseBodyShape, value, options);
}

/** @throws ProtocolError */
export function decodeQueryConsumeQueueResponseBody(body: Buffer): QueryConsumeQueueResponseBody {
  return decodeBody(queryConsumeQueueResponseBodyShape, body);
}
