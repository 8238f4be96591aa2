/**
 * Asks a broker whether it can filter by a subscription.
 *
 * Source: common/protocol/body/CheckClientRequestBody.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import { type SubscriptionData, subscriptionDataShape } from './heartbeat.ts';
import { decodeBody, encodeBody, objectOf, optionalText, type Shape } from './shape.ts';

export interface CheckClientRequestBody {
  clientId: string | undefined;
  group: string | undefined;
  subscriptionData: SubscriptionData;
}

export const checkClientRequestBodyShape: Shape<CheckClientRequestBody> = objectOf<CheckClientRequestBody>('CheckClientRequestBody', {
  clientId: optionalText,
  group: optionalText,
  subscriptionData: subscriptionDataShape,
});

export function encodeCheckClientRequestBody(value: CheckClientRequestBody, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(checkClientRequestBodyShape, value, options);
}

/** @throws ProtocolError */
export function decodeCheckClientRequestBody(body: Buffer): CheckClientRequestBody {
  return decodeBody(checkClientRequestBodyShape, body);
}
