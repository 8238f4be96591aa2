import {
  isReadable,
  type PullMessageRequestHeader,
  PullSysFlag,
  ResponseCode,
  type SubscriptionData,
  type SubscriptionGroupConfig,
  subscriptionDataOf,
  validateGroupName,
} from '@rocketmq-ts/remoting-protocol';
import type { TagsFilter } from '@rocketmq-ts/store';

import { FAQ_SUFFIX } from '../../faq.ts';
import { isTagType, tagsFilterOf } from '../../filter/tags-filter.ts';
import { BROKER_LIMITS } from '../../limits.ts';
import { isRefusal, type Refusal } from '../refusal.ts';
import type { PullPorts } from './pull-ports.ts';

export type PullHeader = PullMessageRequestHeader;

/** A pull that may be carried out. */
export interface PullPlan {
  readonly group: SubscriptionGroupConfig;
  readonly filter: TagsFilter | undefined;
}

/**
 * The checks before messages are looked up, in Java's order.
 *
 * Java differs: the group's name is validated before a group is made of it. SQL92 expressions belong to later work
 * and are answered as by a Java broker with enablePropertyFilter=false.
 * Source: broker/processor/PullMessageProcessor.java processRequest (4.6.0)
 */
export function checkPull(ports: PullPorts, header: PullHeader, remoteAddress: string): PullPlan | Refusal {
  const { consumerGroup } = header;
  if (!isReadable(ports.live.brokerPermission)) {
    return { code: ResponseCode.NO_PERMISSION, remark: `the broker[${ports.facts.brokerIP1}] pulling message is forbidden` };
  }
  const group = findGroup(ports, consumerGroup);
  if (isRefusal(group)) return group;
  if (!group.consumeEnable) return { code: ResponseCode.NO_PERMISSION, remark: `subscription group no permission, ${consumerGroup}` };

  const badTopic = checkTopic(ports, header, remoteAddress);
  if (badTopic !== undefined) return badTopic;

  const subscription = (header.sysFlag & PullSysFlag.SUBSCRIPTION) !== 0 ? parseSubscription(header) : registeredSubscription(ports, header, group);
  if (isRefusal(subscription)) return subscription;
  if (!isTagType(subscription.expressionType)) {
    const remark = `The broker does not support consumer to filter message by ${subscription.expressionType}`;
    return { code: ResponseCode.SYSTEM_ERROR, remark };
  }
  return { group, filter: tagsFilterOf(subscription) };
}

function findGroup(ports: PullPorts, consumerGroup: string): SubscriptionGroupConfig | Refusal {
  const known = ports.groups.get(consumerGroup);
  if (known !== undefined) return known;
  const complaint = validateGroupName(consumerGroup);
  if (complaint !== undefined) return { code: ResponseCode.SYSTEM_ERROR, remark: complaint };
  const made = ports.groups.find(consumerGroup, ports.live.autoCreateSubscriptionGroup, ports.env.clock.wallMs());
  if (made !== undefined) return made;
  const remark = `subscription group [${consumerGroup}] does not exist, ${FAQ_SUFFIX}`;
  return { code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, remark };
}

function checkTopic(ports: PullPorts, header: PullHeader, remoteAddress: string): Refusal | undefined {
  const topic = ports.topics.get(header.topic);
  if (topic === undefined) {
    return { code: ResponseCode.TOPIC_NOT_EXIST, remark: `topic[${header.topic}] not exist, apply first please! ${FAQ_SUFFIX}` };
  }
  if (!isReadable(topic.perm)) {
    return { code: ResponseCode.NO_PERMISSION, remark: `the topic[${header.topic}] pulling message is forbidden` };
  }
  if (header.queueId >= 0 && header.queueId < topic.readQueueNums) return undefined;
  const remark = `queueId[${header.queueId}] is illegal, topic:[${header.topic}] topicConfig.readQueueNums:[${topic.readQueueNums}] consumer:[/${remoteAddress}]`;
  return { code: ResponseCode.SYSTEM_ERROR, remark };
}

/** The subscription that came with the request: pull consumers, and push consumers that are told to post it. */
function parseSubscription(header: PullHeader): SubscriptionData | Refusal {
  const failed = { code: ResponseCode.SUBSCRIPTION_PARSE_FAILED, remark: "parse the consumer's subscription failed" };
  if (!isTagType(header.expressionType)) {
    return { code: ResponseCode.SYSTEM_ERROR, remark: `The broker does not support consumer to filter message by ${header.expressionType}` };
  }
  try {
    const subscription = subscriptionDataOf(header.topic, header.subscription ?? '*');
    return subscription.codeSet.size > BROKER_LIMITS.tagsPerSubscription ? failed : subscription;
  } catch {
    return failed;
  }
}

/** The subscription the group's members reported in heartbeats. */
function registeredSubscription(ports: PullPorts, header: PullHeader, config: SubscriptionGroupConfig): SubscriptionData | Refusal {
  const group = ports.consumers.get(header.consumerGroup);
  if (group === undefined) {
    return { code: ResponseCode.SUBSCRIPTION_NOT_EXIST, remark: `the consumer's group info not exist${FAQ_SUFFIX}` };
  }
  if (!config.consumeBroadcastEnable && group.messageModel === 'BROADCASTING') {
    return { code: ResponseCode.NO_PERMISSION, remark: `the consumer group[${header.consumerGroup}] can not consume by broadcast way` };
  }
  const subscription = group.subscriptions.get(header.topic);
  if (subscription === undefined) {
    return { code: ResponseCode.SUBSCRIPTION_NOT_EXIST, remark: `the consumer's subscription not exist${FAQ_SUFFIX}` };
  }
  if (subscription.subVersion < header.subVersion) {
    return { code: ResponseCode.SUBSCRIPTION_NOT_LATEST, remark: "the consumer's subscription not latest" };
  }
  return subscription;
}
