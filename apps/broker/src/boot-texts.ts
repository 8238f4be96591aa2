import type { Broker } from '@rocketmq-ts/broker';

export interface BootTexts {
  /** What goes on, for the standard output. */
  readonly lines: readonly string[];
  /** What does not go as one might expect. */
  readonly warnings: readonly string[];
}

/** What the operator should know of a broker that has just started. */
export function bootTexts(
  broker: Pick<Broker, 'followedAddress' | 'unreachableNameServers' | 'registrationRefusals'>,
  brokerRole: 'ASYNC_MASTER' | 'SYNC_MASTER' | 'SLAVE',
): BootTexts {
  const { followedAddress, unreachableNameServers: absent, registrationRefusals } = broker;
  const lines: string[] = [];
  const warnings = [...registrationRefusals];
  if (absent.length > 0) warnings.push(`no answer from name server ${absent.join(';')} yet; the broker goes on trying, and until then clients do not find it`);
  if (brokerRole === 'SLAVE') {
    if (followedAddress === undefined) warnings.push('no name server knows a master of this brokerName yet; this slave follows it as soon as one does');
    else lines.push(`This slave follows ${followedAddress}.`);
  }
  return { lines, warnings };
}
