/**
 * CONSUMER_SEND_MSG_BACK (36): the broker stores a message that could not be consumed once more, to be delivered
 * later through %RETRY%group, or puts it into %DLQ%group.
 */
import { ConsumerSendMsgBackRequestHeader, RemotingCommand, RequestCode } from '@rocketmq-ts/remoting-protocol';
import { call, type CallOptions, type Invoker } from '../invoker.ts';

export type SendBackHeader = Parameters<typeof ConsumerSendMsgBackRequestHeader.encode>[0];

export async function consumerSendMessageBack(invoker: Invoker, address: string, header: SendBackHeader, options: CallOptions): Promise<void> {
  const command = new RemotingCommand(RequestCode.CONSUMER_SEND_MSG_BACK, ConsumerSendMsgBackRequestHeader.encode(header));
  await call(invoker, address, command, options);
}
