/**
 * Names of topics.
 *
 * Source: common/protocol/body/TopicList.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import { decodeBody, encodeBody, listOf, objectOf, optionalText, type Shape, text } from './shape.ts';

export interface TopicList {
  topicList: string[];
  brokerAddr: string | undefined;
}

export const topicListShape: Shape<TopicList> = objectOf<TopicList>('TopicList', {
  topicList: listOf(text),
  brokerAddr: optionalText,
});

export function encodeTopicList(value: TopicList, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(topicListShape, value, options);
}

/** @throws ProtocolError */
export function decodeTopicList(body: Buffer): TopicList {
  return decodeBody(topicListShape, body);
}
