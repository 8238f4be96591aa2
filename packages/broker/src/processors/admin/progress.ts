import type { Env } from '@rocketmq-ts/kernel';
import {
  CloneGroupOffsetRequestHeader,
  type ConsumeStats,
  createResponse,
  encodeConsumeStats,
  encodeConsumeStatsList,
  encodeQueryConsumeTimeSpanBody,
  encodeQueryCorrectionOffsetBody,
  GetConsumeStatsInBrokerHeader,
  GetConsumeStatsRequestHeader,
  type MessageQueue,
  type OffsetWrapper,
  QueryConsumeTimeSpanRequestHeader,
  QueryCorrectionOffsetHeader,
  type QueueTimeSpan,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
  type TopicConfig,
  validateGroupName,
} from '@rocketmq-ts/remoting-protocol';
import type { RequestHandler } from '@rocketmq-ts/remoting';
import type { QueueReader } from '@rocketmq-ts/store';

import type { SubscriptionGroups } from '../../groups/subscription-groups.ts';
import type { ConsumerOffsets } from '../../offsets/consumer-offsets.ts';
import type { Consumers } from '../../registry/consumers.ts';
import type { TopicTable } from '../../topics/topic-table.ts';
import { bodyResponse } from './body-response.ts';

export interface ProgressPorts {
  readonly env: Pick<Env, 'clock' | 'log'>;
  readonly brokerName: string;
  readonly brokerAddress: string;
  readonly topics: TopicTable;
  readonly groups: SubscriptionGroups;
  readonly consumers: Consumers;
  readonly offsets: ConsumerOffsets;
  readonly queues: QueueReader;
  readonly rates: { consumeTps(group: string, topic: string): number };
}

/** How far groups are. Source: broker/processor/AdminBrokerProcessor.java (4.6.0) */
export function progressHandlers(ports: ProgressPorts): ReadonlyMap<number, RequestHandler> {
  return new Map<number, RequestHandler>([
    [RequestCode.GET_CONSUME_STATS, (request) => consumeStats(ports, request)],
    [RequestCode.GET_BROKER_CONSUME_STATS, (request) => allConsumeStats(ports, request)],
    [RequestCode.QUERY_CONSUME_TIME_SPAN, (request) => timeSpans(ports, request)],
    [RequestCode.QUERY_CORRECTION_OFFSET, (request) => correctionOffsets(ports, request)],
    [RequestCode.CLONE_GROUP_OFFSET, (request) => cloneOffsets(ports, request)],
  ]);
}

function consumeStats(ports: ProgressPorts, request: RemotingCommand): RemotingCommand {
  const { consumerGroup, topic } = GetConsumeStatsRequestHeader.decode(request.extFields);
  const stats: ConsumeStats = { offsetTable: [], consumeTps: 0 };
  for (const config of consumedTopics(ports, consumerGroup, topic)) {
    stats.offsetTable.push(...progressOf(ports, consumerGroup, config, config.readQueueNums));
    stats.consumeTps += ports.rates.consumeTps(consumerGroup, config.topicName);
  }
  return bodyResponse(request, encodeConsumeStats(stats));
}

function allConsumeStats(ports: ProgressPorts, request: RemotingCommand): RemotingCommand {
  const { isOrder } = GetConsumeStatsInBrokerHeader.decode(request.extFields);
  const consumeStatsList: Map<string, ConsumeStats[]>[] = [];
  let totalDiff = 0;
  for (const group of ports.groups.names()) {
    const ofGroup: ConsumeStats[] = [];
    for (const config of consumedTopics(ports, group, undefined)) {
      if (isOrder && !config.order) continue;
      const offsetTable = progressOf(ports, group, config, config.writeQueueNums);
      for (const [, { brokerOffset, consumerOffset }] of offsetTable) totalDiff += brokerOffset - consumerOffset;
      ofGroup.push({ offsetTable, consumeTps: ports.rates.consumeTps(group, config.topicName) });
    }
    consumeStatsList.push(new Map([[group, ofGroup]]));
  }
  return bodyResponse(request, encodeConsumeStatsList({ consumeStatsList, brokerAddr: ports.brokerAddress, totalDiff }));
}

/** The named topic, or all that the group has offsets of; without those that its online members do not subscribe to. */
function* consumedTopics(ports: ProgressPorts, group: string, topic: string | undefined): Generator<TopicConfig> {
  for (const name of topic === undefined || topic.trim() === '' ? ports.offsets.topicsOf(group) : [topic]) {
    const config = ports.topics.get(name);
    if (config === undefined) continue;
    if (ports.consumers.subscriptionCount(group) > 0 && ports.consumers.findSubscription(group, name) === undefined) continue;
    yield config;
  }
}

