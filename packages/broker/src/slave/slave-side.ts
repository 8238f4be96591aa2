import type { Env } from '@rocketmq-ts/kernel';
import type { MessageStore } from '@rocketmq-ts/store';

import type { BrokerTables } from '../persist/broker-tables.ts';
import { isInnerTopic } from '../topics/boot-topics.ts';
import type { Asker } from './ask-broker.ts';
import { ConfigSync } from './config-sync.ts';
import { MasterFollower, type MasterHint } from './master-follower.ts';
import type { NewTopicWatch } from './new-topic-watch.ts';

export interface SlaveSideParts {
  readonly env: Pick<Env, 'clock' | 'timers' | 'log'>;
  readonly client: Asker;
  readonly store: Pick<MessageStore, 'replication' | 'admin'>;
  readonly tables: BrokerTables;
  readonly arrivals: NewTopicWatch;
  readonly ownAddress: string;
  readonly haMasterAddress: string | undefined;
  /** The master is not where it was last. */
  readonly onUnreachable: () => void;
}

/** What a broker does because it is a slave: finds its master, follows its log, copies its tables. */
export interface SlaveSide {
  /** `host:port` that the log comes from; undefined while no master was ever known. */
  readonly haMasterAddress: string | undefined;
  /** Main address of the master; undefined while none was ever known. */
  readonly masterAddr: string | undefined;
  masterIs(hint: MasterHint | undefined): void;
  start(): void;
  /** Resolves when nothing is copied any more. */
  stop(): Promise<void>;
}

export function createSlaveSide(parts: SlaveSideParts): SlaveSide {
  const { env, client, store, tables, arrivals, ownAddress, haMasterAddress } = parts;
  const dropQueues = (gone: ReadonlySet<string>): void => {
    const dropped = store.admin.dropQueues((topic) => !gone.has(topic) || isInnerTopic(topic));
    dropped.catch((error: unknown) => env.log.error('Queues of deleted topics could not be removed.', { error: error as Error }));
  };
  const sync = new ConfigSync({ env, client, tables, dropQueues, masterState: () => store.replication.status.master?.state, onUnreachable: parts.onUnreachable });
  const follower = new MasterFollower({ env, client, replication: store.replication, sync, ownAddress, haMasterAddress });
  return {
    get haMasterAddress() {
      return follower.haAddress;
    },
    get masterAddr() {
      return follower.masterAddr;
    },
    masterIs: (hint) => follower.masterIs(hint),
    start() {
      arrivals.start(
        (topic) => tables.topics.has(topic),
        () => sync.syncSoon(),
      );
      follower.start();
      sync.start();
    },
    stop: () => sync.stop(),
  };
}
