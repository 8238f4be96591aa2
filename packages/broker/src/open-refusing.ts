import type { Env } from '@rocketmq-ts/kernel';
import type { ConsumerOffsetSerializeWrapper } from '@rocketmq-ts/remoting-protocol';
import type { RemotingClient } from '@rocketmq-ts/remoting';
import { type ArrivalListener, type MessageStore, openStore } from '@rocketmq-ts/store';

import { refuseConflicts } from './name-server/identity-rules.ts';
import { registeredGroups } from './name-server/registered-group.ts';
import { offsetsOfSlaves } from './offsets/offsets-of-slaves.ts';
import type { BrokerSettings } from './settings.ts';

export interface OpenedStore {
  readonly store: MessageStore;
  /** Of a master's living slaves, one table each. */
  readonly slaveOffsets: readonly ConsumerOffsetSerializeWrapper[];
}

/**
 * The store, unless this broker gets in the way of a living one: found out first, so that nothing is touched in vain. For
 * a master also the consumer offsets of its slaves, which are asked while the store opens. On failure `client` is stopped.
 *
 * @throws BrokerNameTakenError, BrokerNameInOtherClusterError, StoreError, DiskError
 */
export async function openRefusing(env: Env, settings: BrokerSettings, client: RemotingClient, listener: ArrivalListener): Promise<OpenedStore> {
  const { identity, registration, replica } = settings;
  try {
    const groups = await registeredGroups(client, registration.nameServers, identity.brokerName);
    await refuseConflicts({ env, client, identity, takeover: replica.takeover }, groups);
    const asked = settings.store.brokerRole === 'SLAVE' ? [] : offsetsOfSlaves(env, client, groups);
    const store = await openStore(env, { ...settings.store, haBindAddress: settings.bindAddress }, listener);
    return { store, slaveOffsets: await asked };
  } catch (error) {
    await client.stop();
    throw error;
  }
}
