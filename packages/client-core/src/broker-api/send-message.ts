/**
 * SEND_MESSAGE_V2 (310) and SEND_BATCH_MESSAGE (320): one message, or a batch body, to one queue.
 * Answers that mean "stored, but …" are results; everything else is an MQBrokerError.
 *
 * Source: client/impl/MQClientAPIImpl.java sendMessage, processSendResponse (4.6.0)
 */
import {
  RemotingCommand,
  RequestCode,
  ResponseCode,
  SendMessageAnswerHeader,
  SendMessageRequestHeaderV2,
} from '@rocketmq-ts/remoting-protocol';
import { brokerError, type CallOptions, type Invoker, invokeAbortable } from '../invoker.ts';

export type SendHeader = Parameters<typeof SendMessageRequestHeaderV2.encode>[0];

export type SendStatus = 'SEND_OK' | 'FLUSH_DISK_TIMEOUT' | 'FLUSH_SLAVE_TIMEOUT' | 'SLAVE_NOT_AVAILABLE';

export interface SendAnswer {
  readonly sendStatus: SendStatus;
  /** Where the record is; comma-joined for a batch. */
  readonly offsetMsgId: string;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly transactionId: string | undefined;
  readonly regionId: string;
  readonly traceOn: boolean;
}

const STATUS_BY_CODE: ReadonlyMap<number, SendStatus> = new Map([
  [ResponseCode.SUCCESS, 'SEND_OK'],
  [ResponseCode.FLUSH_DISK_TIMEOUT, 'FLUSH_DISK_TIMEOUT'],
  [ResponseCode.FLUSH_SLAVE_TIMEOUT, 'FLUSH_SLAVE_TIMEOUT'],
  [ResponseCode.SLAVE_NOT_AVAILABLE, 'SLAVE_NOT_AVAILABLE'],
] as const);

const DEFAULT_REGION = 'DefaultRegion';

export function sendCommand(header: SendHeader, body: Buffer): RemotingCommand {
  const code = header.batch ? RequestCode.SEND_BATCH_MESSAGE : RequestCode.SEND_MESSAGE_V2;
  return new RemotingCommand(code, SendMessageRequestHeaderV2.encode(header), body);
}

export async function sendMessage(
  invoker: Invoker,
  address: string,
  header: SendHeader,
  body: Buffer,
  options: CallOptions,
): Promise<SendAnswer> {
  const response = await invokeAbortable(invoker, address, sendCommand(header, body), options);
  const sendStatus = STATUS_BY_CODE.get(response.code);
  if (sendStatus === undefined) throw brokerError(response, address);
  const answer = SendMessageAnswerHeader.decode(response.extFields);
  return {
    sendStatus,
    offsetMsgId: answer.msgId,
    queueId: answer.queueId,
    queueOffset: answer.queueOffset,
    transactionId: answer.transactionId,
    regionId: answer.regionId || DEFAULT_REGION,
    traceOn: answer.traceOn !== 'false',
  };
}
