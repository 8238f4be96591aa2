/**
 * Requests that brokers send to clients: 40 (the group's members changed), 220 and 221 (offsets), 307 (running info),
 * 309 (consume this message now).
 *
 * Source: client/impl/ClientRemotingProcessor.java (4.6.0)
 */
import {
  ConsumeMessageDirectlyResultRequestHeader,
  createResponse,
  decodeRecord,
  decodeResetOffsetBody,
  encodeConsumeMessageDirectlyResult,
  encodeConsumerRunningInfo,
  encodeGetConsumerStatusBody,
  GetConsumerRunningInfoRequestHeader,
  GetConsumerStatusRequestHeader,
  NotifyConsumerIdsChangedRequestHeader,
  type RemotingCommand,
  RequestCode,
  ResetOffsetRequestHeader,
  ResponseCode,
} from '@rocketmq-ts/remoting-protocol';
import { type Connection, Dispatcher } from '@rocketmq-ts/remoting';
import type { Log } from '@rocketmq-ts/kernel';
import { asError } from './events.ts';
import type { ConsumerMember, Members } from './members.ts';

export function clientDispatcher(members: Members, log: Log): Dispatcher {
  const dispatcher = new Dispatcher({ log });
  const withBody = (request: RemotingCommand, body: Buffer): RemotingCommand => {
    const response = createResponse(request, ResponseCode.SUCCESS);
    response.body = body;
    return response;
  };
  const absent = (request: RemotingCommand, group: string): RemotingCommand =>
    createResponse(request, ResponseCode.SYSTEM_ERROR, `The Consumer Group <${group}> not exist in this consumer`);

  dispatcher.register([RequestCode.NOTIFY_CONSUMER_IDS_CHANGED], (request) => {
    const { consumerGroup } = NotifyConsumerIdsChangedRequestHeader.decode(request.extFields);
    members.consumers.get(consumerGroup)?.rebalanceSoon();
    return undefined;
  });

  dispatcher.register([RequestCode.RESET_CONSUMER_CLIENT_OFFSET], (request) => {
    const { topic, group } = ResetOffsetRequestHeader.decode(request.extFields);
    if (request.body !== undefined) members.consumers.get(group)?.resetOffsets(topic, decodeResetOffsetBody(request.body).offsetTable);
    return undefined;
  });

  dispatcher.register([RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT], (request) => {
    const { topic, group } = GetConsumerStatusRequestHeader.decode(request.extFields);
    const messageQueueTable = members.consumers.get(group)?.status(topic) ?? [];
    return withBody(request, encodeGetConsumerStatusBody({ messageQueueTable, consumerTable: new Map() }));
  });

  dispatcher.register([RequestCode.GET_CONSUMER_RUNNING_INFO], (request) => {
    const { consumerGroup } = GetConsumerRunningInfoRequestHeader.decode(request.extFields);
    const member = members.consumers.get(consumerGroup);
    return member === undefined ? absent(request, consumerGroup) : withBody(request, encodeConsumerRunningInfo(member.runningInfo()));
  });

  dispatcher.register([RequestCode.CONSUME_MESSAGE_DIRECTLY], (request, connection) => {
    const { consumerGroup, brokerName } = ConsumeMessageDirectlyResultRequestHeader.decode(request.extFields);
    const member = members.consumers.get(consumerGroup);
    if (member === undefined) return absent(request, consumerGroup);
    if (request.body === undefined) return createResponse(request, ResponseCode.SYSTEM_ERROR, 'a message is needed');
    // The handler may take its time; the bytes are ours for this turn only.
    const record = Buffer.from(request.body);
    void answerDirectly(member, record, brokerName ?? '', request, connection, log);
    return undefined;
  });
  return dispatcher;
}

async function answerDirectly(
  member: ConsumerMember,
  record: Buffer,
  brokerName: string,
  request: RemotingCommand,
  connection: Connection,
  log: Log,
): Promise<void> {
  try {
    const response = createResponse(request, ResponseCode.SUCCESS);
    response.body = encodeConsumeMessageDirectlyResult(await member.consumeDirectly(decodeRecord(record), brokerName));
    connection.respond(request, response);
  } catch (error) {
    log.warn('A message could not be consumed directly.', { group: member.group, error: asError(error) });
    connection.respond(request, createResponse(request, ResponseCode.SYSTEM_ERROR, String(error)));
  }
}
