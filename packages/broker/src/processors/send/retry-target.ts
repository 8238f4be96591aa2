import { dlqTopicOf, PermName, ResponseCode, RETRY_TOPIC_PREFIX, type TopicConfig } from '@rocketmq-ts/remoting-protocol';

import { FAQ_SUFFIX } from '../../faq.ts';

import { getOrCreate } from '../../topics/create-topic.ts';
import type { Refusal } from '../refusal.ts';
import type { SendHeader } from './check-send.ts';
import type { SendPorts } from './send-ports.ts';

const DLQ_QUEUES = 1;

/** Clients of V3_4_9 and later say in the header how often their group retries. */
const VERSION_WITH_MAX_RECONSUME_TIMES = 121;

/**
 * A message sent to a retry topic that was retried often enough goes to the group's dead-letter topic instead.
 *
 * Java differs: a header without maxReconsumeTimes makes it fail; here the group's own limit counts then.
 * Source: broker/processor/SendMessageProcessor.java handleRetryAndDLQ (4.6.0)
 */
export function retryTarget(ports: SendPorts, header: SendHeader, clientVersion: number, topic: TopicConfig): TopicConfig | Refusal {
  const groupName = header.topic.slice(RETRY_TOPIC_PREFIX.length);
  const nowWallMs = ports.env.clock.wallMs();
  const group = ports.groups.find(groupName, ports.live.autoCreateSubscriptionGroup, nowWallMs);
  if (group === undefined) {
    return { code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, remark: `subscription group not exist, ${groupName} ${FAQ_SUFFIX}` };
  }
  const isLimitInHeader = clientVersion >= VERSION_WITH_MAX_RECONSUME_TIMES;
  const max = (isLimitInHeader ? header.maxReconsumeTimes : undefined) ?? group.retryMaxTimes;
  if ((header.reconsumeTimes ?? 0) < max) return topic;
  const deadLetters = { topic: dlqTopicOf(groupName), queueNums: DLQ_QUEUES, perm: PermName.WRITE, topicSysFlag: 0 };
  return getOrCreate(ports.topics, deadLetters, nowWallMs);
}
