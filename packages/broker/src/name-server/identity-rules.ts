/**
 * Who may take part in a replica group, decided by the broker that starts, so that it holds with Java name servers and
 * beside Java brokers too. Java lets the last one to register win, and clients find half of their messages.
 */
import type { Env } from '@rocketmq-ts/kernel';
import { RmqError } from '@rocketmq-ts/kernel';
import { RemotingCommand, RequestCode } from '@rocketmq-ts/remoting-protocol';
import type { RemotingClient } from '@rocketmq-ts/remoting';

import { type BrokerIdentity, brokerAddressOf } from '../settings.ts';
import type { RegisteredGroup } from './registered-group.ts';

const ASK_TIMEOUT_MS = 3_000;
const MOVE = 'start this one with --takeover';

/** Two brokers of one name and id would take the route from each other, registration by registration. */
export class BrokerNameTakenError extends RmqError {
  constructor(identity: BrokerIdentity, { address, nameServer }: Conflict) {
    const { brokerName, brokerId } = identity;
    const remedy =
      brokerId === 0
        ? `Give this broker another brokerName, or stop that one first; if it is to become a slave of that one, set brokerRole=SLAVE and a brokerId above 0`
        : 'Give this slave another brokerId, or stop that one first';
    super(
      'BROKER_NAME_TAKEN',
      `The broker name ${brokerName} with brokerId ${brokerId} is in use by ${address}, which is alive (name server ${nameServer} knows it). ` +
        `${remedy}; to move the broker here although it answers, ${MOVE}.`,
    );
  }
}

/** A broker name belongs to one cluster: name servers keep the brokers of a name together, whatever cluster they say. */
export class BrokerNameInOtherClusterError extends RmqError {
  constructor(identity: BrokerIdentity, { address, clusterName, nameServer }: Conflict) {
    super(
      'BROKER_NAME_IN_OTHER_CLUSTER',
      `The broker name ${identity.brokerName} belongs to the cluster ${clusterName}, where ${address} is alive (name server ${nameServer} knows it), and this broker's is ${identity.clusterName}. ` +
        `Give this broker another brokerName, or set brokerClusterName=${clusterName}; to move the name to ${identity.clusterName}, stop the brokers there, or ${MOVE}.`,
    );
  }
}

/** A registered broker that must not be alive beside the one that starts. */
export interface Conflict {
  readonly kind: 'taken' | 'other cluster';
  readonly address: string;
  readonly clusterName: string;
  readonly nameServer: string;
}

/** Whom this broker would get in the way of, if they are alive. Pure. */
export function conflictsOf(identity: BrokerIdentity, groups: readonly RegisteredGroup[]): Conflict[] {
  const own = brokerAddressOf(identity);
  const conflicts: Conflict[] = [];
  for (const { nameServer, clusterName, addresses } of groups) {
    for (const [brokerId, address] of addresses) {
      if (address === own) continue;
      if (brokerId === identity.brokerId) conflicts.push({ kind: 'taken', address, clusterName, nameServer });
      else if (clusterName !== identity.clusterName) conflicts.push({ kind: 'other cluster', address, clusterName, nameServer });
    }
  }
  return conflicts;
}

export interface IdentityParts {
  readonly env: Pick<Env, 'log'>;
  readonly client: Pick<RemotingClient, 'invoke'>;
  readonly identity: BrokerIdentity;
  /** Start all the same, and say so in the log. */
  readonly takeover: boolean;
}

/**
 * Asks those in conflict whether they are alive. Entries of brokers that do not answer are no obstacle.
 *
 * @throws BrokerNameTakenError, BrokerNameInOtherClusterError
 */
export async function refuseConflicts(parts: IdentityParts, groups: readonly RegisteredGroup[]): Promise<void> {
  const { env, identity, takeover } = parts;
  const conflicts = conflictsOf(identity, groups);
  const areAlive = await Promise.all(conflicts.map(({ address }) => isAlive(parts, address)));
  const alive = conflicts.filter((_conflict, at) => areAlive[at]);
  for (const { address, nameServer } of conflicts.filter((conflict) => !alive.includes(conflict))) {
    env.log.warn('A name server still knows a broker of this name at an address that does not answer.', { address, nameServer });
  }
  const [first] = alive;
  if (first !== undefined && !takeover) {
    throw first.kind === 'taken' ? new BrokerNameTakenError(identity, first) : new BrokerNameInOtherClusterError(identity, first);
  }
  for (const { address, clusterName, nameServer } of alive) {
    env.log.warn('A broker of this name is taken over from while it is alive; stop it now, or it takes the name back with its next registration.', { address, clusterName, nameServer });
  }
}

async function isAlive({ client }: IdentityParts, address: string): Promise<boolean> {
  try {
    await client.invoke(address, new RemotingCommand(RequestCode.GET_BROKER_RUNTIME_INFO), { timeoutMs: ASK_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}
