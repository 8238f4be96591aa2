import type { Env } from '@rocketmq-ts/kernel';
import {
  createResponse,
  CreateTopicRequestHeader,
  DeleteTopicRequestHeader,
  encodeGroupList,
  encodeTopicConfigSerializeWrapper,
  encodeTopicList,
  encodeTopicStatsTable,
  GetTopicStatsInfoRequestHeader,
  type MessageQueue,
  QueryTopicConsumeByWhoRequestHeader,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
  type TopicConfig,
  type TopicOffset,
  validateTopicName,
} from '@rocketmq-ts/remoting-protocol';
import type { Connection, RequestHandler } from '@rocketmq-ts/remoting';
import type { QueueReader, StoreAdmin } from '@rocketmq-ts/store';

import { BROKER_LIMITS } from '../../limits.ts';
import type { ConsumerOffsets } from '../../offsets/consumer-offsets.ts';
import type { Consumers } from '../../registry/consumers.ts';
import { isInnerTopic } from '../../topics/boot-topics.ts';
import { describeTopic } from '../../topics/create-topic.ts';
import type { TopicTable } from '../../topics/topic-table.ts';
import type { SavedTopics } from '../../topics/saved-topics.ts';
import type { Refusal } from '../refusal.ts';
import { bodyResponse } from './body-response.ts';

export interface TopicAdminPorts {
  readonly env: Pick<Env, 'clock' | 'log'>;
  readonly clusterName: string;
  readonly brokerName: string;
  readonly topics: TopicTable;
  readonly saved: SavedTopics;
  /** Names of the topics made at boot. */
  readonly systemTopics: ReadonlySet<string>;
  readonly consumers: Consumers;
  readonly offsets: ConsumerOffsets;
  readonly queues: QueueReader;
  readonly admin: StoreAdmin;
}

/** Topics: made, changed, deleted, listed. Source: broker/processor/AdminBrokerProcessor.java (4.6.0) */
export function topicAdminHandlers(ports: TopicAdminPorts): ReadonlyMap<number, RequestHandler> {
  return new Map<number, RequestHandler>([
    [RequestCode.UPDATE_AND_CREATE_TOPIC, (request, connection) => updateTopic(ports, request, connection)],
    [RequestCode.DELETE_TOPIC_IN_BROKER, (request, connection) => deleteTopic(ports, request, connection)],
    [RequestCode.GET_ALL_TOPIC_CONFIG, (request) => bodyResponse(request, encodeTopicConfigSerializeWrapper(ports.topics.snapshot()))],
    [RequestCode.GET_TOPIC_STATS_INFO, (request) => topicStats(ports, request)],
    [RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, (request) => consumingGroups(ports, request)],
    [
      RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_BROKER,
      (request) => bodyResponse(request, encodeTopicList({ topicList: [...ports.systemTopics], brokerAddr: undefined })),
    ],
    [RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE, (request) => cleanExpiredQueues(ports, request)],
    [RequestCode.CLEAN_UNUSED_TOPIC, (request) => dropUnusedQueues(ports, request)],
  ]);
}

/**
 * Java differs: it answers before the change is made and takes every name and number. Here the answer says that the
 * change is made and on disk.
 */
function updateTopic(ports: TopicAdminPorts, request: RemotingCommand, connection: Connection): RemotingCommand | undefined {
  const header = CreateTopicRequestHeader.decode(request.extFields);
  const refusal = complaintAbout(ports, header);
  if (refusal !== undefined) return createResponse(request, refusal.code, refusal.remark);
  const config: TopicConfig = {
    topicName: header.topic,
    readQueueNums: header.readQueueNums,
    writeQueueNums: header.writeQueueNums,
    perm: header.perm,
    topicFilterType: header.topicFilterType as TopicConfig['topicFilterType'],
    topicSysFlag: header.topicSysFlag ?? 0,
    order: ports.topics.isOrderTopic(header.topic),
  };
  ports.topics.put(config, ports.env.clock.wallMs());
  ports.env.log.info('A topic was made or changed by an administrator.', { config: describeTopic(config), client: connection.remoteAddress });
  ports.saved.whenSaved(header.topic, (error) => {
    const response =
      error === undefined
        ? createResponse(request, ResponseCode.SUCCESS)
        : createResponse(request, ResponseCode.SYSTEM_ERROR, `the topic[${header.topic}] is changed, but could not be saved: ${error.message}`);
    connection.respond(request, response);
  });
  return undefined;
}

