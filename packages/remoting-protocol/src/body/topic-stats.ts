/**
 * Ends of every queue of a topic.
 *
 * Source: common/admin/TopicOffset.java, common/admin/TopicStatsTable.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import type { MessageQueue } from '../message/message-queue.ts';
import { messageQueueShape } from './message-queue-shape.ts';
import { decodeBody, encodeBody, objectOf, pairsOf, type Shape, whole } from './shape.ts';

export interface TopicOffset {
  minOffset: number;
  maxOffset: number;
  lastUpdateTimestamp: number;
}

export const topicOffsetShape: Shape<TopicOffset> = objectOf<TopicOffset>('TopicOffset', {
  minOffset: whole,
  maxOffset: whole,
  lastUpdateTimestamp: whole,
});

export interface TopicStatsTable {
  offsetTable: [MessageQueue, TopicOffset][];
}

export const topicStatsTableShape: Shape<TopicStatsTable> = objectOf<TopicStatsTable>('TopicStatsTable', {
  offsetTable: pairsOf(messageQueueShape, topicOffsetShape),
});

export function encodeTopicStatsTable(value: TopicStatsTable, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(topicStatsTableShape, value, options);
}

/** @throws ProtocolError */
export function decodeTopicStatsTable(body: Buffer): TopicStatsTable {
  return decodeBody(topicStatsTableShape, body);
}
