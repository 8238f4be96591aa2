import type { Env } from '@rocketmq-ts/kernel';
import {
  createResponse,
  decodeGetConsumerStatusBody,
  encodeGetConsumerStatusBody,
  encodeResetOffsetBody,
  encodeResetOffsetBodyForC,
  GetConsumerStatusRequestHeader,
  LanguageCode,
  type MessageQueue,
  MQ_VERSION_NAMES,
  RemotingCommand,
  RequestCode,
  ResetOffsetRequestHeader,
  ResponseCode,
  type TopicConfig,
} from '@rocketmq-ts/remoting-protocol';
import type { Connection, RequestHandler } from '@rocketmq-ts/remoting';
import type { QueueReader } from '@rocketmq-ts/store';

import type { ConsumerOffsets } from '../../offsets/consumer-offsets.ts';
import type { ClientChannel } from '../../registry/client-channel.ts';
import type { Consumers } from '../../registry/consumers.ts';
import type { TopicTable } from '../../topics/topic-table.ts';
import { isRefusal, type Refusal } from '../refusal.ts';
import { bodyResponse } from './body-response.ts';

export interface ResetPorts {
  readonly env: Pick<Env, 'log'>;
  readonly brokerName: string;
  readonly topics: TopicTable;
  readonly consumers: Consumers;
  readonly offsets: ConsumerOffsets;
  readonly queues: QueueReader;
}

const STATUS_TIMEOUT_MS = 5_000;
/** V3_0_7_SNAPSHOT: clients before it do not know these requests. */
const VERSION_MIN = 28;
/** As a timestamp: the end of the queue. */
const TO_THE_END = -1;

/** Requests 222 and 223: what the members of a group are told, and asked. Source: broker/client/net/Broker2Client.java (4.6.0) */
export function resetHandlers(ports: ResetPorts): ReadonlyMap<number, RequestHandler> {
  return new Map<number, RequestHandler>([
    [RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, (request, connection) => resetOffset(ports, request, connection)],
    [RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS, (request, connection) => consumerStatus(ports, request, connection)],
  ]);
}

/** The members move their own offsets and commit them; the broker's table follows from that. */
function resetOffset(ports: ResetPorts, request: RemotingCommand, connection: Connection): RemotingCommand {
  const header = ResetOffsetRequestHeader.decode(request.extFields);
  const config = ports.topics.get(header.topic);
  if (config === undefined) {
    const remark = `[reset-offset] reset offset failed, no topic in this broker. topic=${header.topic}`;
    return createResponse(request, ResponseCode.SYSTEM_ERROR, remark);
  }
  const offsetTable = targets(ports, header, config);
  if (isRefusal(offsetTable)) return createResponse(request, offsetTable.code, offsetTable.remark);
  const members = [...(ports.consumers.get(header.group)?.members.values() ?? [])];
  if (members.length === 0) {
    const remark = `Consumer not online, so can not reset offset, Group: ${header.group} Topic: ${header.topic} Timestamp: ${header.timestamp}`;
    return createResponse(request, ResponseCode.CONSUMER_NOT_ONLINE, remark);
  }
  const tooOld = members.find(({ version }) => version < VERSION_MIN);
  if (tooOld !== undefined) return createResponse(request, ResponseCode.SYSTEM_ERROR, tooOldRemark(tooOld));

  const body =
    request.language === LanguageCode.CPP
      ? encodeResetOffsetBodyForC({ offsetTable: offsetTable.map(([queue, offset]) => ({ ...queue, offset })) })
      : encodeResetOffsetBody({ offsetTable });
  for (const member of members) {
    const command = new RemotingCommand(RequestCode.RESET_CONSUMER_CLIENT_OFFSET, ResetOffsetRequestHeader.encode({ ...header, isForce: false }), body);
    member.connection.oneway(command);
  }
  const { topic, group, timestamp } = header;
  ports.env.log.info('An administrator resets the offsets of a group.', { topic, group, timestamp, client: connection.remoteAddress });
  return bodyResponse(request, encodeResetOffsetBody({ offsetTable }));
}

/** Forward only when forced. */
function targets(ports: ResetPorts, header: ResetOffsetRequestHeader, config: TopicConfig): [MessageQueue, number][] | Refusal {
  const { topic, group, timestamp } = header;
  const offsetTable: [MessageQueue, number][] = [];
  for (let queueId = 0; queueId < config.writeQueueNums; queueId++) {
    const consumed = ports.offsets.query(group, topic, queueId);
    if (consumed < 0) return { code: ResponseCode.SYSTEM_ERROR, remark: `THe consumer group <${group}> not exist` };
    const wanted = timestamp === TO_THE_END ? ports.queues.maxQueueOffset(topic, queueId) : ports.queues.offsetByTime(topic, queueId, timestamp);
    const reachable = Math.max(0, wanted);
    offsetTable.push([{ topic, brokerName: ports.brokerName, queueId }, header.isForce ? reachable : Math.min(reachable, consumed)]);
  }
  return offsetTable;
}

function consumerStatus(ports: ResetPorts, request: RemotingCommand, connection: Connection): RemotingCommand | undefined {
  const { topic, group, clientAddr } = GetConsumerStatusRequestHeader.decode(request.extFields);
  const all = [...(ports.consumers.get(group)?.members.values() ?? [])];
  if (all.length === 0) {
    return createResponse(request, ResponseCode.SYSTEM_ERROR, `No Any Consumer online in the consumer group: [${group}]`);
  }
  const tooOld = all.find(({ version }) => version < VERSION_MIN);
  if (tooOld !== undefined) return createResponse(request, ResponseCode.SYSTEM_ERROR, tooOldRemark(tooOld));
  const isAsked = (member: ClientChannel): boolean => clientAddr === undefined || clientAddr.trim() === '' || member.clientId === clientAddr;
  void askAll(ports, all.filter(isAsked), topic, group).then((consumerTable) =>
    connection.respond(request, bodyResponse(request, encodeGetConsumerStatusBody({ messageQueueTable: [], consumerTable }))),
  );
  return undefined;
}

/** Who does not answer is left out. Java asks one after the other. */
async function askAll(ports: ResetPorts, members: readonly ClientChannel[], topic: string, group: string): Promise<Map<string, [MessageQueue, number][]>> {
  const consumerTable = new Map<string, [MessageQueue, number][]>();
  const ask = async ({ connection, clientId }: ClientChannel): Promise<void> => {
    try {
      const command = new RemotingCommand(RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT, GetConsumerStatusRequestHeader.encode({ topic, group }));
      const answer = await connection.invoke(command, STATUS_TIMEOUT_MS);
      if (answer.code === ResponseCode.SUCCESS && answer.body !== undefined) {
        consumerTable.set(clientId, decodeGetConsumerStatusBody(answer.body).messageQueueTable);
      }
    } catch (error) {
      ports.env.log.warn('A consumer did not tell its status.', { group, client: clientId, reason: (error as Error).message });
    }
  };
  await Promise.all(members.map(ask));
  return consumerTable;
}

function tooOldRemark({ version }: ClientChannel): string {
  return `the client does not support this feature. version=${MQ_VERSION_NAMES[version] ?? version}`;
}
