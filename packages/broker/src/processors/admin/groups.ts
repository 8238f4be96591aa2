import type { Env } from '@rocketmq-ts/kernel';
import {
  type ClientConnection,
  createResponse,
  decodeSubscriptionGroupConfig,
  DeleteSubscriptionGroupRequestHeader,
  encodeConsumerConnection,
  encodeProducerConnection,
  encodeSubscriptionGroupWrapper,
  GetConsumerConnectionListRequestHeader,
  GetProducerConnectionListRequestHeader,
  languageName,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
  validateGroupName,
} from '@rocketmq-ts/remoting-protocol';
import type { RequestHandler } from '@rocketmq-ts/remoting';

import type { SubscriptionGroups } from '../../groups/subscription-groups.ts';
import type { ClientChannel } from '../../registry/client-channel.ts';
import type { Consumers } from '../../registry/consumers.ts';
import type { Producers } from '../../registry/producers.ts';
import { bodyResponse } from './body-response.ts';

export interface GroupAdminPorts {
  readonly env: Pick<Env, 'clock' | 'log'>;
  readonly groups: SubscriptionGroups;
  readonly producers: Producers;
  readonly consumers: Consumers;
}

/** Groups and their members. Source: broker/processor/AdminBrokerProcessor.java (4.6.0) */
export function groupAdminHandlers(ports: GroupAdminPorts): ReadonlyMap<number, RequestHandler> {
  return new Map<number, RequestHandler>([
    [RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, (request, connection) => updateGroup(ports, request, connection.remoteAddress)],
    [RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG, (request) => bodyResponse(request, encodeSubscriptionGroupWrapper(ports.groups.snapshot()))],
    [RequestCode.DELETE_SUBSCRIPTIONGROUP, (request, connection) => deleteGroup(ports, request, connection.remoteAddress)],
    [RequestCode.GET_CONSUMER_CONNECTION_LIST, (request) => consumerConnections(ports, request)],
    [RequestCode.GET_PRODUCER_CONNECTION_LIST, (request) => producerConnections(ports, request)],
  ]);
}

function updateGroup(ports: GroupAdminPorts, request: RemotingCommand, client: string): RemotingCommand {
  if (request.body === undefined) return createResponse(request, ResponseCode.SYSTEM_ERROR, 'a request without a body');
  const config = decodeSubscriptionGroupConfig(request.body);
  const complaint = validateGroupName(config.groupName);
  if (complaint !== undefined) return createResponse(request, ResponseCode.SYSTEM_ERROR, complaint);
  ports.groups.put(config, ports.env.clock.wallMs());
  ports.env.log.info('A consumer group was made or changed by an administrator.', { group: config.groupName, client });
  return createResponse(request, ResponseCode.SUCCESS);
}

function deleteGroup(ports: GroupAdminPorts, request: RemotingCommand, client: string): RemotingCommand {
  const { groupName } = DeleteSubscriptionGroupRequestHeader.decode(request.extFields);
  const existed = ports.groups.delete(groupName, ports.env.clock.wallMs());
  ports.env.log.info('An administrator deleted a consumer group.', { group: groupName, existed, client });
  return createResponse(request, ResponseCode.SUCCESS);
}

function consumerConnections(ports: GroupAdminPorts, request: RemotingCommand): RemotingCommand {
  const { consumerGroup } = GetConsumerConnectionListRequestHeader.decode(request.extFields);
  const group = ports.consumers.get(consumerGroup);
  if (group === undefined) return createResponse(request, ResponseCode.CONSUMER_NOT_ONLINE, `the consumer group[${consumerGroup}] not online`);
  const body = encodeConsumerConnection({
    connectionSet: [...group.members.values()].map(describeChannel),
    subscriptionTable: group.subscriptions,
    consumeType: group.consumeType,
    messageModel: group.messageModel,
    consumeFromWhere: group.consumeFromWhere,
  });
  return bodyResponse(request, body);
}

function producerConnections(ports: GroupAdminPorts, request: RemotingCommand): RemotingCommand {
  const { producerGroup } = GetProducerConnectionListRequestHeader.decode(request.extFields);
  const members = ports.producers.members(producerGroup);
  if (members === undefined) return createResponse(request, ResponseCode.SYSTEM_ERROR, `the producer group[${producerGroup}] not exist`);
  return bodyResponse(request, encodeProducerConnection({ connectionSet: [...members.values()].map(describeChannel) }));
}

function describeChannel(channel: ClientChannel): ClientConnection {
  return {
    clientId: channel.clientId,
    clientAddr: channel.connection.remoteAddress,
    language: languageName(channel.language) ?? 'OTHER',
    version: channel.version,
  };
}
