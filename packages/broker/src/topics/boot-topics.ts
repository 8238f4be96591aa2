import { PermName, replyTopicOf, SystemTopic, type TopicConfig } from '@rocketmq-ts/remoting-protocol';

import type { BootTopicSettings } from '../settings.ts';

const READ_WRITE = PermName.READ | PermName.WRITE;

/** A topic as Java makes it when nothing more is said: 16 queues, readable and writeable. */
export function newTopic(topicName: string, queueNums = 16, perm = READ_WRITE, topicSysFlag = 0): TopicConfig {
  return {
    topicName,
    readQueueNums: queueNums,
    writeQueueNums: queueNums,
    perm,
    topicFilterType: 'SINGLE_TAG',
    topicSysFlag,
    order: false,
  };
}

/**
 * Topics that exist from the first start on; their names are the broker's system topics (request code 305) and are
 * kept from deletion. Source: broker/topic/TopicConfigManager.java constructor (4.6.0)
 */
export function bootTopics(settings: BootTopicSettings): TopicConfig[] {
  const topics = [newTopic(SystemTopic.SELF_TEST, 1)];
  if (settings.autoCreateTopicEnable) topics.push(newTopic(SystemTopic.AUTO_CREATE, settings.defaultTopicQueueNums, READ_WRITE | PermName.INHERIT));
  topics.push(
    newTopic(SystemTopic.BENCHMARK, 1024),
    newTopic(settings.clusterName, 16, PermName.INHERIT | (settings.clusterTopicEnable ? READ_WRITE : 0)),
    newTopic(settings.brokerName, 1, PermName.INHERIT | (settings.brokerTopicEnable ? READ_WRITE : 0)),
    newTopic(SystemTopic.OFFSET_MOVED_EVENT, 1),
  );
  if (settings.traceTopicEnable) topics.push(newTopic(settings.msgTraceTopicName, 1));
  topics.push(newTopic(replyTopicOf(settings.clusterName), 1));
  return topics;
}

/** Topics that only the broker itself may write to: a client's send would corrupt what they stand for. */
const INNER_TOPICS: ReadonlySet<string> = new Set([
  SystemTopic.SCHEDULE,
  SystemTopic.TRANS_HALF,
  SystemTopic.TRANS_OP_HALF,
  SystemTopic.TRANS_CHECK_MAX_TIME,
]);

export function isInnerTopic(topic: string): boolean {
  return INNER_TOPICS.has(topic);
}
