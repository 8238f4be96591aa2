import type { Env } from '@rocketmq-ts/kernel';
import type { Replication, StoreOptions } from '../ports.ts';
import type { LogSource, ReplicaProgress, ReplicaTail, ReplicationTurn } from './log-ports.ts';
import { HaMaster } from './master.ts';
import { HaSlave } from './slave.ts';

export type ReplicationOptions = Pick<
  StoreOptions,
  | 'haListenPort'
  | 'haBindAddress'
  | 'haSendHeartbeatInterval'
  | 'haHousekeepingInterval'
  | 'haTransferBatchSize'
  | 'haSlaveFallbehindMax'
  | 'mappedFileSizeCommitLog'
>;

export interface ReplicationParts {
  readonly env: Pick<Env, 'clock' | 'timers' | 'net' | 'log'>;
  readonly options: ReplicationOptions;
  readonly source: LogSource;
  readonly progress: ReplicaProgress;
  /** Of a SLAVE. */
  readonly tail: ReplicaTail | undefined;
}

/** Both sides of HA: those who follow this log, and on a slave the master that it follows. */
export function createReplication(parts: ReplicationParts): Replication & ReplicationTurn {
  const { tail } = parts;
  const master = new HaMaster(parts);
  const slave = tail === undefined ? undefined : new HaSlave({ ...parts, tail, ownListenPort: () => master.listenPort });
  let stopped: Promise<void> | undefined;
  return {
    async start() {
      await master.start();
      slave?.start();
    },
    stop() {
      slave?.stop();
      stopped ??= master.stop();
      return stopped;
    },
    follow: (address) => slave?.follow(address),
    advanced() {
      slave?.advanced();
      master.advanced();
    },
    get status() {
      return { replicas: master.replicas, master: slave?.status, replicaAckedOffset: master.ackedOffset, isReplicaAvailable: master.isReplicaAvailable };
    },
  };
}
