import type { Env } from '@rocketmq-ts/kernel';
import type { HostAddress } from '@rocketmq-ts/remoting-protocol';
import type { MessageAppender } from '@rocketmq-ts/store';

import type { SubscriptionGroups } from '../../groups/subscription-groups.ts';
import type { LiveSettings } from '../../settings.ts';
import type { TopicTraffic } from '../../stats/topic-traffic.ts';
import type { TopicTable } from '../../topics/topic-table.ts';

/** What sends need of the broker. */
export interface SendPorts {
  readonly env: Pick<Env, 'clock' | 'random' | 'log'>;
  readonly live: LiveSettings;
  readonly facts: SendFacts;
  readonly topics: TopicTable;
  readonly groups: SubscriptionGroups;
  readonly appender: MessageAppender;
  readonly unsaved: UnsavedTopics;
  readonly diskUse: DiskUse;
  readonly putTimes: { record(elapsedMs: number): void };
  /** Undefined: nobody asks for metrics. */
  readonly traffic: Pick<TopicTraffic, 'stored'> | undefined;
}

/** What goes into every record or answer and never changes. */
export interface SendFacts {
  readonly clusterName: string;
  readonly brokerName: string;
  readonly isSlave: boolean;
  readonly brokerIP1: string;
  readonly regionId: string;
  readonly storeHost: HostAddress;
  /** The part of every offset message id that names this host. */
  readonly msgIdPrefix: Buffer;
}

/**
 * Topics made in memory whose file is not written yet. An answer for such a topic waits: a message that was
 * acknowledged must be found again, and it is found through its topic.
 */
export interface UnsavedTopics {
  isSaved(topic: string): boolean;
  /** Calls back when the file was written, or could not be. */
  whenSaved(topic: string, callback: () => void): void;
}

/** Used shares of the disks, for the remark of a refused send. */
export interface DiskUse {
  readonly commitLogDiskRatio: number;
  readonly consumeQueueDiskRatio: number;
}