function progressOf(ports: ProgressPorts, group: string, config: TopicConfig, queueNums: number): [MessageQueue, OffsetWrapper][] {
  const topic = config.topicName;
  const progress: [MessageQueue, OffsetWrapper][] = [];
  for (let queueId = 0; queueId < queueNums; queueId++) {
    const brokerOffset = Math.max(0, ports.queues.maxQueueOffset(topic, queueId));
    const consumerOffset = Math.max(0, ports.offsets.query(group, topic, queueId));
    const lastStored = consumerOffset > 0 ? ports.queues.storeTimestampOf(topic, queueId, consumerOffset - 1) : 0;
    const queue = { topic, brokerName: ports.brokerName, queueId };
    progress.push([queue, { brokerOffset, consumerOffset, lastTimestamp: Math.max(0, lastStored) }]);
  }
  return progress;
}

function timeSpans(ports: ProgressPorts, request: RemotingCommand): RemotingCommand {
  const { topic, group } = QueryConsumeTimeSpanRequestHeader.decode(request.extFields);
  const config = ports.topics.get(topic);
  if (config === undefined) return createResponse(request, ResponseCode.TOPIC_NOT_EXIST, `topic[${topic}] not exist`);
  const consumeTimeSpanSet: QueueTimeSpan[] = [];
  for (let queueId = 0; queueId < config.writeQueueNums; queueId++) consumeTimeSpanSet.push(timeSpanOf(ports, topic, group, queueId));
  return bodyResponse(request, encodeQueryConsumeTimeSpanBody({ consumeTimeSpanSet }));
}

function timeSpanOf(ports: ProgressPorts, topic: string, group: string, queueId: number): QueueTimeSpan {
  const max = ports.queues.maxQueueOffset(topic, queueId);
  const consumed = ports.offsets.query(group, topic, queueId);
  const minTimeStamp = ports.queues.earliestStoreTimestamp(topic, queueId);
  return {
    messageQueue: { topic, brokerName: ports.brokerName, queueId },
    minTimeStamp,
    maxTimeStamp: ports.queues.storeTimestampOf(topic, queueId, max - 1),
    consumeTimeStamp: consumed > 0 ? ports.queues.storeTimestampOf(topic, queueId, consumed - 1) : minTimeStamp,
    delayTime: consumed < max ? ports.env.clock.wallMs() - ports.queues.storeTimestampOf(topic, queueId, consumed) : 0,
  };
}

/**
 * The smallest offset that any group has of each queue, without the filtered ones; Long.MAX_VALUE where the compared
 * group is behind it.
 *
 * Java differs: it also deletes the filtered groups' offsets of all topics, which nobody asked for.
 */
function correctionOffsets(ports: ProgressPorts, request: RemotingCommand): RemotingCommand {
  const { filterGroups = '', compareGroup, topic } = QueryCorrectionOffsetHeader.decode(request.extFields);
  const filtered = new Set(filterGroups.split(','));
  const smallest = new Map<number, number>();
  for (const group of ports.offsets.groupsOf(topic)) {
    if (filtered.has(group)) continue;
    for (const [queueId, offset] of ports.offsets.queuesOf(group, topic) ?? []) {
      if (offset >= ports.queues.minQueueOffset(topic, queueId)) smallest.set(queueId, Math.min(offset, smallest.get(queueId) ?? offset));
    }
  }
  for (const [queueId, offset] of ports.offsets.queuesOf(compareGroup, topic) ?? []) {
    if ((smallest.get(queueId) ?? 0) > offset) smallest.set(queueId, Number.MAX_SAFE_INTEGER);
  }
  return bodyResponse(request, encodeQueryCorrectionOffsetBody({ correctionOffsets: smallest }));
}

/** Java differs: without a topic it copies nothing, since it looks for the topic `null`. */
function cloneOffsets(ports: ProgressPorts, request: RemotingCommand): RemotingCommand {
  const header = CloneGroupOffsetRequestHeader.decode(request.extFields);
  const complaint = validateGroupName(header.destGroup);
  if (complaint !== undefined) return createResponse(request, ResponseCode.SYSTEM_ERROR, complaint);
  const { srcGroup, destGroup } = header;
  for (const name of header.topic === undefined || header.topic.trim() === '' ? ports.offsets.topicsOf(srcGroup) : [header.topic]) {
    if (!ports.topics.has(name)) continue;
    const isUnsubscribed = ports.consumers.subscriptionCount(srcGroup) > 0 && ports.consumers.findSubscription(srcGroup, name) === undefined;
    if (!header.offline && isUnsubscribed) continue;
    ports.offsets.clone(srcGroup, destGroup, name);
  }
  ports.env.log.info('An administrator copied the offsets of a group.', { srcGroup, destGroup });
  return createResponse(request, ResponseCode.SUCCESS);
}
