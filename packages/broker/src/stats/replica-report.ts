import type { Env, Timer } from '@rocketmq-ts/kernel';
import type { ReplicaStatus, Replication, ReplicationStatus, StoreOptions } from '@rocketmq-ts/store';

/** Java prints the distance each minute; here it is looked at more often, and what has changed is said. */
const PERIOD_MS = 10_000;

export interface ReplicaReportParts {
  readonly env: Pick<Env, 'timers' | 'log'>;
  readonly replication: Pick<Replication, 'status'>;
  readonly brokerRole: StoreOptions['brokerRole'];
}

/** What an operator asks a log about replicas: have they caught up, do they fall behind, is there one to wait for. */
export function startReplicaReport(parts: ReplicaReportParts): Timer {
  let before: ReplicationStatus | undefined;
  return parts.env.timers.every(PERIOD_MS, () => {
    const now = parts.replication.status;
    for (const replica of now.replicas) report(parts, before?.replicas.find(({ address }) => address === replica.address), replica);
    if (parts.brokerRole === 'SYNC_MASTER' && now.isReplicaAvailable !== before?.isReplicaAvailable) reportAvailability(parts, now, before === undefined);
    before = now;
  });
}

function report({ env }: ReplicaReportParts, before: ReplicaStatus | undefined, { address: replica, state, ackedOffset, lagBytes }: ReplicaStatus): void {
  if (state === before?.state) {
    if (state === 'catching up') env.log.info('A replica is catching up.', { replica, lagBytes, acked: ackedOffset });
  } else if (state === 'following') {
    env.log.info('A replica has caught up.', { replica, lagBytes, acked: ackedOffset });
  } else if (state === 'catching up' && before?.state === 'following') {
    env.log.warn('A replica falls behind by more than haSlaveFallbehindMax.', { replica, lagBytes, acked: ackedOffset });
  }
}

function reportAvailability({ env }: ReplicaReportParts, { isReplicaAvailable }: ReplicationStatus, isFirstLook: boolean): void {
  if (!isReplicaAvailable) env.log.warn('No replica is there to be waited for, or none near enough: sends are stored here alone and answered SLAVE_NOT_AVAILABLE.');
  else if (!isFirstLook) env.log.info('A replica is there again; sends wait for it.');
}
