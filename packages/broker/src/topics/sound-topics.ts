import type { Log } from '@rocketmq-ts/kernel';
import { type TopicConfig, type TopicConfigSerializeWrapper, validateTopicName } from '@rocketmq-ts/remoting-protocol';

/** A retry topic may be longer than what can be stored: `%RETRY%` and a group's 255 characters. */
const NAME_LENGTH_MAX = 300;

/**
 * The topics of a table that comes from outside, without those whose names could lead out of the store's folders: such
 * a name may stand in the table of a broker that took every name.
 */
export function soundTopics(wrapper: TopicConfigSerializeWrapper, log: Log, source: string): TopicConfigSerializeWrapper {
  const topicConfigTable = new Map<string, TopicConfig>();
  for (const [topic, config] of wrapper.topicConfigTable) {
    const complaint = topic === config.topicName ? validateTopicName(topic, NAME_LENGTH_MAX) : 'The topic stands under another name';
    if (complaint === undefined) topicConfigTable.set(topic, config);
    else log.error('A topic is left out.', { topic, source, reason: complaint });
  }
  return { dataVersion: wrapper.dataVersion, topicConfigTable };
}
