/**
 * Times of the messages of each queue of a topic, as a group sees them.
 *
 * Source: common/protocol/body/QueueTimeSpan.java, common/protocol/body/QueryConsumeTimeSpanBody.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import type { MessageQueue } from '../message/message-queue.ts';
import { messageQueueShape } from './message-queue-shape.ts';
import { wallTimeText } from './wall-time-text.ts';
import { decodeBody, encodeBody, listOf, objectOf, type Shape, whole } from './shape.ts';

export interface QueueTimeSpan {
  messageQueue: MessageQueue;
  minTimeStamp: number;
  maxTimeStamp: number;
  consumeTimeStamp: number;
  delayTime: number;
}

export const queueTimeSpanShape: Shape<QueueTimeSpan> = objectOf<QueueTimeSpan>(
  'QueueTimeSpan',
  {
    messageQueue: messageQueueShape,
    minTimeStamp: whole,
    maxTimeStamp: whole,
    consumeTimeStamp: whole,
    delayTime: whole,
  },
  {
    minTimeStampStr: (span) => wallTimeText(span.minTimeStamp),
    maxTimeStampStr: (span) => wallTimeText(span.maxTimeStamp),
    consumeTimeStampStr: (span) => wallTimeText(span.consumeTimeStamp),
  },
);

export interface QueryConsumeTimeSpanBody {
  consumeTimeSpanSet: QueueTimeSpan[];
}

export const queryConsumeTimeSpanBodyShape: Shape<QueryConsumeTimeSpanBody> = objectOf<QueryConsumeTimeSpanBody>('QueryConsumeTimeSpanBody', {
  consumeTimeSpanSet: listOf(queueTimeSpanShape),
});

export function encodeQueryConsumeTimeSpanBody(value: QueryConsumeTimeSpanBody, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(queryConsumeTimeSpanBodyShape, value, options);
}

/** @throws ProtocolError */
export function decodeQueryConsumeTimeSpanBody(body: Buffer): QueryConsumeTimeSpanBody {
  return decodeBody(queryConsumeTimeSpanBodyShape, body);
}
