/**
 * The tables as Java's config files hold them: fastjson's pretty form, members in alphabetical order, queue ids
 * as unquoted keys. Entries keep the order of the table, which is the order of the file they came from.
 *
 * Source: common/ConfigManager.java, broker/topic/TopicConfigManager.java, broker/subscription/SubscriptionGroupManager.java,
 * broker/offset/ConsumerOffsetManager.java, store/schedule/ScheduleMessageService.java (4.6.0)
 */
import {
  type ConsumerOffsetSerializeWrapper,
  type DataVersion,
  decodeConsumerOffsetSerializeWrapper,
  decodeDelayOffsetSerializeWrapper,
  decodeSubscriptionGroupWrapper,
  decodeTopicConfigSerializeWrapper,
  type DelayOffsetSerializeWrapper,
  type SubscriptionGroupConfig,
  type SubscriptionGroupWrapper,
  type TopicConfig,
  type TopicConfigSerializeWrapper,
  type WritableJson,
  writeFastjson,
} from '@rocketmq-ts/remoting-protocol';

const PRETTY = { pretty: true } as const;

export function topicsText(wrapper: TopicConfigSerializeWrapper): string {
  return writeFastjson(
    new Map<string, WritableJson>([
      ['dataVersion', versionJson(wrapper.dataVersion)],
      ['topicConfigTable', new Map([...wrapper.topicConfigTable].map(([topic, config]) => [topic, topicJson(config)]))],
    ]),
    PRETTY,
  );
}

export function groupsText(wrapper: SubscriptionGroupWrapper): string {
  return writeFastjson(
    new Map<string, WritableJson>([
      ['dataVersion', versionJson(wrapper.dataVersion)],
      ['subscriptionGroupTable', new Map([...wrapper.subscriptionGroupTable].map(([group, config]) => [group, groupJson(config)]))],
    ]),
    PRETTY,
  );
}

export function offsetsText(wrapper: ConsumerOffsetSerializeWrapper): string {
  return writeFastjson(new Map<string, WritableJson>([['offsetTable', wrapper.offsetTable]]), PRETTY);
}

export function delayOffsetsText(wrapper: DelayOffsetSerializeWrapper): string {
  return writeFastjson(new Map<string, WritableJson>([['offsetTable', wrapper.offsetTable]]), PRETTY);
}

/** @throws ProtocolError */
export function parseTopics(text: string): TopicConfigSerializeWrapper {
  return decodeTopicConfigSerializeWrapper(Buffer.from(text, 'utf8'));
}

/** @throws ProtocolError */
export function parseGroups(text: string): SubscriptionGroupWrapper {
  return decodeSubscriptionGroupWrapper(Buffer.from(text, 'utf8'));
}

/** @throws ProtocolError */
export function parseOffsets(text: string): ConsumerOffsetSerializeWrapper {
  return decodeConsumerOffsetSerializeWrapper(Buffer.from(text, 'utf8'));
}

/** @throws ProtocolError */
export function parseDelayOffsets(text: string): DelayOffsetSerializeWrapper {
  return decodeDelayOffsetSerializeWrapper(Buffer.from(text, 'utf8'));
}

function versionJson(version: DataVersion): WritableJson {
  return new Map([
    ['counter', version.counter],
    ['timestamp', version.timestamp],
  ]);
}

function topicJson(config: TopicConfig): WritableJson {
  return new Map<string, WritableJson>([
    ['order', config.order],
    ['perm', config.perm],
    ['readQueueNums', config.readQueueNums],
    ['topicFilterType', config.topicFilterType],
    ['topicName', config.topicName],
    ['topicSysFlag', config.topicSysFlag],
    ['writeQueueNums', config.writeQueueNums],
  ]);
}

function groupJson(config: SubscriptionGroupConfig): WritableJson {
  return new Map<string, WritableJson>([
    ['brokerId', config.brokerId],
    ['consumeBroadcastEnable', config.consumeBroadcastEnable],
    ['consumeEnable', config.consumeEnable],
    ['consumeFromMinEnable', config.consumeFromMinEnable],
    ['groupName', config.groupName],
    ['notifyConsumerIdsChangedEnable', config.notifyConsumerIdsChangedEnable],
    ['retryMaxTimes', config.retryMaxTimes],
    ['retryQueueNums', config.retryQueueNums],
    ['whichBrokerWhenConsumeSlowly', config.whichBrokerWhenConsumeSlowly],
  ]);
}