function complaintAbout(ports: TopicAdminPorts, header: CreateTopicRequestHeader): Refusal | undefined {
  const refused = (remark: string): Refusal => ({ code: ResponseCode.SYSTEM_ERROR, remark });
  if (header.topic === ports.clusterName || isInnerTopic(header.topic)) {
    return refused(`the topic[${header.topic}] is conflict with system reserved words.`);
  }
  const complaint = validateTopicName(header.topic);
  if (complaint !== undefined) return refused(complaint);
  for (const count of [header.readQueueNums, header.writeQueueNums]) {
    if (count < 0 || count > BROKER_LIMITS.queuesPerTopic) {
      return refused(`the topic[${header.topic}] can not have ${count} queues: 0 to ${BROKER_LIMITS.queuesPerTopic} are possible`);
    }
  }
  if (header.perm < 0 || header.perm > 7) return refused(`perm[${header.perm}] is illegal: 2 (W), 4 (R) or 6 (RW)`);
  if (header.topicFilterType !== 'SINGLE_TAG' && header.topicFilterType !== 'MULTI_TAG') {
    return refused(`topicFilterType = [${header.topicFilterType}] value invalid`);
  }
  if (!ports.topics.has(header.topic) && ports.topics.size >= BROKER_LIMITS.topics) {
    return refused(`this broker has ${ports.topics.size} topics, the most it keeps`);
  }
  return undefined;
}

/**
 * Java differs: topics of the broker itself stay, and the groups' offsets go with the topic, so that a topic of the
 * same name made later is read from its beginning.
 */
function deleteTopic(ports: TopicAdminPorts, request: RemotingCommand, connection: Connection): RemotingCommand | undefined {
  const { topic } = DeleteTopicRequestHeader.decode(request.extFields);
  if (ports.systemTopics.has(topic) || isInnerTopic(topic)) {
    return createResponse(request, ResponseCode.SYSTEM_ERROR, `the topic[${topic}] is conflict with system reserved words.`);
  }
  ports.topics.delete(topic, ports.env.clock.wallMs());
  ports.offsets.removeTopic(topic);
  ports.env.log.info('A topic was deleted by an administrator.', { topic, client: connection.remoteAddress });
  return dropUnusedQueues(ports, request);
}

/** Answered at once, as in Java: taking files away may be slow. */
function dropUnusedQueues(ports: TopicAdminPorts, request: RemotingCommand): RemotingCommand {
  inBackground(ports, 'Queues of deleted topics could not be removed.', ports.admin.dropQueues((topic) => ports.topics.has(topic) || isInnerTopic(topic)));
  return createResponse(request, ResponseCode.SUCCESS);
}

function cleanExpiredQueues(ports: TopicAdminPorts, request: RemotingCommand): RemotingCommand {
  inBackground(ports, 'Expired consume queues could not be removed.', ports.admin.cleanExpiredQueues());
  return createResponse(request, ResponseCode.SUCCESS);
}

function inBackground(ports: TopicAdminPorts, failure: string, work: Promise<void>): void {
  work.catch((error: unknown) => ports.env.log.error(failure, { error: error as Error }));
}

function topicStats(ports: TopicAdminPorts, request: RemotingCommand): RemotingCommand {
  const { topic } = GetTopicStatsInfoRequestHeader.decode(request.extFields);
  const config = ports.topics.get(topic);
  if (config === undefined) return createResponse(request, ResponseCode.TOPIC_NOT_EXIST, `topic[${topic}] not exist`);
  const offsetTable: [MessageQueue, TopicOffset][] = [];
  for (let queueId = 0; queueId < config.writeQueueNums; queueId++) {
    const minOffset = Math.max(0, ports.queues.minQueueOffset(topic, queueId));
    const maxOffset = Math.max(0, ports.queues.maxQueueOffset(topic, queueId));
    const lastUpdateTimestamp = maxOffset > 0 ? ports.queues.storeTimestampOf(topic, queueId, maxOffset - 1) : 0;
    offsetTable.push([
      { topic, brokerName: ports.brokerName, queueId },
      { minOffset, maxOffset, lastUpdateTimestamp },
    ]);
  }
  return bodyResponse(request, encodeTopicStatsTable({ offsetTable }));
}

/** Groups that read the topic now, or did and left an offset. */
function consumingGroups(ports: TopicAdminPorts, request: RemotingCommand): RemotingCommand {
  const { topic } = QueryTopicConsumeByWhoRequestHeader.decode(request.extFields);
  const groups = new Set([...ports.consumers.groupsOf(topic), ...ports.offsets.groupsOf(topic)]);
  return bodyResponse(request, encodeGroupList({ groupList: [...groups] }));
}
