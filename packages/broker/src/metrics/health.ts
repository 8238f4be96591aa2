import { isReadable, isWriteable } from '@rocketmq-ts/remoting-protocol';
import type { MessageStore } from '@rocketmq-ts/store';

import type { BrokerSettings, LiveSettings } from '../settings.ts';

/** Whether something is as it should be; if not, why not, a sentence each. */
export interface Verdict {
  readonly isFine: boolean;
  readonly reasons: readonly string[];
}

export interface HealthParts {
  readonly settings: Pick<BrokerSettings, 'store' | 'registration'>;
  readonly live: Pick<LiveSettings, 'brokerPermission'>;
  readonly store: { readonly admin: Pick<MessageStore['admin'], 'diskFailure' | 'isWriteable' | 'notWriteableReason'>; readonly replication: Pick<MessageStore['replication'], 'status'> };
  /** Some name server has taken this broker's registration since the start. */
  readonly isRegistered: () => boolean;
  readonly state: () => 'new' | 'running' | 'stopped';
}

/**
 * Is this process of use at all, or is a restart due? A full disk, a lost master or a name server that is away are no
 * reasons: a restart would not help.
 */
export function healthOf({ store }: Pick<HealthParts, 'store'>): Verdict {
  return verdict([store.admin.diskFailure]);
}

/** Does this broker do its work now: a master takes sends and pulls, a slave follows its master. */
export function readinessOf({ settings, live, store, isRegistered, state }: HealthParts): Verdict {
  if (state() !== 'running') return verdict([state() === 'new' ? 'The broker is starting.' : 'The broker is stopping.']);
  const { nameServers } = settings.registration;
  const registration = nameServers.length > 0 && !isRegistered() ? `No name server has taken this broker yet (${nameServers.join(';')}): clients do not find it.` : undefined;
  return verdict([...(settings.store.brokerRole === 'SLAVE' ? slaveReasons(store) : masterReasons(live, store)), registration]);
}

function masterReasons({ brokerPermission }: HealthParts['live'], { admin }: HealthParts['store']): (string | undefined)[] {
  const mayNot = [isReadable(brokerPermission) ? undefined : 'pulled from', isWriteable(brokerPermission) ? undefined : 'sent to'].filter((word) => word !== undefined);
  return [
    admin.isWriteable ? undefined : (admin.notWriteableReason ?? 'The store takes no messages.'),
    mayNot.length === 0 ? undefined : `brokerPermission=${brokerPermission} does not let it be ${mayNot.join(' or ')}.`,
  ];
}

function slaveReasons({ admin, replication }: HealthParts['store']): (string | undefined)[] {
  const { master } = replication.status;
  return [admin.diskFailure, master === undefined || master.state === 'following' ? undefined : (master.reason ?? whyNotFollowing(master.state, master.haAddress))];
}

function whyNotFollowing(state: string, haAddress: string | undefined): string {
  if (haAddress === undefined) return 'No master is known to this slave.';
  return state === 'connecting' ? `The master at ${haAddress} is not reached.` : `The master at ${haAddress} has been reached, and its log is not followed yet (${state}).`;
}

function verdict(found: readonly (string | undefined)[]): Verdict {
  const reasons = found.filter((reason) => reason !== undefined);
  return { isFine: reasons.length === 0, reasons };
}
