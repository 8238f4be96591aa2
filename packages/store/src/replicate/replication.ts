import type { Env } from '@rocketmq-ts/kernel';
import type { Replication, StoreOptions } from '../ports.ts';
import type { LogSource, ReplicaProgress, ReplicaTail, ReplicationTurn } from './log-ports.ts';

export interface ReplicationParts {
  readonly env: Pick<Env, 'clock' | 'timers' | 'net' | 'log'>;
  readonly options: Pick<
    StoreOptions,
    'haListenPort' | 'haBindAddress' | 'haSendHeartbeatInterval' | 'haHousekeepingInterval' | 'haTransferBatchSize' | 'haSlaveFallbehindMax'
  >;
  readonly source: LogSource;
  readonly progress: ReplicaProgress;
  /** Of a SLAVE. */
  readonly tail: ReplicaTail | undefined;
}

/** Both sides of HA: those who follow this log, and on a slave the master that it follows. */
export function createReplication(_parts: ReplicationParts): Replication & ReplicationTurn {
  return {
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    follow() {},
    advanced() {},
    status: { replicas: [], master: undefined, replicaAckedOffset: 0, isReplicaAvailable: false },
  };
}
