/**
 * What a queue holds: GET_MAX_OFFSET (30), GET_MIN_OFFSET (31), SEARCH_OFFSET_BY_TIMESTAMP (29),
 * GET_EARLIEST_MSG_STORETIME (32). Asked of the queue's master.
 */
import {
  GetEarliestMsgStoretimeRequestHeader,
  GetEarliestMsgStoretimeResponseHeader,
  GetMaxOffsetRequestHeader,
  GetMaxOffsetResponseHeader,
  GetMinOffsetRequestHeader,
  GetMinOffsetResponseHeader,
  type MessageQueue,
  RemotingCommand,
  RequestCode,
  SearchOffsetRequestHeader,
  SearchOffsetResponseHeader,
} from '@rocketmq-ts/remoting-protocol';
import { call, type CallOptions, type Invoker } from '../invoker.ts';

/** Offset behind the last message. */
export async function maxOffset(invoker: Invoker, address: string, { topic, queueId }: MessageQueue, options: CallOptions): Promise<number> {
  const command = new RemotingCommand(RequestCode.GET_MAX_OFFSET, GetMaxOffsetRequestHeader.encode({ topic, queueId }));
  return GetMaxOffsetResponseHeader.decode((await call(invoker, address, command, options)).extFields).offset;
}

/** Offset of the first message that is still there. */
export async function minOffset(invoker: Invoker, address: string, { topic, queueId }: MessageQueue, options: CallOptions): Promise<number> {
  const command = new RemotingCommand(RequestCode.GET_MIN_OFFSET, GetMinOffsetRequestHeader.encode({ topic, queueId }));
  return GetMinOffsetResponseHeader.decode((await call(invoker, address, command, options)).extFields).offset;
}

/** Offset of the message stored nearest to `timestamp` (wall ms). */
export async function searchOffset(
  invoker: Invoker,
  address: string,
  { topic, queueId }: MessageQueue,
  timestamp: number,
  options: CallOptions,
): Promise<number> {
  const ext = SearchOffsetRequestHeader.encode({ topic, queueId, timestamp });
  const response = await call(invoker, address, new RemotingCommand(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, ext), options);
  return SearchOffsetResponseHeader.decode(response.extFields).offset;
}

/** Wall ms of the first message that is still there. */
export async function earliestMsgStoreTime(
  invoker: Invoker,
  address: string,
  { topic, queueId }: MessageQueue,
  options: CallOptions,
): Promise<number> {
  const ext = GetEarliestMsgStoretimeRequestHeader.encode({ topic, queueId });
  const response = await call(invoker, address, new RemotingCommand(RequestCode.GET_EARLIEST_MSG_STORETIME, ext), options);
  return GetEarliestMsgStoretimeResponseHeader.decode(response.extFields).timestamp;
}
