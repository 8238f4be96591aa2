import type { Env } from '@rocketmq-ts/kernel';
import {
  type ConsumerData,
  createResponse,
  decodeCheckClientRequestBody,
  decodeHeartbeatData,
  type HeartbeatData,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
  retryTopicOf,
  TopicSysFlag,
  UnregisterClientRequestHeader,
  validateGroupName,
} from '@rocketmq-ts/remoting-protocol';
import type { Connection, RequestHandler } from '@rocketmq-ts/remoting';

import { isTagType } from '../filter/tags-filter.ts';
import type { SubscriptionGroups } from '../groups/subscription-groups.ts';
import { BROKER_LIMITS } from '../limits.ts';

import type { ClientChannel } from '../registry/client-channel.ts';
import type { Consumers } from '../registry/consumers.ts';
import type { Producers } from '../registry/producers.ts';
import type { LiveSettings } from '../settings.ts';
import { getOrCreate } from '../topics/create-topic.ts';
import type { TopicTable } from '../topics/topic-table.ts';

export const CLIENT_MANAGE_CODES = [RequestCode.HEART_BEAT, RequestCode.UNREGISTER_CLIENT, RequestCode.CHECK_CLIENT_CONFIG] as const;

const PERM_READ_WRITE = 6;

export interface ClientManagePorts {
  readonly env: Pick<Env, 'clock' | 'log'>;
  readonly live: LiveSettings;
  readonly topics: TopicTable;
  readonly groups: SubscriptionGroups;
  readonly producers: Producers;
  readonly consumers: Consumers;
}

/**
 * Requests 34, 35 and 46: who the clients are and what they subscribe to.
 *
 * Java differs: it takes names and amounts as they come; here a heartbeat with an invalid group name, or with more
 * than any client needs, is refused as a whole.
 * Source: broker/processor/ClientManageProcessor.java (4.6.0)
 */
export function createClientManage(ports: ClientManagePorts): RequestHandler {
  return (request, connection) => {
    switch (request.code) {
      case RequestCode.HEART_BEAT:
        return heartbeat(ports, request, connection);
      case RequestCode.UNREGISTER_CLIENT:
        return unregister(ports, request, connection);
      default:
        return checkConfig(request);
    }
  };
}

function heartbeat(ports: ClientManagePorts, request: RemotingCommand, connection: Connection): RemotingCommand {
  const refused = (remark: string): RemotingCommand => createResponse(request, ResponseCode.SYSTEM_ERROR, remark);
  if (request.body === undefined) return refused('a heartbeat without a body');
  if (request.body.length > BROKER_LIMITS.heartbeatBytes) return refused(`a heartbeat of more than ${BROKER_LIMITS.heartbeatBytes} bytes`);
  const data = decodeHeartbeatData(request.body);
  const complaint = complaintAbout(data);
  if (complaint !== undefined) return refused(complaint);

  for (const consumer of data.consumerDataSet) registerConsumer(ports, consumer, channelOf(ports, data, request, connection));
  for (const producer of data.producerDataSet) ports.producers.register(producer.groupName, channelOf(ports, data, request, connection));
  return createResponse(request, ResponseCode.SUCCESS);
}

function complaintAbout(data: HeartbeatData): string | undefined {
  const groupCount = data.consumerDataSet.length + data.producerDataSet.length;
  if (groupCount > BROKER_LIMITS.groupsPerHeartbeat) return `a heartbeat with more than ${BROKER_LIMITS.groupsPerHeartbeat} groups`;
  for (const { groupName } of [...data.consumerDataSet, ...data.producerDataSet]) {
    const complaint = validateGroupName(groupName);
    if (complaint !== undefined) return complaint;
  }
  for (const { groupName, subscriptionDataSet } of data.consumerDataSet) {
    if (subscriptionDataSet.length > BROKER_LIMITS.subscriptionsPerGroup) {
      return `group ${groupName} with more than ${BROKER_LIMITS.subscriptionsPerGroup} subscriptions`;
    }
    if (subscriptionDataSet.some(({ codeSet }) => codeSet.size > BROKER_LIMITS.tagsPerSubscription)) {
      return `a subscription of group ${groupName} with more than ${BROKER_LIMITS.tagsPerSubscription} tags`;
    }
  }
  return undefined;
}

function registerConsumer(ports: ClientManagePorts, data: ConsumerData, channel: ClientChannel): void {
  const nowWallMs = ports.env.clock.wallMs();
  const group = ports.groups.find(data.groupName, ports.live.autoCreateSubscriptionGroup, nowWallMs);
  if (group !== undefined) {
    const topic = retryTopicOf(data.groupName);
    const topicSysFlag = data.unitMode ? TopicSysFlag.UNIT_SUB : 0;
    getOrCreate(ports.topics, { topic, queueNums: group.retryQueueNums, perm: PERM_READ_WRITE, topicSysFlag }, nowWallMs);
  }
  const changed = ports.consumers.register(data, channel, group?.notifyConsumerIdsChangedEnable ?? true);
  if (changed) ports.env.log.info('The members of a consumer group changed.', { group: data.groupName, client: channel.clientId });
}

/** One object per group: each keeps its own time of the last heartbeat. */
function channelOf(ports: ClientManagePorts, data: HeartbeatData, request: RemotingCommand, connection: Connection): ClientChannel {
  return {
    connection,
    clientId: data.clientID,
    language: request.language,
    version: request.version,
    lastSeenMs: ports.env.clock.monotonicMs(),
  };
}

function unregister(ports: ClientManagePorts, request: RemotingCommand, connection: Connection): RemotingCommand {
  const { producerGroup, consumerGroup } = UnregisterClientRequestHeader.decode(request.extFields);
  if (producerGroup !== undefined) ports.producers.unregister(producerGroup, connection);
  if (consumerGroup !== undefined) {
    const notify = ports.groups.get(consumerGroup)?.notifyConsumerIdsChangedEnable ?? true;
    ports.consumers.unregister(consumerGroup, connection, notify);
  }
  return createResponse(request, ResponseCode.SUCCESS);
}

/** Asked by a consumer before it starts, so that a filter the broker has not is an error at once and not a silence. */
function checkConfig(request: RemotingCommand): RemotingCommand {
  const type = request.body === undefined ? undefined : decodeCheckClientRequestBody(request.body).subscriptionData.expressionType;
  if (isTagType(type)) return createResponse(request, ResponseCode.SUCCESS);
  return createResponse(request, ResponseCode.SYSTEM_ERROR, `The broker does not support consumer to filter message by ${type}`);
}
