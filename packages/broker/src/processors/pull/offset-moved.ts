import { encodeOffsetMovedEvent, encodeProperties, type HostAddress, SystemTopic } from '@rocketmq-ts/remoting-protocol';
import type { Env } from '@rocketmq-ts/kernel';
import type { DurabilityWaiter, MessageAppender } from '@rocketmq-ts/store';

import type { OffsetMovedReporter } from './pull-ports.ts';

export interface OffsetMovedSettings {
  readonly brokerName: string;
  readonly storeHost: HostAddress;
}

const NOBODY: DurabilityWaiter = { settle() {} };

/**
 * Appends an event to OFFSET_MOVED_EVENT for every corrected offset, for whoever watches that topic.
 *
 * Source: broker/processor/PullMessageProcessor.java generateOffsetMovedEvent (4.6.0)
 */
export function createOffsetMovedReporter(env: Pick<Env, 'clock' | 'log'>, appender: MessageAppender, settings: OffsetMovedSettings): OffsetMovedReporter {
  return {
    offsetMoved(event) {
      const properties = new Map([
        ['KEYS', event.consumerGroup],
        ['TAGS', event.consumerGroup],
      ]);
      const result = appender.append({
        topic: SystemTopic.OFFSET_MOVED_EVENT,
        queueId: 0,
        flag: 0,
        sysFlag: 0,
        body: encodeOffsetMovedEvent({
          consumerGroup: event.consumerGroup,
          messageQueue: { topic: event.topic, brokerName: settings.brokerName, queueId: event.queueId },
          offsetRequest: event.offsetRequest,
          offsetNew: event.offsetNew,
        }),
        properties: encodeProperties(properties),
        bornTimestamp: env.clock.wallMs(),
        bornHost: settings.storeHost,
        storeHost: settings.storeHost,
        reconsumeTimes: 0,
        preparedTransactionOffset: 0,
      });
      if (result.status === 'APPENDED') appender.whenDurable(result.endOffset, false, NOBODY);
      else env.log.warn('The event of a moved offset could not be stored.', { status: result.status, topic: event.topic });
    },
  };
}
