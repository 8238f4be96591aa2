/**
 * Client ids of a consumer group.
 *
 * Source: common/protocol/header/GetConsumerListByGroupResponseBody.java (4.6.0)
 */
import { decodeBody, encodeBody, listOf, objectOf, type Shape, text } from './shape.ts';

export interface ConsumerIdListBody {
  consumerIdList: string[];
}

export const consumerIdListBodyShape: Shape<ConsumerIdListBody> = objectOf<ConsumerIdListBody>('ConsumerIdListBody', {
  consumerIdList: listOf(text),
});

export function encodeConsumerIdList(consumerIdList: string[]): Buffer {
  return encodeBody(consumerIdListBodyShape, { consumerIdList });
}

/** @throws ProtocolError */
export function decodeConsumerIdList(body: Buffer): string[] {
  return decodeBody(consumerIdListBodyShape, body).consumerIdList;
}
