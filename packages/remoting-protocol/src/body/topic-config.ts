/**
 * A topic as its broker keeps it, and the whole table as brokers register and copy it.
 *
 * Source: common/TopicConfig.java, common/protocol/body/TopicConfigSerializeWrapper.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import { type DataVersion, dataVersionOrStart } from './data-version.ts';
import { decodeBody, encodeBody, flagOr, mapOf, objectOf, oneOf, type Shape, text, whole, wholeOr } from './shape.ts';

export interface TopicConfig {
  topicName: string;
  readQueueNums: number;
  writeQueueNums: number;
  /** PermName bits. */
  perm: number;
  topicFilterType: 'SINGLE_TAG' | 'MULTI_TAG';
  topicSysFlag: number;
  order: boolean;
}

export const topicConfigShape: Shape<TopicConfig> = objectOf<TopicConfig>('TopicConfig', {
  topicName: text,
  readQueueNums: wholeOr(16),
  writeQueueNums: wholeOr(16),
  perm: wholeOr(6),
  topicFilterType: oneOf('SINGLE_TAG', 'MULTI_TAG'),
  topicSysFlag: whole,
  order: flagOr(false),
});

export function encodeTopicConfig(value: TopicConfig, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(topicConfigShape, value, options);
}

/** @throws ProtocolError */
export function decodeTopicConfig(body: Buffer): TopicConfig {
  return decodeBody(topicConfigShape, body);
}

export interface TopicConfigSerializeWrapper {
  topicConfigTable: Map<string, TopicConfig>;
  dataVersion: DataVersion;
}

export const topicConfigSerializeWrapperShape: Shape<TopicConfigSerializeWrapper> = objectOf<TopicConfigSerializeWrapper>('TopicConfigSerializeWrapper', {
  topicConfigTable: mapOf(topicConfigShape),
  dataVersion: dataVersionOrStart,
});

export function encodeTopicConfigSerializeWrapper(value: TopicConfigSerializeWrapper, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(topicConfigSerializeWrapperShape, value, options);
}

/** @throws ProtocolError */
export function decodeTopicConfigSerializeWrapper(body: Buffer): TopicConfigSerializeWrapper {
  return decodeBody(topicConfigSerializeWrapperShape, body);
}
