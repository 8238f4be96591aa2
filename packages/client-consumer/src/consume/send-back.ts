/**
 * A message that could not be consumed goes back to its broker, which delivers it later or puts it into the
 * dead-letter queue: first with CONSUMER_SEND_MSG_BACK (36); where the broker can't do that, as a new message to
 * %RETRY%group with a delay. When both fail the caller keeps the message.
 *
 * Source: client/impl/consumer/DefaultMQPushConsumerImpl.java sendMessageBack (4.6.0)
 */
import {
  compressBody,
  consumerSendMessageBack,
  findPublishInfo,
  type MQClient,
  MQClientError,
  type ReceivedMessage,
  sendHeader,
  sendMessage,
  wrapNamespace,
} from '@rocketmq-ts/client-core';
import { MessageSysFlag, PropertyName, retryTopicOf, SystemGroup, SystemTopic } from '@rocketmq-ts/remoting-protocol';

export interface SendBackSettings {
  /** With the namespace. */
  readonly consumerGroup: string;
  readonly namespace: string | undefined;
  /** Deliveries before the dead-letter queue. */
  readonly maxReconsumeTimes: number;
  readonly unitMode: boolean;
}

const TIMEOUT_MS = 5000;
const SEND_TIMEOUT_MS = 3000;
const ATTEMPTS = 3;
const COMPRESS_OVER_BYTES = 4096;
const FIRST_DELAY_LEVEL = 3;
const DEFAULT_TOPIC = { createTopicKey: SystemTopic.AUTO_CREATE, defaultTopicQueueNums: 4 };

/** Belong to one delivery or to the broker and must not be carried into the next message. */
const NOT_CARRIED: readonly string[] = [
  PropertyName.MIN_OFFSET,
  PropertyName.MAX_OFFSET,
  PropertyName.CONSUME_START_TIMESTAMP,
  PropertyName.CLUSTER,
  PropertyName.TRANSACTION_PREPARED,
  PropertyName.PRODUCER_GROUP,
  PropertyName.REAL_TOPIC,
  PropertyName.REAL_QUEUE_ID,
];

export class SendBack {
  readonly #client: MQClient;
  readonly #settings: SendBackSettings;

  constructor(client: MQClient, settings: SendBackSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  /** @throws MQClientError when neither way worked */
  async send(message: ReceivedMessage, delayLevel: number, brokerName: string): Promise<void> {
    try {
      await this.#askBroker(message, delayLevel, brokerName);
    } catch (refusal) {
      this.#client.env.log.debug('A broker did not take a message back; it is sent as a new one.', { brokerName, error: refusal as Error });
      await this.#sendAnew(message, refusal);
    }
  }

  async #askBroker(message: ReceivedMessage, delayLevel: number, brokerName: string): Promise<void> {
    const { consumerGroup, maxReconsumeTimes, unitMode } = this.#settings;
    const originTopic = this.#topicOf(message);
    const address = await this.#client.masterOf(brokerName, originTopic);
    if (address === undefined) throw new MQClientError('RMQ_NO_BROKER', `The broker[${brokerName}] not exist`);
    const header = { offset: message.commitLogOffset, group: consumerGroup, delayLevel, originMsgId: message.msgId, originTopic, unitMode, maxReconsumeTimes };
    await consumerSendMessageBack(this.#client.remoting, address, header, { timeoutMs: TIMEOUT_MS });
  }

  async #sendAnew(message: ReceivedMessage, refusal: unknown): Promise<void> {
    const retryTopic = retryTopicOf(this.#settings.consumerGroup);
    const { queues } = await findPublishInfo(this.#client, retryTopic, DEFAULT_TOPIC);
    const packed = message.body.length < COMPRESS_OVER_BYTES ? undefined : await compressBody(message.body);
    const properties = this.#propertiesOf(message);
    const start = this.#client.env.random.below(queues.length);
    let failure = refusal;
    for (let i = 0; i < ATTEMPTS; i += 1) {
      const mq = queues[(start + i) % queues.length]!;
      try {
        const address = await this.#client.masterOf(mq.brokerName, mq.topic);
        if (address === undefined) continue;
        const header = sendHeader({
          producerGroup: SystemGroup.CLIENT_INNER_PRODUCER,
          defaults: DEFAULT_TOPIC,
          mq,
          sysFlag: packed === undefined ? 0 : MessageSysFlag.COMPRESSED,
          bornTimestamp: this.#client.env.clock.wallMs(),
          flag: message.flag,
          properties,
          unitMode: this.#settings.unitMode,
          batch: false,
        });
        await sendMessage(this.#client.remoting, address, header, packed ?? message.body, { timeoutMs: SEND_TIMEOUT_MS });
        return;
      } catch (error) {
        failure = error;
      }
    }
    throw new MQClientError('RMQ_SEND_FAILED', `The message ${message.msgId} could not be sent back; it is consumed again here: ${(failure as Error).message}`, {
      cause: failure,
      retryable: true,
    });
  }

  #propertiesOf(message: ReceivedMessage): Map<string, string> {
    const properties = new Map(message.properties);
    for (const name of NOT_CARRIED) properties.delete(name);
    if (!properties.has(PropertyName.ORIGIN_MESSAGE_ID)) properties.set(PropertyName.ORIGIN_MESSAGE_ID, message.msgId);
    properties.set(PropertyName.RETRY_TOPIC, this.#topicOf(message));
    properties.set(PropertyName.RECONSUME_TIME, String(message.reconsumeTimes + 1));
    properties.set(PropertyName.MAX_RECONSUME_TIMES, String(this.#settings.maxReconsumeTimes));
    properties.set(PropertyName.DELAY_TIME_LEVEL, String(FIRST_DELAY_LEVEL + message.reconsumeTimes));
    return properties;
  }

  /** As brokers know it. */
  #topicOf(message: ReceivedMessage): string {
    return wrapNamespace(this.#settings.namespace, message.topic);
  }
}
