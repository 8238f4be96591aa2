import {
  isRetryTopic,
  MessageSysFlag,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
  SendMessageRequestHeader,
  SendMessageRequestHeaderV2,
  type TopicConfig,
} from '@rocketmq-ts/remoting-protocol';
import type { Connection, RequestHandler } from '@rocketmq-ts/remoting';
import type { AppendResult, MessageToStore } from '@rocketmq-ts/store';

import { MessageType } from '../../stats/topic-traffic.ts';
import { bornHostOf } from '../born-host.ts';
import { isRefusal, type Refusal } from '../refusal.ts';
import { checkSend, type SendHeader } from './check-send.ts';
import { propertyOf, withProperty } from './properties-text.ts';
import { retryTarget } from './retry-target.ts';
import { notStored } from './put-status.ts';
import { SendAnswers, sendResponse } from './send-answer.ts';
import type { SendPorts } from './send-ports.ts';

export const SEND_CODES = [RequestCode.SEND_MESSAGE, RequestCode.SEND_MESSAGE_V2, RequestCode.SEND_BATCH_MESSAGE] as const;

/** Say how the record's addresses are written; that is the store's to know, not the client's. */
const HOST_V6_FLAGS = MessageSysFlag.BORNHOST_V6 | MessageSysFlag.STOREHOST_V6;
const EMPTY_BODY = Buffer.alloc(0);

/** One request on its way through the steps below. */
interface Send {
  readonly request: RemotingCommand;
  readonly connection: Connection;
  readonly header: SendHeader;
  readonly answers: SendAnswers;
}

/** Where a message went, as the sender is told. */
interface SentTo {
  readonly topic: string;
  /** The one that was asked for or drawn, also when a dead letter went elsewhere. */
  readonly queueId: number;
  readonly messageType: MessageType;
}

/**
 * Requests 10, 310 and 320: checks, appends, and leaves a `SendAnswer` with the store.
 *
 * Java differs: delayed and transactional messages are refused (they belong to later work).
 * Source: broker/processor/SendMessageProcessor.java (4.6.0)
 */
export function createSendMessage(ports: SendPorts): RequestHandler {
  const answers = new SendAnswers(ports);
  return (request, connection) => {
    const header =
      request.code === RequestCode.SEND_MESSAGE
        ? SendMessageRequestHeader.decode(request.extFields)
        : SendMessageRequestHeaderV2.decode(request.extFields);
    const refusal = store(ports, { request, connection, header, answers });
    return refusal === undefined ? undefined : sendResponse(ports, refusal.code, refusal.remark);
  };
}

function store(ports: SendPorts, send: Send): Refusal | undefined {
  if (ports.facts.isSlave) return refuseOnSlave(ports);
  const topic = checkSend(ports, send.header, send.connection.remoteAddress);
  if (isRefusal(topic)) return topic;
  return send.header.batch ? storeBatch(ports, send, topic) : storeOne(ports, send, topic);
}

/** Java's code, and in Java only after a topic may have been made for the message; before any of that here. */
function refuseOnSlave({ facts }: SendPorts): Refusal {
  const remark = `this broker is a slave of ${facts.brokerName} and takes messages from its master only; send to the master, the broker of that name with brokerId 0`;
  return { code: ResponseCode.SERVICE_NOT_AVAILABLE, remark };
}

function storeOne(ports: SendPorts, send: Send, topic: TopicConfig): Refusal | undefined {
  const { header } = send;
  const queueId = drawQueue(ports, header, topic);
  const target = isRetryTopic(header.topic) ? retryTarget(ports, header, send.request.version, topic) : topic;
  if (isRefusal(target)) return target;
  const laterWork = refuseLaterWork(ports, header);
  if (laterWork !== undefined) return laterWork;

  const targetQueueId = target === topic ? queueId : 0;
  const properties = withProperty(header.properties, 'CLUSTER', ports.facts.clusterName);
  const result = ports.appender.append(messageToStore(ports, send, target, targetQueueId, properties));
  const messageType = propertyOf(header.properties, '__SHARDINGKEY') === undefined ? MessageType.NORMAL : MessageType.FIFO;
  return leaveAnswer(ports, send, result, { topic: target.topicName, queueId, messageType });
}

