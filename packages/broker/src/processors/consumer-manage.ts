import type { Env } from '@rocketmq-ts/kernel';
import {
  createResponse,
  encodeConsumerIdList,
  GetConsumerListByGroupRequestHeader,
  QueryConsumerOffsetRequestHeader,
  QueryConsumerOffsetResponseHeader,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
  UpdateConsumerOffsetRequestHeader,
  validateGroupName,
} from '@rocketmq-ts/remoting-protocol';
import type { Connection, RequestHandler } from '@rocketmq-ts/remoting';
import type { QueueReader } from '@rocketmq-ts/store';

import type { ConsumerOffsets } from '../offsets/consumer-offsets.ts';
import type { Consumers } from '../registry/consumers.ts';
import type { TopicTable } from '../topics/topic-table.ts';

export const CONSUMER_MANAGE_CODES = [
  RequestCode.GET_CONSUMER_LIST_BY_GROUP,
  RequestCode.QUERY_CONSUMER_OFFSET,
  RequestCode.UPDATE_CONSUMER_OFFSET,
] as const;

export interface ConsumerManagePorts {
  readonly env: Pick<Env, 'log'>;
  readonly topics: TopicTable;
  readonly consumers: Consumers;
  readonly offsets: ConsumerOffsets;
  readonly queues: QueueReader;
}

/**
 * Requests 38, 14 and 15: the members of a group and its progress.
 *
 * Java differs: it keeps an offset for whatever topic, group and queue a request names; here the topic must exist,
 * the group's name be valid and the numbers not negative.
 * Source: broker/processor/ConsumerManageProcessor.java (4.6.0)
 */
export function createConsumerManage(ports: ConsumerManagePorts): RequestHandler {
  return (request, connection) => {
    switch (request.code) {
      case RequestCode.GET_CONSUMER_LIST_BY_GROUP:
        return listMembers(ports, request);
      case RequestCode.QUERY_CONSUMER_OFFSET:
        return queryOffset(ports, request);
      default:
        return updateOffset(ports, request, connection);
    }
  };
}

function listMembers(ports: ConsumerManagePorts, request: RemotingCommand): RemotingCommand {
  const { consumerGroup } = GetConsumerListByGroupRequestHeader.decode(request.extFields);
  const group = ports.consumers.get(consumerGroup);
  if (group === undefined) return createResponse(request, ResponseCode.SYSTEM_ERROR, `no consumer for this group, ${consumerGroup}`);
  const response = createResponse(request, ResponseCode.SUCCESS);
  response.body = encodeConsumerIdList([...group.members.values()].map(({ clientId }) => clientId));
  return response;
}

/** A group without an offset starts at 0 while the whole queue is still at hand; else the client decides where to start. */
function queryOffset(ports: ConsumerManagePorts, request: RemotingCommand): RemotingCommand {
  const { consumerGroup, topic, queueId } = QueryConsumerOffsetRequestHeader.decode(request.extFields);
  const stored = ports.offsets.query(consumerGroup, topic, queueId);
  const isFromStart = stored < 0 && ports.queues.minQueueOffset(topic, queueId) <= 0 && ports.queues.isInMemory(topic, queueId, 0);
  if (stored < 0 && !isFromStart) {
    return createResponse(request, ResponseCode.QUERY_NOT_FOUND, 'Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first');
  }
  const response = createResponse(request, ResponseCode.SUCCESS);
  response.extFields = QueryConsumerOffsetResponseHeader.encode({ offset: Math.max(stored, 0) });
  return response;
}

function updateOffset(ports: ConsumerManagePorts, request: RemotingCommand, connection: Connection): RemotingCommand {
  const { consumerGroup: group, topic, queueId, commitOffset: offset } = UpdateConsumerOffsetRequestHeader.decode(request.extFields);
  if (!ports.topics.has(topic)) return createResponse(request, ResponseCode.TOPIC_NOT_EXIST, `topic[${topic}] not exist`);
  const complaint = validateGroupName(group);
  if (complaint !== undefined) return createResponse(request, ResponseCode.SYSTEM_ERROR, complaint);
  if (queueId < 0 || offset < 0) {
    return createResponse(request, ResponseCode.SYSTEM_ERROR, `a negative queueId[${queueId}] or commitOffset[${offset}]`);
  }
  const outcome = ports.offsets.commit(group, topic, queueId, offset);
  if (outcome === 'moved back') {
    ports.env.log.warn('A consumer offset was moved back.', { group, topic, queueId, offset, client: connection.remoteAddress });
  }
  return createResponse(request, ResponseCode.SUCCESS);
}
