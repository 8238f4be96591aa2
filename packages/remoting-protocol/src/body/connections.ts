/**
 * Who is online in a group.
 *
 * Source: common/protocol/body/Connection.java, common/protocol/body/ConsumerConnection.java,
 * common/protocol/body/ProducerConnection.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import { type ConsumeFromWhere, consumeFromWhereShape, type ConsumeType, consumeTypeShape, type MessageModel, messageModelShape } from './consume-enums.ts';
import { type SubscriptionData, subscriptionDataShape } from './heartbeat.ts';
import { decodeBody, encodeBody, listOf, mapOf, objectOf, optionalText, type Shape, textOr, whole } from './shape.ts';

/** Java's Connection, which is a socket elsewhere in this program. */
export interface ClientConnection {
  clientId: string | undefined;
  /** `ip:port` */
  clientAddr: string | undefined;
  /** Name of a LanguageCode. */
  language: string;
  version: number;
}

export const clientConnectionShape: Shape<ClientConnection> = objectOf<ClientConnection>('ClientConnection', {
  clientId: optionalText,
  clientAddr: optionalText,
  language: textOr('JAVA'),
  version: whole,
});

export interface ConsumerConnection {
  connectionSet: ClientConnection[];
  subscriptionTable: Map<string, SubscriptionData>;
  consumeType: ConsumeType;
  messageModel: MessageModel;
  consumeFromWhere: ConsumeFromWhere;
}

export const consumerConnectionShape: Shape<ConsumerConnection> = objectOf<ConsumerConnection>('ConsumerConnection', {
  connectionSet: listOf(clientConnectionShape),
  subscriptionTable: mapOf(subscriptionDataShape),
  consumeType: consumeTypeShape,
  messageModel: messageModelShape,
  consumeFromWhere: consumeFromWhereShape,
});

export function encodeConsumerConnection(value: ConsumerConnection, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(consumerConnectionShape, value, options);
}

/** @throws ProtocolError */
export function decodeConsumerConnection(body: Buffer): ConsumerConnection {
  return decodeBody(consumerConnectionShape, body);
}

export interface ProducerConnection {
  connectionSet: ClientConnection[];
}

export const producerConnectionShape: Shape<ProducerConnection> = objectOf<ProducerConnection>('ProducerConnection', {
  connectionSet: listOf(clientConnectionShape),
});

export function encodeProducerConnection(value: ProducerConnection, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(producerConnectionShape, value, options);
}

/** @throws ProtocolError */
export function decodeProducerConnection(body: Buffer): ProducerConnection {
  return decodeBody(producerConnectionShape, body);
}
