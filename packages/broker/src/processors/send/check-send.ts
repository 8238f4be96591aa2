import { isRetryTopic, isWriteable, ResponseCode, type SendMessageRequestHeader, type TopicConfig, SystemTopic, TOPIC_LENGTH_MAX, TopicSysFlag, validateTopicName } from '@rocketmq-ts/remoting-protocol';

import { FAQ_SUFFIX } from '../../faq.ts';

import { isInnerTopic } from '../../topics/boot-topics.ts';
import { createFromDefault, describeTopic, getOrCreate } from '../../topics/create-topic.ts';
import { formatWallTime } from '../../wall-time.ts';
import { isRefusal, type Refusal } from '../refusal.ts';
import type { SendPorts } from './send-ports.ts';

export type SendHeader = SendMessageRequestHeader;

const PERM_READ_WRITE = 6;

/**
 * The checks before a message is stored, in Java's order, and the topic it goes to, made when that is allowed.
 *
 * Java differs: a name is validated before a topic is made of it (CVE-2019-17572), and topics that stand for the
 * broker's own mechanisms take no message from clients.
 * Source: broker/processor/AbstractSendMessageProcessor.java msgCheck (4.6.0)
 */
export function checkSend(ports: SendPorts, header: SendHeader, remoteAddress: string): TopicConfig | Refusal {
  const { live } = ports;
  if (ports.env.clock.wallMs() < live.startAcceptSendRequestTimeStamp) {
    const until = formatWallTime(live.startAcceptSendRequestTimeStamp);
    return { code: ResponseCode.SYSTEM_ERROR, remark: `broker unable to service, until ${until}` };
  }
  if (!isWriteable(live.brokerPermission) && ports.topics.isOrderTopic(header.topic)) {
    return { code: ResponseCode.NO_PERMISSION, remark: `the broker[${ports.facts.brokerIP1}] sending message is forbidden` };
  }
  if (header.topic === SystemTopic.AUTO_CREATE) {
    return { code: ResponseCode.SYSTEM_ERROR, remark: `the topic[${header.topic}] is conflict with system reserved words.` };
  }
  if (isInnerTopic(header.topic)) {
    return { code: ResponseCode.NO_PERMISSION, remark: `Sending message to topic[${header.topic}] is forbidden.` };
  }
  const topic = ports.topics.get(header.topic) ?? createTopic(ports, header, remoteAddress);
  if (isRefusal(topic)) return topic;

  if (header.queueId >= Math.max(topic.writeQueueNums, topic.readQueueNums)) {
    const remark = `request queueId[${header.queueId}] is illegal, ${describeTopic(topic)} Producer: ${remoteAddress}`;
    return { code: ResponseCode.SYSTEM_ERROR, remark };
  }
  if (header.queueId < 0 && topic.writeQueueNums === 0) {
    return { code: ResponseCode.SYSTEM_ERROR, remark: `the topic[${header.topic}] has no queue to write to` };
  }
  return topic;
}

function createTopic(ports: SendPorts, header: SendHeader, remoteAddress: string): TopicConfig | Refusal {
  if (header.topic.length > TOPIC_LENGTH_MAX) {
    return { code: ResponseCode.MESSAGE_ILLEGAL, remark: `message topic length too long ${header.topic.length}` };
  }
  const complaint = validateTopicName(header.topic);
  if (complaint !== undefined) return { code: ResponseCode.SYSTEM_ERROR, remark: complaint };
  const isRetry = isRetryTopic(header.topic);
  const topicSysFlag = header.unitMode ? (isRetry ? TopicSysFlag.UNIT_SUB : TopicSysFlag.UNIT) : 0;
  const wish = { topic: header.topic, defaultTopic: header.defaultTopic, defaultTopicQueueNums: header.defaultTopicQueueNums, topicSysFlag };
  const nowWallMs = ports.env.clock.wallMs();
  const creation = createFromDefault(ports.topics, wish, ports.live.autoCreateTopicEnable, nowWallMs);
  if ('config' in creation) {
    ports.env.log.info('A topic was created by a send.', { topic: header.topic, config: describeTopic(creation.config), producer: remoteAddress });
    return creation.config;
  }
  if (isRetry) return getOrCreate(ports.topics, { topic: header.topic, queueNums: 1, perm: PERM_READ_WRITE, topicSysFlag }, nowWallMs);
  ports.env.log.warn('A send to an unknown topic was refused.', { topic: header.topic, reason: creation.refusal, producer: remoteAddress });
  return { code: ResponseCode.TOPIC_NOT_EXIST, remark: `topic[${header.topic}] not exist, apply first please!${FAQ_SUFFIX}` };
}
