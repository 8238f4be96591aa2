import {
  ConsumeMessageDirectlyResultRequestHeader,
  createResponse,
  decodeOffsetMsgId,
  GetConsumerRunningInfoRequestHeader,
  MQ_VERSION_NAMES,
  RemotingCommand,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/remoting-protocol';
import { type Connection, RemotingTimeoutError, type RequestHandler } from '@rocketmq-ts/remoting';
import type { MessageFinder } from '@rocketmq-ts/store';

import type { Consumers } from '../../registry/consumers.ts';

export interface RelayPorts {
  readonly brokerName: string;
  readonly consumers: Consumers;
  readonly finder: MessageFinder;
}

const CLIENT_TIMEOUT_MS = 10_000;
/** V3_1_8_SNAPSHOT: clients before it do not know these requests. */
const VERSION_MIN = 62;

/** Requests 307 and 309 go on to the client they are about. Source: broker/processor/AdminBrokerProcessor.java callConsumer (4.6.0) */
export function relayHandlers(ports: RelayPorts): ReadonlyMap<number, RequestHandler> {
  return new Map<number, RequestHandler>([
    [RequestCode.GET_CONSUMER_RUNNING_INFO, (request, connection) => runningInfo(ports, request, connection)],
    [RequestCode.CONSUME_MESSAGE_DIRECTLY, (request, connection) => consumeDirectly(ports, request, connection)],
  ]);
}

function runningInfo(ports: RelayPorts, request: RemotingCommand, connection: Connection): RemotingCommand | undefined {
  const { consumerGroup, clientId } = GetConsumerRunningInfoRequestHeader.decode(request.extFields);
  const relayed = new RemotingCommand(request.code, new Map(request.extFields));
  return relay(ports, { request, connection, relayed, consumerGroup, clientId });
}

/** The client gets the message itself with the request. */
function consumeDirectly(ports: RelayPorts, request: RemotingCommand, connection: Connection): RemotingCommand | undefined {
  const { consumerGroup, clientId, msgId } = ConsumeMessageDirectlyResultRequestHeader.decode(request.extFields);
  const record = ports.finder.recordAt(decodeOffsetMsgId(msgId ?? '').physicalOffset);
  if (record === undefined) return createResponse(request, ResponseCode.SYSTEM_ERROR, `can not find message by the id, ${msgId}`);
  const fields = new Map(request.extFields).set('brokerName', ports.brokerName);
  const relayed = new RemotingCommand(request.code, fields, record);
  return relay(ports, { request, connection, relayed, consumerGroup, clientId: clientId ?? '' });
}

interface Relayed {
  readonly request: RemotingCommand;
  readonly connection: Connection;
  readonly relayed: RemotingCommand;
  readonly consumerGroup: string;
  readonly clientId: string;
}

function relay(ports: RelayPorts, job: Relayed): RemotingCommand | undefined {
  const { request, consumerGroup, clientId } = job;
  const member = ports.consumers.findMember(consumerGroup, clientId);
  if (member === undefined) {
    return createResponse(request, ResponseCode.SYSTEM_ERROR, `The Consumer <${consumerGroup}> <${clientId}> not online`);
  }
  if (member.version < VERSION_MIN) {
    const version = MQ_VERSION_NAMES[member.version] ?? String(member.version);
    const remark = `The Consumer <${clientId}> Version <${version}> too low to finish, please upgrade it to V3_1_8_SNAPSHOT`;
    return createResponse(request, ResponseCode.SYSTEM_ERROR, remark);
  }
  request.body = undefined;
  void passOn(job, member.connection);
  return undefined;
}

async function passOn({ request, connection, relayed, consumerGroup, clientId }: Relayed, client: Connection): Promise<void> {
  let response: RemotingCommand;
  try {
    const answer = await client.invoke(relayed, CLIENT_TIMEOUT_MS);
    response = createResponse(request, answer.code, answer.remark);
    response.extFields = answer.extFields;
    response.body = answer.body;
  } catch (error) {
    const isTimeout = error instanceof RemotingTimeoutError;
    const reason = (error as Error).message;
    response = isTimeout
      ? createResponse(request, ResponseCode.CONSUME_MSG_TIMEOUT, `consumer <${consumerGroup}> <${clientId}> Timeout: ${reason}`)
      : createResponse(request, ResponseCode.SYSTEM_ERROR, `invoke consumer <${consumerGroup}> <${clientId}> Exception: ${reason}`);
  }
  connection.respond(request, response);
}
