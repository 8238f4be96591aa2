/**
 * Orderly consumers take queues and give them back.
 *
 * Source: common/protocol/body/LockBatchRequestBody.java, UnlockBatchRequestBody.java,
 * common/protocol/body/LockBatchResponseBody.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import type { MessageQueue } from '../message/message-queue.ts';
import { messageQueueShape } from './message-queue-shape.ts';
import { decodeBody, encodeBody, listOf, objectOf, type Shape, text } from './shape.ts';

/** Also the body of UNLOCK_BATCH_MQ. */
export interface LockBatchRequestBody {
  consumerGroup: string;
  clientId: string;
  mqSet: MessageQueue[];
}

export const lockBatchRequestBodyShape: Shape<LockBatchRequestBody> = objectOf<LockBatchRequestBody>('LockBatchRequestBody', {
  consumerGroup: text,
  clientId: text,
  mqSet: listOf(messageQueueShape),
});

export function encodeLockBatchRequestBody(value: LockBatchRequestBody, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(lockBatchRequestBodyShape, value, options);
}

/** @throws ProtocolError */
export function decodeLockBatchRequestBody(body: Buffer): LockBatchRequestBody {
  return decodeBody(lockBatchRequestBodyShape, body);
}

export interface LockBatchResponseBody {
  lockOKMQSet: MessageQueue[];
}

export const lockBatchResponseBodyShape: Shape<LockBatchResponseBody> = objectOf<LockBatchResponseBody>('LockBatchResponseBody', {
  lockOKMQSet: listOf(messageQueueShape),
});

export function encodeLockBatchResponseBody(value: LockBatchResponseBody, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(lockBatchResponseBodyShape, value, options);
}

/** @throws ProtocolError */
export function decodeLockBatchResponseBody(body: Buffer): LockBatchResponseBody {
  return decodeBody(lockBatchResponseBodyShape, body);
}

export type UnlockBatchRequestBody = LockBatchRequestBody;
export const encodeUnlockBatchRequestBody = encodeLockBatchRequestBody;
export const decodeUnlockBatchRequestBody = decodeLockBatchRequestBody;
