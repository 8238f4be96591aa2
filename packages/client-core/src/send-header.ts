/**
 * The request header of a message that is about to be sent to a queue.
 *
 * Source: client/impl/producer/DefaultMQProducerImpl.java sendKernelImpl (4.6.0)
 */
import { isRetryTopic, type MessageQueue, PropertyName, propertiesText } from '@rocketmq-ts/remoting-protocol';
import type { SendHeader } from './broker-api/send-message.ts';
import type { DefaultTopic } from './find-publish-info.ts';

export interface SendHeaderParts {
  readonly producerGroup: string;
  readonly defaults: DefaultTopic;
  readonly mq: MessageQueue;
  readonly sysFlag: number;
  readonly bornTimestamp: number;
  readonly flag: number;
  readonly properties: ReadonlyMap<string, string>;
  readonly unitMode: boolean;
  readonly batch: boolean;
}

export function sendHeader(parts: SendHeaderParts): SendHeader {
  const { mq, properties } = parts;
  const isRetry = isRetryTopic(mq.topic);
  return {
    producerGroup: parts.producerGroup,
    topic: mq.topic,
    defaultTopic: parts.defaults.createTopicKey,
    defaultTopicQueueNums: parts.defaults.defaultTopicQueueNums,
    queueId: mq.queueId,
    sysFlag: parts.sysFlag,
    bornTimestamp: parts.bornTimestamp,
    flag: parts.flag,
    properties: propertiesText(isRetry ? withoutCounters(properties) : properties),
    // To a retry topic the two counters travel in the header and not as properties.
    reconsumeTimes: isRetry ? Number(properties.get(PropertyName.RECONSUME_TIME) ?? 0) : 0,
    unitMode: parts.unitMode,
    batch: parts.batch,
    maxReconsumeTimes: isRetry && properties.has(PropertyName.MAX_RECONSUME_TIMES) ? Number(properties.get(PropertyName.MAX_RECONSUME_TIMES)) : undefined,
  };
}

function withoutCounters(properties: ReadonlyMap<string, string>): Map<string, string> {
  const left = new Map(properties);
  left.delete(PropertyName.RECONSUME_TIME);
  left.delete(PropertyName.MAX_RECONSUME_TIMES);
  return left;
}
