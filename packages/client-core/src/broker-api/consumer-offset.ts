/**
 * QUERY_CONSUMER_OFFSET (14) and UPDATE_CONSUMER_OFFSET (15): a group's progress, kept by the broker.
 */
import {
  type MessageQueue,
  QueryConsumerOffsetRequestHeader,
  QueryConsumerOffsetResponseHeader,
  RemotingCommand,
  RequestCode,
  ResponseCode,
  UpdateConsumerOffsetRequestHeader,
} from '@rocketmq-ts/remoting-protocol';
import { brokerError, call, type CallOptions, type Invoker, invokeAbortable } from '../invoker.ts';

/**
 * The stored offset, or undefined when the broker says there is none (22) and only then.
 * Java differs: any broker error counts as "none" there, and the group then starts at the end of the queue.
 */
export async function queryConsumerOffset(
  invoker: Invoker,
  address: string,
  consumerGroup: string,
  mq: MessageQueue,
  options: CallOptions,
): Promise<number | undefined> {
  const ext = QueryConsumerOffsetRequestHeader.encode({ consumerGroup, topic: mq.topic, queueId: mq.queueId });
  const response = await invokeAbortable(invoker, address, new RemotingCommand(RequestCode.QUERY_CONSUMER_OFFSET, ext), options);
  if (response.code === ResponseCode.QUERY_NOT_FOUND) return undefined;
  if (response.code !== ResponseCode.SUCCESS) throw brokerError(response, address);
  return QueryConsumerOffsetResponseHeader.decode(response.extFields).offset;
}

export async function updateConsumerOffset(
  invoker: Invoker,
  address: string,
  commit: { consumerGroup: string; mq: MessageQueue; commitOffset: number },
  options: CallOptions,
): Promise<void> {
  await call(invoker, address, updateCommand(commit), options);
}

export function updateConsumerOffsetOneway(
  invoker: Invoker,
  address: string,
  commit: { consumerGroup: string; mq: MessageQueue; commitOffset: number },
): Promise<void> {
  return invoker.oneway(address, updateCommand(commit));
}

function updateCommand(commit: { consumerGroup: string; mq: MessageQueue; commitOffset: number }): RemotingCommand {
  const { consumerGroup, mq, commitOffset } = commit;
  const ext = UpdateConsumerOffsetRequestHeader.encode({ consumerGroup, topic: mq.topic, queueId: mq.queueId, commitOffset });
  return new RemotingCommand(RequestCode.UPDATE_CONSUMER_OFFSET, ext);
}