function storeBatch(ports: SendPorts, send: Send, topic: TopicConfig): Refusal | undefined {
  const { header } = send;
  if (isRetryTopic(header.topic)) {
    return { code: ResponseCode.MESSAGE_ILLEGAL, remark: `batch request does not support retry group ${header.topic}` };
  }
  const laterWork = refuseLaterWork(ports, header);
  if (laterWork !== undefined) return laterWork;

  const queueId = drawQueue(ports, header, topic);
  const result = ports.appender.appendBatch(messageToStore(ports, send, topic, queueId, header.properties ?? ''));
  return leaveAnswer(ports, send, result, { topic: topic.topicName, queueId, messageType: MessageType.NORMAL });
}

function drawQueue(ports: SendPorts, header: SendHeader, topic: TopicConfig): number {
  return header.queueId >= 0 ? header.queueId : ports.env.random.below(topic.writeQueueNums);
}

/** Delay levels and transactions are not kept by this broker yet: taken silently, such a message would be delivered at once. */
function refuseLaterWork(ports: SendPorts, header: SendHeader): Refusal | undefined {
  const isTransactional = isTrue(propertyOf(header.properties, 'TRAN_MSG'));
  if (isTransactional && ports.live.rejectTransactionMessage) {
    return { code: ResponseCode.NO_PERMISSION, remark: `the broker[${ports.facts.brokerIP1}] sending transaction message is forbidden` };
  }
  if (isTransactional || (header.sysFlag & MessageSysFlag.TRANSACTION_TYPE_MASK) !== 0) {
    return { code: ResponseCode.MESSAGE_ILLEGAL, remark: 'transactional messages are not supported by this broker yet' };
  }
  const delay = propertyOf(header.properties, 'DELAY');
  if (delay !== undefined && !(Number(delay) <= 0)) {
    return { code: ResponseCode.MESSAGE_ILLEGAL, remark: `delayed messages are not supported by this broker yet (DELAY=${delay.slice(0, 16)})` };
  }
  return undefined;
}

function messageToStore(ports: SendPorts, send: Send, topic: TopicConfig, queueId: number, properties: string): MessageToStore {
  const { header, request, connection } = send;
  const multiTags = topic.topicFilterType === 'MULTI_TAG' ? MessageSysFlag.MULTI_TAGS : 0;
  return {
    topic: topic.topicName,
    queueId,
    flag: header.flag,
    sysFlag: (header.sysFlag & ~HOST_V6_FLAGS) | multiTags,
    body: request.body ?? EMPTY_BODY,
    properties: Buffer.from(properties, 'utf8'),
    bornTimestamp: header.bornTimestamp,
    bornHost: bornHostOf(connection),
    storeHost: ports.facts.storeHost,
    reconsumeTimes: header.reconsumeTimes ?? 0,
    preparedTransactionOffset: 0,
  };
}

function leaveAnswer(ports: SendPorts, send: Send, result: AppendResult, { topic, queueId, messageType }: SentTo): Refusal | undefined {
  if (result.status !== 'APPENDED') return notStored(result.status, ports.diskUse);
  // The body has been copied; without this the answer would pin the socket's chunk until it goes out.
  send.request.body = undefined;
  const wait = propertyOf(send.header.properties, 'WAIT');
  const answer = send.answers.to(send.connection, send.request).storedAt(result, topic, queueId, messageType);
  ports.appender.whenDurable(result.endOffset, wait === undefined || isTrue(wait), answer);
  return undefined;
}

/** Java's Boolean.parseBoolean. */
function isTrue(text: string | undefined): boolean {
  return text !== undefined && text.toLowerCase() === 'true';
}
