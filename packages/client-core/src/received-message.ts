/**
 * What applications are handed: messages with conveniences (`string()`, `json()`, `tags`, `keys`).
 *
 * Properties, hosts and ids are made when they are first asked for. They are accessors and no own properties:
 * `JSON.stringify` and `console.log` show them, a spread (`{ ...message }`) leaves them behind.
 */
import { type HostAddress, KEY_SEPARATOR, type MessageExt, PropertyName } from '@rocketmq-ts/remoting-protocol';
import { formatMessageExt } from './text/java-text.ts';

/** Where the queue began and ended when a message was pulled. The same object for all messages of a pull. */
export interface PulledFrom {
  readonly brokerName: string;
  readonly minOffset: number;
  readonly maxOffset: number;
}

/** A message as consumers get it. */
export class ReceivedMessage implements MessageExt {
  topic: string;
  readonly body: Buffer;
  readonly flag: number;
  readonly queueId: number;
  readonly storeSize: number;
  readonly queueOffset: number;
  readonly sysFlag: number;
  readonly bornTimestamp: number;
  readonly storeTimestamp: number;
  readonly commitLogOffset: number;
  readonly bodyCRC: number;
  reconsumeTimes: number;
  readonly preparedTransactionOffset: number;
  brokerName: string | undefined;
  /** Asked for the rest. */
  readonly #source: MessageExt;
  readonly #pulledFrom: PulledFrom | undefined;
  #properties: Map<string, string> | undefined;
  /** Wall clock ms; −1 until a listener was called with it. */
  #consumeStart = -1;

  constructor(message: MessageExt, pulledFrom?: PulledFrom) {
    this.topic = message.topic;
    this.body = message.body;
    this.flag = message.flag;
    this.queueId = message.queueId;
    this.storeSize = message.storeSize;
    this.queueOffset = message.queueOffset;
    this.sysFlag = message.sysFlag;
    this.bornTimestamp = message.bornTimestamp;
    this.storeTimestamp = message.storeTimestamp;
    this.commitLogOffset = message.commitLogOffset;
    this.bodyCRC = message.bodyCRC;
    this.reconsumeTimes = message.reconsumeTimes;
    this.preparedTransactionOffset = message.preparedTransactionOffset;
    this.brokerName = pulledFrom === undefined ? message.brokerName : pulledFrom.brokerName;
    this.#source = message;
    this.#pulledFrom = pulledFrom;
  }

  /** The message's own, MIN_OFFSET and MAX_OFFSET of its queue, and when consumption began. Yours to change. */
  get properties(): Map<string, string> {
    return (this.#properties ??= this.#makeProperties());
  }

  get bornHost(): HostAddress {
    return this.#source.bornHost;
  }

  get storeHost(): HostAddress {
    return this.#source.storeHost;
  }

  get msgId(): string {
    return this.#source.msgId;
  }

  get offsetMsgId(): string {
    return this.#source.offsetMsgId;
  }

  get tags(): string | undefined {
    return this.properties.get(PropertyName.TAGS);
  }

  get keys(): readonly string[] {
    return this.properties.get(PropertyName.KEYS)?.split(KEY_SEPARATOR).filter((key) => key !== '') ?? [];
  }

  /** A listener is about to be called with it. For the consumer. */
  startConsuming(wallMs: number): void {
    this.#consumeStart = wallMs;
    this.#properties?.set(PropertyName.CONSUME_START_TIMESTAMP, String(wallMs));
  }

  /** The body as UTF-8 text. */
  string(): string {
    return this.body.toString('utf8');
  }

  /** The body as JSON. @throws SyntaxError */
  json<T>(): T {
    return JSON.parse(this.string()) as T;
  }

  /** Java's text. */
  toString(): string {
    return formatMessageExt(this);
  }

  /** All fields, as own properties of a plain object. */
  toJSON(): MessageExt {
    const { properties, bornHost, storeHost, msgId, offsetMsgId } = this;
    return { ...this, properties, bornHost, storeHost, msgId, offsetMsgId };
  }

  /** For `console.log`. */
  [Symbol.for('nodejs.util.inspect.custom')](_depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
    return `ReceivedMessage ${inspect(this.toJSON(), options)}`;
  }

  #makeProperties(): Map<string, string> {
    const { properties } = this.#source;
    if (this.#pulledFrom !== undefined) {
      properties.set(PropertyName.MIN_OFFSET, String(this.#pulledFrom.minOffset));
      properties.set(PropertyName.MAX_OFFSET, String(this.#pulledFrom.maxOffset));
    }
    if (this.#consumeStart >= 0) properties.set(PropertyName.CONSUME_START_TIMESTAMP, String(this.#consumeStart));
    return properties;
  }
}
