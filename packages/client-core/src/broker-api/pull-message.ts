/**
 * PULL_MESSAGE (11). The four outcomes of a pull are values; any other code is an MQBrokerError.
 *
 * Source: client/impl/MQClientAPIImpl.java processPullResponse (4.6.0)
 */
import {
  PullMessageRequestHeader,
  PullMessageResponseHeader,
  RemotingCommand,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/remoting-protocol';
import { brokerError, type CallOptions, type Invoker, invokeAbortable } from '../invoker.ts';

export type PullHeader = Parameters<typeof PullMessageRequestHeader.encode>[0];
export type PullStatus = 'FOUND' | 'NO_NEW_MSG' | 'NO_MATCHED_MSG' | 'OFFSET_ILLEGAL';

export interface PullAnswer {
  readonly status: PullStatus;
  readonly nextBeginOffset: number;
  readonly minOffset: number;
  readonly maxOffset: number;
  readonly suggestWhichBrokerId: number;
  /** Concatenated records when FOUND, the receiver's own. */
  readonly records: Buffer | undefined;
}

const STATUS_BY_CODE: ReadonlyMap<number, PullStatus> = new Map([
  [ResponseCode.SUCCESS, 'FOUND'],
  [ResponseCode.PULL_NOT_FOUND, 'NO_NEW_MSG'],
  [ResponseCode.PULL_RETRY_IMMEDIATELY, 'NO_MATCHED_MSG'],
  [ResponseCode.PULL_OFFSET_MOVED, 'OFFSET_ILLEGAL'],
] as const);

export async function pullMessage(invoker: Invoker, address: string, header: PullHeader, options: CallOptions): Promise<PullAnswer> {
  const command = new RemotingCommand(RequestCode.PULL_MESSAGE, PullMessageRequestHeader.encode(header));
  const response = await invokeAbortable(invoker, address, command, options);
  const status = STATUS_BY_CODE.get(response.code);
  if (status === undefined) throw brokerError(response, address);
  const answer = PullMessageResponseHeader.decode(response.extFields);
  return {
    status,
    nextBeginOffset: answer.nextBeginOffset,
    minOffset: answer.minOffset,
    maxOffset: answer.maxOffset,
    suggestWhichBrokerId: answer.suggestWhichBrokerId,
    records: status === 'FOUND' ? response.body : undefined,
  };
}
