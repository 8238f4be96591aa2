import type { Env } from '@rocketmq-ts/kernel';
import type { QueueReader } from '@rocketmq-ts/store';

import type { SubscriptionGroups } from '../../groups/subscription-groups.ts';
import type { HeldPull } from '../../long-polling/held-pulls.ts';
import type { ConsumerOffsets } from '../../offsets/consumer-offsets.ts';
import type { Consumers } from '../../registry/consumers.ts';
import type { LiveSettings, PollingSettings } from '../../settings.ts';
import type { PullCounters } from '../../stats/group-rates.ts';
import type { TopicTable } from '../../topics/topic-table.ts';

/** What pulls need of the broker. */
export interface PullPorts {
  readonly env: Pick<Env, 'clock' | 'log'>;
  readonly live: LiveSettings;
  readonly facts: PullFacts;
  readonly topics: TopicTable;
  readonly groups: SubscriptionGroups;
  readonly consumers: Consumers;
  readonly offsets: ConsumerOffsets;
  readonly queues: QueueReader;
  readonly holder: PullHolder;
  readonly counters: PullCounters;
  /** How far each group has asked; undefined: nobody asks for metrics. */
  readonly pullOffsets: Pick<ConsumerOffsets, 'commit'> | undefined;
  readonly moved: OffsetMovedReporter;
}

export interface PullFacts {
  readonly brokerIP1: string;
  readonly polling: PollingSettings;
  readonly isSlave: boolean;
  /** A master, or a slave with offsetCheckInSlave: who asks for an offset that is not there is told where to go on. */
  readonly correctsOffsets: boolean;
}

export interface PullHolder {
  hold(pull: HeldPull): void;
}

/** Writes down that a consumer asked for an offset that does not exist: Java's OFFSET_MOVED_EVENT topic. */
export interface OffsetMovedReporter {
  offsetMoved(event: OffsetMoved): void;
}

export interface OffsetMoved {
  readonly consumerGroup: string;
  readonly topic: string;
  readonly queueId: number;
  readonly offsetRequest: number;
  readonly offsetNew: number;
}
