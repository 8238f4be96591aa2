import type { Env } from '@rocketmq-ts/kernel';
import { peekRecord } from '@rocketmq-ts/remoting-protocol';
import type { MessageStore, ReplicaStatus } from '@rocketmq-ts/store';

import type { BrokerSettings } from '../settings.ts';
import { labelText, MetricFamily, type MetricGroup } from './metric-family.ts';
import { nodeLabels } from './node-labels.ts';

export interface ReplicationMetricsParts {
  readonly env: Pick<Env, 'clock'>;
  readonly settings: BrokerSettings;
  readonly store: Pick<MessageStore, 'replication' | 'finder' | 'admin'>;
  /** Of a slave: where its master's log ended when that was last asked; undefined: not known. */
  readonly masterEnd: () => number | undefined;
}

/** How far slaves are behind, as their master sees it; and a slave, as it sees itself. 5.x has no such metrics. */
export function replicationMetrics({ env, settings, store, masterEnd }: ReplicationMetricsParts): MetricGroup {
  const labels = nodeLabels(settings);
  const node = labelText(labels);
  const lagBytes = new MetricFamily('gauge', 'rocketmq_replica_lag_bytes', 'Bytes of the log that a slave has not acknowledged');
  const lagSeconds = new MetricFamily('gauge', 'rocketmq_replica_lag_seconds', 'Age of the oldest message that a slave has not acknowledged');
  const following = new MetricFamily('gauge', 'rocketmq_replica_following', '1: the slave is near enough to be waited for (haSlaveFallbehindMax)');
  const slaveFollowing = new MetricFamily('gauge', 'rocketmq_slave_following', '1: this slave is connected to its master and receives its log');
  const slaveBehind = new MetricFamily('gauge', 'rocketmq_slave_behind_bytes', "Bytes from the end of this slave's log to the end of its master's");

  return {
    families: [lagBytes, lagSeconds, following, slaveFollowing, slaveBehind],
    *collect() {
      const { replicas, master } = store.replication.status;
      for (const replica of replicas) {
        const ofReplica = labelText({ ...labels, replica: replica.address });
        following.set(ofReplica, replica.state === 'following' ? 1 : 0);
        if (replica.state === 'waiting') continue;
        lagBytes.set(ofReplica, replica.lagBytes);
        const oldestMs = oldestNotAcked(store, replica);
        if (oldestMs !== undefined) lagSeconds.set(ofReplica, Math.max(0, env.clock.wallMs() - oldestMs) / 1000);
      }
      yield;
      if (master === undefined) return;
      slaveFollowing.set(node, master.state === 'following' ? 1 : 0);
      const end = masterEnd();
      if (end !== undefined) slaveBehind.set(node, Math.max(0, end - store.admin.maxPhysicalOffset));
    },
  };

  /** Store time, wall ms; now when nothing is missing; undefined when the acknowledgement ends inside a record, as Java's may. */
  function oldestNotAcked({ finder }: ReplicationMetricsParts['store'], { ackedOffset, lagBytes: behind }: ReplicaStatus): number | undefined {
    if (behind <= 0) return env.clock.wallMs();
    const record = finder.recordAt(ackedOffset);
    return record === undefined ? undefined : peekRecord.storeTimestamp(record, 0);
  }
}
