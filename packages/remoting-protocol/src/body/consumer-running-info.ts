/**
 * What one consumer is doing right now.
 *
 * Source: common/protocol/body/ProcessQueueInfo.java, common/protocol/body/ConsumeStatus.java,
 * common/protocol/body/ConsumerRunningInfo.java, common/protocol/body/ConsumeMessageDirectlyResult.java (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import type { MessageQueue } from '../message/message-queue.ts';
import { type CMResult, cmResultShape } from './consume-enums.ts';
import { type SubscriptionData, subscriptionDataShape } from './heartbeat.ts';
import { messageQueueShape } from './message-queue-shape.ts';
import { decodeBody, double, encodeBody, flagOr, listOf, mapOf, objectOf, optionalText, pairsOf, type Shape, text, whole } from './shape.ts';

export interface ProcessQueueInfo {
  commitOffset: number;
  cachedMsgMinOffset: number;
  cachedMsgMaxOffset: number;
  cachedMsgCount: number;
  cachedMsgSizeInMiB: number;
  transactionMsgMinOffset: number;
  transactionMsgMaxOffset: number;
  transactionMsgCount: number;
  locked: boolean;
  tryUnlockTimes: number;
  lastLockTimestamp: number;
  droped: boolean;
  lastPullTimestamp: number;
  lastConsumeTimestamp: number;
}

export const processQueueInfoShape: Shape<ProcessQueueInfo> = objectOf<ProcessQueueInfo>('ProcessQueueInfo', {
  commitOffset: whole,
  cachedMsgMinOffset: whole,
  cachedMsgMaxOffset: whole,
  cachedMsgCount: whole,
  cachedMsgSizeInMiB: whole,
  transactionMsgMinOffset: whole,
  transactionMsgMaxOffset: whole,
  transactionMsgCount: whole,
  locked: flagOr(false),
  tryUnlockTimes: whole,
  lastLockTimestamp: whole,
  droped: flagOr(false),
  lastPullTimestamp: whole,
  lastConsumeTimestamp: whole,
});

export interface ConsumeStatus {
  pullRT: number;
  pullTPS: number;
  consumeRT: number;
  consumeOKTPS: number;
  consumeFailedTPS: number;
  consumeFailedMsgs: number;
}

export const consumeStatusShape: Shape<ConsumeStatus> = objectOf<ConsumeStatus>('ConsumeStatus', {
  pullRT: double,
  pullTPS: double,
  consumeRT: double,
  consumeOKTPS: double,
  consumeFailedTPS: double,
  consumeFailedMsgs: whole,
});

export interface ConsumerRunningInfo {
  properties: Map<string, string>;
  subscriptionSet: SubscriptionData[];
  mqTable: [MessageQueue, ProcessQueueInfo][];
  statusTable: Map<string, ConsumeStatus>;
  jstack: string | undefined;
}

export const consumerRunningInfoShape: Shape<ConsumerRunningInfo> = objectOf<ConsumerRunningInfo>('ConsumerRunningInfo', {
  properties: mapOf(text),
  subscriptionSet: listOf(subscriptionDataShape),
  mqTable: pairsOf(messageQueueShape, processQueueInfoShape),
  statusTable: mapOf(consumeStatusShape),
  jstack: optionalText,
});

export function encodeConsumerRunningInfo(value: ConsumerRunningInfo, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(consumerRunningInfoShape, value, options);
}

/** @throws ProtocolError */
export function decodeConsumerRunningInfo(body: Buffer): ConsumerRunningInfo {
  return decodeBody(consumerRunningInfoShape, body);
}

export interface ConsumeMessageDirectlyResult {
  order: boolean;
  autoCommit: boolean;
  consumeResult: CMResult;
  remark: string | undefined;
  spentTimeMills: number;
}

export const consumeMessageDirectlyResultShape: Shape<ConsumeMessageDirectlyResult> = objectOf<ConsumeMessageDirectlyResult>('ConsumeMessageDirectlyResult', {
  order: flagOr(false),
  autoCommit: flagOr(true),
  consumeResult: cmResultShape,
  remark: optionalText,
  spentTimeMills: whole,
});

export function encodeConsumeMessageDirectlyResult(value: ConsumeMessageDirectlyResult, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(consumeMessageDirectlyResultShape, value, options);
}

/** @throws ProtocolError */
export function decodeConsumeMessageDirectlyResult(body: Buffer): ConsumeMessageDirectlyResult {
  return decodeBody(consumeMessageDirectlyResultShape, body);
}
