/**
 * What applications hand in: plain message literals.
 */
import { isReservedPropertyName, KEY_SEPARATOR, type Message, PropertyName } from '@rocketmq-ts/remoting-protocol';
import { MQClientError } from './errors.ts';
import { checkTopic, describeValue } from './names.ts';

export interface MessageInput {
  topic: string;
  /** Bytes are not copied: leave them unchanged until the send has settled. A string is sent as UTF-8. */
  body: Uint8Array | string;
  tags?: string | undefined;
  /** For queries by key; several as a list or separated by blanks. */
  keys?: string | readonly string[] | undefined;
  /** 1..18 of the broker's messageDelayLevel. */
  delayTimeLevel?: number | undefined;
  /** False: the answer need not wait for flush and replication. Default true. */
  waitStoreMsgOK?: boolean | undefined;
  /** 32 bits of the application's own. */
  flag?: number | undefined;
  /** User properties; names RocketMQ uses itself are refused. */
  properties?: Readonly<Record<string, string>> | ReadonlyMap<string, string> | undefined;
}

/** @throws MQClientError RMQ_MESSAGE_ILLEGAL */
export function toMessage(input: MessageInput): Message {
  if (typeof input !== 'object' || input === null) throw illegal(`the message must be an object, not ${describeValue(input)}`);
  checkTopic(input.topic);
  const properties = new Map<string, string>();
  if (input.properties !== undefined) addUserProperties(properties, input.properties);
  if (input.tags !== undefined) properties.set(PropertyName.TAGS, checkText('tags', input.tags));
  const keys = Array.isArray(input.keys) ? (input.keys as string[]).join(KEY_SEPARATOR) : input.keys;
  if (keys !== undefined) properties.set(PropertyName.KEYS, checkText('keys', keys));
  if (input.delayTimeLevel !== undefined) {
    if (!Number.isInteger(input.delayTimeLevel) || input.delayTimeLevel < 0) throw illegal(`delayTimeLevel must be a whole number, not ${describeValue(input.delayTimeLevel)}`);
    properties.set(PropertyName.DELAY_TIME_LEVEL, String(input.delayTimeLevel));
  }
  properties.set(PropertyName.WAIT_STORE_MSG_OK, input.waitStoreMsgOK === undefined ? 'true' : String(input.waitStoreMsgOK));
  return { topic: input.topic, body: bodyOf(input.body), flag: flagOf(input.flag), properties };
}

function addUserProperties(properties: Map<string, string>, own: NonNullable<MessageInput['properties']>): void {
  for (const [name, value] of own instanceof Map ? own : Object.entries(own)) {
    checkUserProperty(name, value);
    properties.set(name, value as string);
  }
}

function bodyOf(body: unknown): Buffer {
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  if (Buffer.isBuffer(body)) return body;
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (body === undefined || body === null) throw illegal('the message body is null');
  throw illegal(`the message body must be a Buffer, a Uint8Array or a string, not ${describeValue(body)}`);
}

function flagOf(flag: number | undefined): number {
  if (flag === undefined) return 0;
  if (!Number.isInteger(flag) || flag < -(2 ** 31) || flag > 2 ** 31 - 1) throw illegal(`flag must be a 32-bit integer, not ${describeValue(flag)}`);
  return flag;
}

function checkUserProperty(name: string, value: unknown): void {
  if (isReservedPropertyName(name)) throw illegal(`The Property<${name}> is used by system, input another please`);
  if (typeof value !== 'string' || value.trim() === '' || name.trim() === '') {
    throw illegal(`The name or value of property can not be null or blank string! (${describeValue(name)}: ${describeValue(value)})`);
  }
  checkText('a property name', name);
  checkText(`property ${name}`, value);
}

/** The two separators of the wire's property list can't be part of a value: the broker would read other properties. */
function checkText(what: string, value: unknown): string {
  if (typeof value !== 'string') throw illegal(`${what} must be a string, not ${describeValue(value)}`);
  if (/[\u0001\u0002]/.test(value)) throw illegal(`${what} must not contain the characters U+0001 and U+0002`);
  return value;
}

function illegal(problem: string): MQClientError {
  return new MQClientError('RMQ_MESSAGE_ILLEGAL', problem, { responseCode: 13 });
}
