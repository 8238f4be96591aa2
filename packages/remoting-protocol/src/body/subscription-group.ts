/**
 * A consumer group as its broker keeps it.
 *
 * Source: common/subscription/SubscriptionGroupConfig.java, common/protocol/body/SubscriptionGroupWrapper.java
 * (4.6.0)
 */
import type { WriteFastjsonOptions } from '../fastjson/write-fastjson.ts';
import { type DataVersion, dataVersionOrStart } from './data-version.ts';
import { decodeBody, encodeBody, flagOr, mapOf, objectOf, type Shape, text, whole, wholeOr } from './shape.ts';

export interface SubscriptionGroupConfig {
  groupName: string;
  consumeEnable: boolean;
  consumeFromMinEnable: boolean;
  consumeBroadcastEnable: boolean;
  retryQueueNums: number;
  retryMaxTimes: number;
  brokerId: number;
  whichBrokerWhenConsumeSlowly: number;
  notifyConsumerIdsChangedEnable: boolean;
}

export const subscriptionGroupConfigShape: Shape<SubscriptionGroupConfig> = objectOf<SubscriptionGroupConfig>('SubscriptionGroupConfig', {
  groupName: text,
  consumeEnable: flagOr(true),
  consumeFromMinEnable: flagOr(true),
  consumeBroadcastEnable: flagOr(true),
  retryQueueNums: wholeOr(1),
  retryMaxTimes: wholeOr(16),
  brokerId: whole,
  whichBrokerWhenConsumeSlowly: wholeOr(1),
  notifyConsumerIdsChangedEnable: flagOr(true),
});

export function encodeSubscriptionGroupConfig(value: SubscriptionGroupConfig, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(subscriptionGroupConfigShape, value, options);
}

/** @throws ProtocolError */
export function decodeSubscriptionGroupConfig(body: Buffer): SubscriptionGroupConfig {
  return decodeBody(subscriptionGroupConfigShape, body);
}

export interface SubscriptionGroupWrapper {
  subscriptionGroupTable: Map<string, SubscriptionGroupConfig>;
  dataVersion: DataVersion;
}

export const subscriptionGroupWrapperShape: Shape<SubscriptionGroupWrapper> = objectOf<SubscriptionGroupWrapper>('SubscriptionGroupWrapper', {
  subscriptionGroupTable: mapOf(subscriptionGroupConfigShape),
  dataVersion: dataVersionOrStart,
});

export function encodeSubscriptionGroupWrapper(value: SubscriptionGroupWrapper, options?: WriteFastjsonOptions): Buffer {
  return encodeBody(subscriptionGroupWrapperShape, value, options);
}

/** @throws ProtocolError */
export function decodeSubscriptionGroupWrapper(body: Buffer): SubscriptionGroupWrapper {
  return decodeBody(subscriptionGroupWrapperShape, body);
}

/** A group with every setting as Java initialises it. */
export function newSubscriptionGroupConfig(groupName: string): SubscriptionGroupConfig {
  return subscriptionGroupConfigShape.read(new Map([['groupName', groupName]]), '');
}
