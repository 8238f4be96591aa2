import { PermName, permText, SystemTopic, type TopicConfig } from '@rocketmq-ts/remoting-protocol';

import { BROKER_LIMITS } from '../limits.ts';
import { newTopic } from './boot-topics.ts';
import type { TopicTable } from './topic-table.ts';

/** What the first send to an unknown topic says about it. */
export interface TopicWish {
  readonly topic: string;
  readonly defaultTopic: string;
  readonly defaultTopicQueueNums: number;
  readonly topicSysFlag: number;
}

/** Why no topic was made, for the log; or the topic. */
export type TopicCreation = { readonly config: TopicConfig } | { readonly refusal: string };

/**
 * Makes a topic after the model of another one, when that one may be inherited: the smaller of the client's and the
 * model's queue counts, the model's permissions without INHERIT.
 *
 * Source: broker/topic/TopicConfigManager.java createTopicInSendMessageMethod (4.6.0)
 */
export function createFromDefault(table: TopicTable, wish: TopicWish, autoCreateTopicEnable: boolean, nowWallMs: number): TopicCreation {
  const model = table.get(wish.defaultTopic);
  if (model === undefined) return { refusal: `the default topic[${wish.defaultTopic}] not exist` };
  // Java also takes INHERIT off the stored TBW102 here, for ever; we only act as if.
  const isInheritable = (model.perm & PermName.INHERIT) !== 0 && (wish.defaultTopic !== SystemTopic.AUTO_CREATE || autoCreateTopicEnable);
  if (!isInheritable) return { refusal: `the default topic[${wish.defaultTopic}] has no perm to be inherited` };
  if (table.size >= BROKER_LIMITS.topics) return { refusal: `this broker has ${table.size} topics, the most it keeps` };

  const queueNums = Math.max(0, Math.min(wish.defaultTopicQueueNums, model.writeQueueNums));
  const config: TopicConfig = {
    ...newTopic(wish.topic, queueNums, model.perm & ~PermName.INHERIT, wish.topicSysFlag),
    topicFilterType: model.topicFilterType,
  };
  table.put(config, nowWallMs);
  return { config };
}

/** A topic the broker makes for its own purposes. */
export interface TopicToKeep {
  readonly topic: string;
  readonly queueNums: number;
  readonly perm: number;
  readonly topicSysFlag: number;
}

/** The topic of that name, made when absent: retry and dead-letter topics of groups. Source: createTopicInSendMessageBackMethod */
export function getOrCreate(table: TopicTable, wish: TopicToKeep, nowWallMs: number): TopicConfig {
  const known = table.get(wish.topic);
  if (known !== undefined) return known;
  const config = newTopic(wish.topic, wish.queueNums, wish.perm, wish.topicSysFlag);
  table.put(config, nowWallMs);
  return config;
}

/** Java's TopicConfig.toString, part of remarks. */
export function describeTopic(config: TopicConfig): string {
  return (
    `TopicConfig [topicName=${config.topicName}, readQueueNums=${config.readQueueNums}, writeQueueNums=${config.writeQueueNums}, ` +
    `perm=${permText(config.perm)}, topicFilterType=${config.topicFilterType}, topicSysFlag=${config.topicSysFlag}, order=${config.order}]`
  );
}
