// Which consumer groups of a topic have passed a message: Java's messageTrackDetail.
import { formatHostAddress, type MessageExt, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { MQBrokerError, MQClientError } from '@rocketmq-ts/client-core';
import type { MQAdminExt } from './admin.ts';

export type TrackType = 'CONSUMED' | 'CONSUMED_BUT_FILTERED' | 'PULL' | 'NOT_CONSUME_YET' | 'NOT_ONLINE' | 'UNKNOWN';

export interface MessageTrack {
  readonly consumerGroup: string;
  readonly trackType: TrackType;
  readonly exceptionDesc: string | undefined;
}

/** Source: tools/admin/DefaultMQAdminExtImpl.java messageTrackDetail (4.6.0) */
export async function messageTrackDetail(admin: MQAdminExt, message: MessageExt): Promise<MessageTrack[]> {
  const tracks: MessageTrack[] = [];
  for (const consumerGroup of await admin.queryTopicConsumeByWho(message.topic)) {
    try {
      tracks.push({ consumerGroup, trackType: await trackTypeOf(admin, message, consumerGroup), exceptionDesc: undefined });
    } catch (error) {
      tracks.push(failedTrack(consumerGroup, error));
    }
  }
  return tracks;
}

function failedTrack(consumerGroup: string, error: unknown): MessageTrack {
  const responseCode = error instanceof MQBrokerError || error instanceof MQClientError ? error.responseCode : undefined;
  const message = error instanceof MQBrokerError ? error.remark : error instanceof Error ? error.message : String(error);
  return {
    consumerGroup,
    trackType: responseCode === ResponseCode.CONSUMER_NOT_ONLINE ? 'NOT_ONLINE' : 'UNKNOWN',
    exceptionDesc: responseCode === undefined ? message : `CODE:${responseCode} DESC:${message ?? ''}`,
  };
}

async function trackTypeOf(admin: MQAdminExt, message: MessageExt, group: string): Promise<TrackType> {
  const connections = await admin.examineConsumerConnectionInfo(group);
  if (connections.consumeType === 'CONSUME_ACTIVELY') return 'PULL';
  if (!(await isConsumed(admin, message, group))) return 'NOT_CONSUME_YET';
  const tags = connections.subscriptionTable.get(message.topic)?.tagsSet ?? new Set<string>();
  const passes = tags.size === 0 || tags.has('*') || tags.has(message.properties.get('TAGS') ?? '');
  return passes ? 'CONSUMED' : 'CONSUMED_BUT_FILTERED';
}

async function isConsumed(admin: MQAdminExt, message: MessageExt, group: string): Promise<boolean> {
  const stats = await admin.examineConsumeStats(group);
  const { brokerAddrTable } = await admin.examineBrokerClusterInfo();
  const storedAt = formatHostAddress(message.storeHost);
  return stats.offsetTable.some(
    ([mq, offsets]) =>
      mq.topic === message.topic &&
      mq.queueId === message.queueId &&
      // A copy that a slave gave out names its broker, whose master is away.
      (mq.brokerName === message.brokerName || brokerAddrTable.get(mq.brokerName)?.brokerAddrs.get(0) === storedAt) &&
      offsets.consumerOffset > message.queueOffset,
  );
}

/** Source: tools/admin/api/MessageTrack.java toString (4.6.0) */
export function messageTrackText({ consumerGroup, trackType, exceptionDesc }: MessageTrack): string {
  return `MessageTrack [consumerGroup=${consumerGroup}, trackType=${trackType}, exceptionDesc=${exceptionDesc ?? 'null'}]`;
}
