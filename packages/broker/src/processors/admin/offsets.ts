import {
  createResponse,
  encodeConsumerOffsetSerializeWrapper,
  encodeDelayOffsetSerializeWrapper,
  GetEarliestMsgStoretimeRequestHeader,
  GetEarliestMsgStoretimeResponseHeader,
  GetMaxOffsetRequestHeader,
  GetMaxOffsetResponseHeader,
  GetMinOffsetRequestHeader,
  GetMinOffsetResponseHeader,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
  type ExtFields,
  SearchOffsetRequestHeader,
  SearchOffsetResponseHeader,
} from '@rocketmq-ts/remoting-protocol';
import type { RequestHandler } from '@rocketmq-ts/remoting';
import type { QueueReader } from '@rocketmq-ts/store';

import type { ConsumerOffsets } from '../../offsets/consumer-offsets.ts';
import type { DelayOffsets } from '../../offsets/delay-offsets.ts';
import { bodyResponse } from './body-response.ts';

export interface OffsetAdminPorts {
  readonly offsets: ConsumerOffsets;
  readonly delayOffsets: DelayOffsets;
  readonly queues: QueueReader;
}

/**
 * Ends of queues, asked by clients and tools alike; an unknown queue has the ends 0 and 0. Offsets of all groups and all
 * delay levels, asked by slaves.
 * Source: broker/processor/AdminBrokerProcessor.java (4.6.0)
 */
export function offsetAdminHandlers(ports: OffsetAdminPorts): ReadonlyMap<number, RequestHandler> {
  return new Map<number, RequestHandler>([
    [RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, (request) => searchByTime(ports, request)],
    [RequestCode.GET_MAX_OFFSET, (request) => maxOffset(ports, request)],
    [RequestCode.GET_MIN_OFFSET, (request) => minOffset(ports, request)],
    [RequestCode.GET_EARLIEST_MSG_STORETIME, (request) => earliestStoreTime(ports, request)],
    [RequestCode.GET_ALL_CONSUMER_OFFSET, (request) => bodyResponse(request, encodeConsumerOffsetSerializeWrapper(ports.offsets.view()))],
    // A Java slave writes the text as it is into its config/delayOffset.json.
    [RequestCode.GET_ALL_DELAY_OFFSET, (request) => bodyResponse(request, encodeDelayOffsetSerializeWrapper(ports.delayOffsets.view()))],
  ]);
}

function searchByTime(ports: OffsetAdminPorts, request: RemotingCommand): RemotingCommand {
  const { topic, queueId, timestamp } = SearchOffsetRequestHeader.decode(request.extFields);
  return fieldsResponse(request, SearchOffsetResponseHeader.encode({ offset: ports.queues.offsetByTime(topic, queueId, timestamp) }));
}

function maxOffset(ports: OffsetAdminPorts, request: RemotingCommand): RemotingCommand {
  const { topic, queueId } = GetMaxOffsetRequestHeader.decode(request.extFields);
  return fieldsResponse(request, GetMaxOffsetResponseHeader.encode({ offset: ports.queues.maxQueueOffset(topic, queueId) }));
}

function minOffset(ports: OffsetAdminPorts, request: RemotingCommand): RemotingCommand {
  const { topic, queueId } = GetMinOffsetRequestHeader.decode(request.extFields);
  return fieldsResponse(request, GetMinOffsetResponseHeader.encode({ offset: ports.queues.minQueueOffset(topic, queueId) }));
}

function earliestStoreTime(ports: OffsetAdminPorts, request: RemotingCommand): RemotingCommand {
  const { topic, queueId } = GetEarliestMsgStoretimeRequestHeader.decode(request.extFields);
  return fieldsResponse(request, GetEarliestMsgStoretimeResponseHeader.encode({ timestamp: ports.queues.earliestStoreTimestamp(topic, queueId) }));
}

function fieldsResponse(request: RemotingCommand, extFields: ExtFields): RemotingCommand {
  const response = createResponse(request, ResponseCode.SUCCESS);
  response.extFields = extFields;
  return response;
}
