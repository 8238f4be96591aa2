import { createSimulation } from '@rocketmq-ts/kernel/sim';
import type { ReplicaStatus, ReplicationStatus } from '@rocketmq-ts/store';
import { expect, it } from 'vitest';

import { startReplicaReport } from './replica-report.ts';

const replica = (state: ReplicaStatus['state'], lagBytes: number): ReplicaStatus => ({ address: '10.0.0.2:50000', state, ackedOffset: 1000, lagBytes });
const status = (isReplicaAvailable: boolean, ...replicas: ReplicaStatus[]): ReplicationStatus => ({ replicas, master: undefined, replicaAckedOffset: 1000, isReplicaAvailable });

async function saidOf(brokerRole: 'ASYNC_MASTER' | 'SYNC_MASTER', looks: readonly ReplicationStatus[]): Promise<string[]> {
  const sim = createSimulation(1);
  const replication = { status: status(false) };
  const timer = startReplicaReport({ env: sim.env, replication, brokerRole });
  for (const look of looks) {
    replication.status = look;
    await sim.runFor(10_000);
  }
  timer.cancel();
  return sim.host('a').log.entries.map(({ message, fields }) => `${message}${fields['lagBytes'] === undefined ? '' : ` ${String(fields['lagBytes'])}`}`);
}

it('follows a replica from far behind until it has caught up, and says nothing more', async () => {
  const looks = [status(false, replica('catching up', 900)), status(false, replica('catching up', 400)), status(true, replica('following', 0)), status(true, replica('following', 5))];
  expect(await saidOf('ASYNC_MASTER', looks)).toEqual(['A replica is catching up. 400', 'A replica has caught up. 0']);
});

it('warns of a replica that falls behind', async () => {
  const looks = [status(true, replica('following', 0)), status(false, replica('catching up', 700))];
  expect(await saidOf('ASYNC_MASTER', looks)).toEqual(['A replica has caught up. 0', 'A replica falls behind by more than haSlaveFallbehindMax. 700']);
});

it('says of a SYNC_MASTER when there is nobody to wait for', async () => {
  const looks = [status(false), status(false), status(true), status(true), status(false)];
  const [alone, again] = ['No replica is there to be waited for, or none near enough: sends are stored here alone and answered SLAVE_NOT_AVAILABLE.', 'A replica is there again; sends wait for it.'];
  expect(await saidOf('SYNC_MASTER', looks)).toEqual([alone, again, alone]);
  expect(await saidOf('SYNC_MASTER', [status(true)])).toEqual([]);
  expect(await saidOf('ASYNC_MASTER', looks)).toEqual([]);
});
