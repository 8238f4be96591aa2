/**
 * Offsets that consumers are told to continue from, and offsets that they report.
 *
 * Source: common/protocol/body/ResetOffsetBody.java, common/message/MessageQueueForC.java,
 * common/protocol/body/ResetOffsetBodyForC.java, common/protocol/body/GetConsumerStatusBody.java,
 * common/protocol/topic/OffsetMovedEvent.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import type { MessageQueue } from '../message/message-queue.ts';
import { messageQueueShape } from './message-queue-shape.ts';
import { decodeBody, encodeBody, listOf, mapOf, objectOf, pairsOf, type Shape, text, whole } from './shape.ts';

export interface ResetOffsetBody {
  offsetTable: [MessageQueue, number][];
}

export const resetOffsetBodyShape: Shape<ResetOffsetBody> = objectOf<ResetOffsetBody>('ResetOffsetBody', {
  offsetTable: pairsOf(messageQueueShape, whole),
});

export function encodeResetOffsetBody(value: ResetOffsetBody, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(resetOffsetBodyShape, value, options);
}

/** @throws ProtocolError */
export function decodeResetOffsetBody(body: Buffer): ResetOffsetBody {
  return decodeBody(resetOffsetBodyShape, body);
}

/** A queue and its offset in one object: clients in C++ have no maps keyed by objects. */
export interface MessageQueueForC {
  topic: string;
  brokerName: string;
  queueId: number;
  offset: number;
}

export const messageQueueForCShape: Shape<MessageQueueForC> = objectOf<MessageQueueForC>('MessageQueueForC', {
  topic: text,
  brokerName: text,
  queueId: whole,
  offset: whole,
});

export interface ResetOffsetBodyForC {
  offsetTable: MessageQueueForC[];
}

export const resetOffsetBodyForCShape: Shape<ResetOffsetBodyForC> = objectOf<ResetOffsetBodyForC>('ResetOffsetBodyForC', {
  offsetTable: listOf(messageQueueForCShape),
});

export function encodeResetOffsetBodyForC(value: ResetOffsetBodyForC, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(resetOffsetBodyForCShape, value, options);
}

/** @throws ProtocolError */
export function decodeResetOffsetBodyForC(body: Buffer): ResetOffsetBodyForC {
  return decodeBody(resetOffsetBodyForCShape, body);
}

export interface GetConsumerStatusBody {
  /** One client's answer. */
  messageQueueTable: [MessageQueue, number][];
  /** Client id to its answer. */
  consumerTable: Map<string, [MessageQueue, number][]>;
}

export const getConsumerStatusBodyShape: Shape<GetConsumerStatusBody> = objectOf<GetConsumerStatusBody>('GetConsumerStatusBody', {
  messageQueueTable: pairsOf(messageQueueShape, whole),
  consumerTable: mapOf(pairsOf(messageQueueShape, whole)),
});

export function encodeGetConsumerStatusBody(value: GetConsumerStatusBody, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(getConsumerStatusBodyShape, value, options);
}

/** @throws ProtocolError */
export function decodeGetConsumerStatusBody(body: Buffer): GetConsumerStatusBody {
  return decodeBody(getConsumerStatusBodyShape, body);
}

/** Body of the messages in OFFSET_MOVED_EVENT. */
export interface OffsetMovedEvent {
  consumerGroup: string;
  messageQueue: MessageQueue;
  offsetRequest: number;
  offsetNew: number;
}

export const offsetMovedEventShape: Shape<OffsetMovedEvent> = objectOf<OffsetMovedEvent>('OffsetMovedEvent', {
  consumerGroup: text,
  messageQueue: messageQueueShape,
  offsetRequest: whole,
  offsetNew: whole,
});

export function encodeOffsetMovedEvent(value: OffsetMovedEvent, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(offsetMovedEventShape, value, options);
}

/** @throws ProtocolError */
export function decodeOffsetMovedEvent(body: Buffer): OffsetMovedEvent {
  return decodeBody(offsetMovedEventShape, body);
}
