import {
  createResponse,
  QueryMessageRequestHeader,
  QueryMessageResponseHeader,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
  UNIQUE_KEY_QUERY_FIELD,
  ViewMessageRequestHeader,
} from '@rocketmq-ts/remoting-protocol';
import type { Connection, RequestHandler } from '@rocketmq-ts/remoting';
import type { MessageFinder } from '@rocketmq-ts/store';

export const QUERY_CODES = [RequestCode.QUERY_MESSAGE, RequestCode.VIEW_MESSAGE_BY_ID] as const;

export interface QueryPorts {
  readonly finder: MessageFinder;
  /** Most messages of a query by UNIQ_KEY, whatever the client asks. */
  readonly defaultQueryMaxNum: number;
}

/** Requests 12 and 33. Source: broker/processor/QueryMessageProcessor.java (4.6.0) */
export function createQueryMessage(ports: QueryPorts): RequestHandler {
  return (request, connection) =>
    request.code === RequestCode.QUERY_MESSAGE ? queryByKey(ports, request, connection) : viewByOffset(ports, request, connection);
}

function queryByKey(ports: QueryPorts, request: RemotingCommand, connection: Connection): RemotingCommand | undefined {
  const header = QueryMessageRequestHeader.decode(request.extFields);
  const isUniqueKey = request.extFields?.get(UNIQUE_KEY_QUERY_FIELD) === 'true';
  const found = ports.finder.queryByKey({
    topic: header.topic,
    key: header.key,
    maxCount: isUniqueKey ? ports.defaultQueryMaxNum : header.maxNum,
    beginWallMs: header.beginTimestamp,
    endWallMs: header.endTimestamp,
  });
  const isFound = found.records.length > 0;
  const response = isFound
    ? createResponse(request, ResponseCode.SUCCESS)
    : createResponse(request, ResponseCode.QUERY_NOT_FOUND, 'can not find message, maybe time range not correct');
  response.extFields = QueryMessageResponseHeader.encode({
    indexLastUpdateTimestamp: found.indexLastUpdateTimestamp,
    indexLastUpdatePhyoffset: found.indexLastUpdatePhysicalOffset,
  });
  if (!isFound) return response;
  connection.respondParts(request, response, found.records);
  return undefined;
}

function viewByOffset(ports: QueryPorts, request: RemotingCommand, connection: Connection): RemotingCommand | undefined {
  const { offset } = ViewMessageRequestHeader.decode(request.extFields);
  const record = ports.finder.recordAt(offset);
  if (record === undefined) return createResponse(request, ResponseCode.SYSTEM_ERROR, `can not find message by the offset, ${offset}`);
  connection.respondParts(request, createResponse(request, ResponseCode.SUCCESS), [record]);
  return undefined;
}
