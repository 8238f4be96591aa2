/**
 * What a client tells every broker each 30 s: its groups and what they subscribe.
 *
 * Source: common/protocol/heartbeat/SubscriptionData.java, common/protocol/heartbeat/ProducerData.java,
 * common/protocol/heartbeat/ConsumerData.java, common/protocol/heartbeat/HeartbeatData.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import { type ConsumeFromWhere, consumeFromWhereShape, type ConsumeType, consumeTypeShape, type MessageModel, messageModelShape } from './consume-enums.ts';
import { decodeBody, encodeBody, flagOr, listOf, objectOf, setOf, type Shape, text, textOr, whole } from './shape.ts';

export interface SubscriptionData {
  classFilterMode: boolean;
  topic: string;
  /** The expression as the user wrote it; `*` is all. */
  subString: string;
  tagsSet: Set<string>;
  /** Java hash of each tag. */
  codeSet: Set<number>;
  /** When it was made, ms: the higher one is the newer. */
  subVersion: number;
  /** TAG or SQL92. */
  expressionType: string;
}

export const subscriptionDataShape: Shape<SubscriptionData> = objectOf<SubscriptionData>('SubscriptionData', {
  classFilterMode: flagOr(false),
  topic: text,
  subString: textOr('*'),
  tagsSet: setOf(text),
  codeSet: setOf(whole),
  subVersion: whole,
  expressionType: textOr('TAG'),
});

export function encodeSubscriptionData(value: SubscriptionData, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(subscriptionDataShape, value, options);
}

/** @throws ProtocolError */
export function decodeSubscriptionData(body: Buffer): SubscriptionData {
  return decodeBody(subscriptionDataShape, body);
}

export interface ProducerData {
  groupName: string;
}

export const producerDataShape: Shape<ProducerData> = objectOf<ProducerData>('ProducerData', {
  groupName: text,
});

export interface ConsumerData {
  groupName: string;
  consumeType: ConsumeType;
  messageModel: MessageModel;
  consumeFromWhere: ConsumeFromWhere;
  subscriptionDataSet: SubscriptionData[];
  unitMode: boolean;
}

export const consumerDataShape: Shape<ConsumerData> = objectOf<ConsumerData>('ConsumerData', {
  groupName: text,
  consumeType: consumeTypeShape,
  messageModel: messageModelShape,
  consumeFromWhere: consumeFromWhereShape,
  subscriptionDataSet: listOf(subscriptionDataShape),
  unitMode: flagOr(false),
});

export interface HeartbeatData {
  clientID: string;
  producerDataSet: ProducerData[];
  consumerDataSet: ConsumerData[];
}

export const heartbeatDataShape: Shape<HeartbeatData> = objectOf<HeartbeatData>('HeartbeatData', {
  clientID: text,
  producerDataSet: listOf(producerDataShape),
  consumerDataSet: listOf(consumerDataShape),
});

export function encodeHeartbeatData(value: HeartbeatData, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(heartbeatDataShape, value, options);
}

/** @throws ProtocolError */
export function decodeHeartbeatData(body: Buffer): HeartbeatData {
  return decodeBody(heartbeatDataShape, body);
}
