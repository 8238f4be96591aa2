/**
 * Progress of all groups: one file of the broker, and the answer to GET_ALL_CONSUMER_OFFSET.
 *
 * Source: common/protocol/body/ConsumerOffsetSerializeWrapper.java, store/schedule/DelayOffsetSerializeWrapper.java,
 * common/protocol/body/QueryCorrectionOffsetBody.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import { decodeBody, encodeBody, mapOf, objectOf, type Shape, whole, wholeMapOf } from './shape.ts';

export interface ConsumerOffsetSerializeWrapper {
  /** `topic@group` to queue id to consumer offset. */
  offsetTable: Map<string, Map<number, number>>;
}

export const consumerOffsetSerializeWrapperShape: Shape<ConsumerOffsetSerializeWrapper> = objectOf<ConsumerOffsetSerializeWrapper>('ConsumerOffsetSerializeWrapper', {
  offsetTable: mapOf(wholeMapOf(whole)),
});

export function encodeConsumerOffsetSerializeWrapper(value: ConsumerOffsetSerializeWrapper, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(consumerOffsetSerializeWrapperShape, value, options);
}

/** @throws ProtocolError */
export function decodeConsumerOffsetSerializeWrapper(body: Buffer): ConsumerOffsetSerializeWrapper {
  return decodeBody(consumerOffsetSerializeWrapperShape, body);
}

export interface DelayOffsetSerializeWrapper {
  /** Delay level to queue offset. */
  offsetTable: Map<number, number>;
}

export const delayOffsetSerializeWrapperShape: Shape<DelayOffsetSerializeWrapper> = objectOf<DelayOffsetSerializeWrapper>('DelayOffsetSerializeWrapper', {
  offsetTable: wholeMapOf(whole),
});

export function encodeDelayOffsetSerializeWrapper(value: DelayOffsetSerializeWrapper, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(delayOffsetSerializeWrapperShape, value, options);
}

/** @throws ProtocolError */
export function decodeDelayOffsetSerializeWrapper(body: Buffer): DelayOffsetSerializeWrapper {
  return decodeBody(delayOffsetSerializeWrapperShape, body);
}

export interface QueryCorrectionOffsetBody {
  /** Queue id to offset. */
  correctionOffsets: Map<number, number>;
}

export const queryCorrectionOffsetBodyShape: Shape<QueryCorrectionOffsetBody> = objectOf<QueryCorrectionOffsetBody>('QueryCorrectionOffsetBody', {
  correctionOffsets: wholeMapOf(whole),
});

export function encodeQueryCorrectionOffsetBody(value: QueryCorrectionOffsetBody, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(queryCorrectionOffsetBodyShape, value, options);
}

/** @throws ProtocolError */
export function decodeQueryCorrectionOffsetBody(body: Buffer): QueryCorrectionOffsetBody {
  return decodeBody(queryCorrectionOffsetBodyShape, body);
}
