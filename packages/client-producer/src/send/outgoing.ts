/**
 * A message, or a batch, made ready: checked, named, compressed. What is sent again after a failure is the same
 * outgoing, so every copy of a message carries one UNIQ_KEY.
 *
 * Source: client/producer/DefaultMQProducer.java batch, common/message/MessageBatch.java (4.6.0)
 */
import {
  compressBody,
  type MessageInput,
  MQClientError,
  toMessage,
  type UniqIdGenerator,
  wrapNamespace,
} from '@rocketmq-ts/client-core';
import { encodeBatchBody, isRetryTopic, type Message, MessageSysFlag, PropertyName, RECORD_PROPERTIES_BYTES_MAX } from '@rocketmq-ts/remoting-protocol';
import type { ProducerSettings } from '../options.ts';

export interface Outgoing {
  /** With the namespace, as brokers know it. */
  readonly topic: string;
  readonly body: Buffer;
  readonly sysFlag: number;
  readonly flag: number;
  readonly properties: ReadonlyMap<string, string>;
  readonly isBatch: boolean;
  readonly msgId: string;
  /** The message as selectors see it; the first one of a batch. */
  readonly message: Message;
}

export interface OutgoingContext {
  readonly settings: ProducerSettings;
  readonly namespace: string | undefined;
  readonly uniqIds: UniqIdGenerator;
}

/** Promised only when the body is compressed off the loop. @throws MQClientError RMQ_MESSAGE_ILLEGAL */
export function outgoing(input: MessageInput | readonly MessageInput[], context: OutgoingContext): Outgoing | Promise<Outgoing> {
  return Array.isArray(input) ? outgoingBatch(input, context) : outgoingSingle(input as MessageInput, context);
}

function outgoingSingle(input: MessageInput, context: OutgoingContext): Outgoing | Promise<Outgoing> {
  const message = namedMessage(input, context);
  if (message.body.length < context.settings.compressMsgBodyOverHowmuch) return single(message, context, undefined);
  const packed = compressBody(message.body);
  return packed instanceof Promise ? packed.then((bytes) => single(message, context, bytes)) : single(message, context, packed);
}

/** @param packed the body, compressed; undefined: it goes as it is */
function single(message: Message, { namespace }: OutgoingContext, packed: Buffer | undefined): Outgoing {
  return {
    topic: wrapNamespace(namespace, message.topic),
    body: packed ?? message.body,
    sysFlag: packed === undefined ? 0 : MessageSysFlag.COMPRESSED,
    flag: message.flag,
    properties: message.properties,
    isBatch: false,
    msgId: message.properties.get(PropertyName.UNIQ_CLIENT_MESSAGE_ID_KEYIDX)!,
    message,
  };
}

function outgoingBatch(inputs: readonly MessageInput[], context: OutgoingContext): Outgoing {
  if (inputs.length === 0) throw illegal('the batch is empty');
  const messages = inputs.map((input) => namedMessage(input, context));
  const first = messages[0]!;
  for (const message of messages) checkBatchable(message, first);
  const body = encodeBatchBody(messages);
  if (body.length > context.settings.maxMessageSize) {
    throw illegal(`the batch of ${messages.length} messages takes ${body.length} bytes, MAX: ${context.settings.maxMessageSize}`, 'Split it and send the parts.');
  }
  return {
    topic: wrapNamespace(context.namespace, first.topic),
    body,
    sysFlag: 0,
    flag: 0,
    properties: new Map([[PropertyName.WAIT_STORE_MSG_OK, first.properties.get(PropertyName.WAIT_STORE_MSG_OK)!]]),
    isBatch: true,
    msgId: messages.map((message) => message.properties.get(PropertyName.UNIQ_CLIENT_MESSAGE_ID_KEYIDX)).join(','),
    message: first,
  };
}

function checkBatchable(message: Message, first: Message): void {
  if (Number(message.properties.get(PropertyName.DELAY_TIME_LEVEL) ?? 0) > 0) throw illegal('TimeDelayLevel is not supported for batching');
  if (isRetryTopic(message.topic)) throw illegal('Retry Group is not supported for batching');
  if (message.topic !== first.topic) throw illegal('The topic of the messages in one batch should be the same');
  if (message.properties.get(PropertyName.WAIT_STORE_MSG_OK) !== first.properties.get(PropertyName.WAIT_STORE_MSG_OK)) throw illegal('The waitStoreMsgOK of the messages in one batch should the same');
}

/** Checked, with the properties that every message of this producer carries. */
function namedMessage(input: MessageInput, { settings, namespace, uniqIds }: OutgoingContext): Message {
  const message = toMessage(input);
  if (message.body.length === 0) throw illegal('the message body length is zero');
  if (message.body.length > settings.maxMessageSize) {
    throw illegal(`the message body size over max value, MAX: ${settings.maxMessageSize} (it is ${message.body.length})`);
  }
  message.properties.set(PropertyName.UNIQ_CLIENT_MESSAGE_ID_KEYIDX, uniqIds.next());
  if (namespace !== undefined) message.properties.set(PropertyName.INSTANCE_ID, namespace);
  checkPropertiesSize(message.properties);
  return message;
}

const UTF8_BYTES_MAX = 3;

function checkPropertiesSize(properties: ReadonlyMap<string, string>): void {
  let units = 0;
  for (const [name, value] of properties) units += name.length + value.length + 2;
  // Nearly always far below: then the bytes need not be counted.
  if (units * UTF8_BYTES_MAX <= RECORD_PROPERTIES_BYTES_MAX) return;
  let size = 0;
  for (const [name, value] of properties) size += Buffer.byteLength(name) + Buffer.byteLength(value) + 2;
  if (size > RECORD_PROPERTIES_BYTES_MAX) throw illegal(`the message properties take ${size} bytes, MAX: ${RECORD_PROPERTIES_BYTES_MAX}`);
}

function illegal(problem: string, hint?: string): MQClientError {
  return new MQClientError('RMQ_MESSAGE_ILLEGAL', problem, { responseCode: 13, ...(hint === undefined ? {} : { hint }) });
}
