/**
 * Options of DefaultMQProducer with Java's names and defaults; checked when the producer is made.
 *
 * Source: client/producer/DefaultMQProducer.java (4.6.0)
 */
import { SystemGroup, SystemTopic } from '@rocketmq-ts/remoting-protocol';
import {
  checkGroup,
  checkOptions,
  type ClientConfig,
  clientConfigRules,
  type OptionRule,
  rules,
} from '@rocketmq-ts/client-core';

export interface DefaultMQProducerOptions extends ClientConfig {
  producerGroup: string;
  /** Topic whose route stands in for topics that do not exist yet. Default TBW102. */
  createTopicKey?: string | undefined;
  /** Queues assumed for such topics. Default 4. */
  defaultTopicQueueNums?: number | undefined;
  /** ms for a send with all its attempts. Default 3000. */
  sendMsgTimeout?: number | undefined;
  /** Bodies of this size and more are compressed. Default 4096. */
  compressMsgBodyOverHowmuch?: number | undefined;
  /** Further attempts, each at another broker where there is one. Default 2. */
  retryTimesWhenSendFailed?: number | undefined;
  /** Also try again when a broker stored the message but could not flush or copy it in time. Default false. */
  retryAnotherBrokerWhenNotStoreOK?: boolean | undefined;
  /** Largest body in bytes. Default 4 MiB. */
  maxMessageSize?: number | undefined;
  /** Hold back brokers that were slow or failed. Default false. */
  sendLatencyFaultEnable?: boolean | undefined;
  /** Sends that may be under way at a time; further ones wait. Default 1024. */
  maxInFlight?: number | undefined;
}

export interface ProducerSettings {
  readonly producerGroup: string;
  readonly createTopicKey: string;
  readonly defaultTopicQueueNums: number;
  readonly sendMsgTimeout: number;
  readonly compressMsgBodyOverHowmuch: number;
  readonly retryTimesWhenSendFailed: number;
  readonly retryAnotherBrokerWhenNotStoreOK: boolean;
  readonly maxMessageSize: number;
  readonly sendLatencyFaultEnable: boolean;
  readonly maxInFlight: number;
}

const INT_MAX = 2 ** 31 - 1;

const producerRules: Readonly<Record<keyof DefaultMQProducerOptions, OptionRule>> = {
  ...clientConfigRules,
  producerGroup: rules.any,
  createTopicKey: rules.text,
  defaultTopicQueueNums: rules.integer(1, 65_535),
  sendMsgTimeout: rules.integer(1, INT_MAX),
  compressMsgBodyOverHowmuch: rules.integer(1, INT_MAX),
  retryTimesWhenSendFailed: rules.integer(0, 1000),
  retryAnotherBrokerWhenNotStoreOK: rules.flag,
  maxMessageSize: rules.integer(1, INT_MAX),
  sendLatencyFaultEnable: rules.flag,
  maxInFlight: rules.integer(1, 1_000_000),
};

/** @throws MQClientError RMQ_OPTION */
export function producerSettings(options: DefaultMQProducerOptions): ProducerSettings {
  checkOptions('DefaultMQProducer', options, producerRules);
  checkGroup(options.producerGroup, 'producerGroup', SystemGroup.DEFAULT_PRODUCER);
  return {
    producerGroup: options.producerGroup,
    createTopicKey: options.createTopicKey ?? SystemTopic.AUTO_CREATE,
    defaultTopicQueueNums: options.defaultTopicQueueNums ?? 4,
    sendMsgTimeout: options.sendMsgTimeout ?? 3000,
    compressMsgBodyOverHowmuch: options.compressMsgBodyOverHowmuch ?? 4096,
    retryTimesWhenSendFailed: options.retryTimesWhenSendFailed ?? 2,
    retryAnotherBrokerWhenNotStoreOK: options.retryAnotherBrokerWhenNotStoreOK ?? false,
    maxMessageSize: options.maxMessageSize ?? 4 * 1024 * 1024,
    sendLatencyFaultEnable: options.sendLatencyFaultEnable ?? false,
    maxInFlight: options.maxInFlight ?? 1024,
  };
}
