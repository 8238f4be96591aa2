import type { Env } from '@rocketmq-ts/kernel';
import { RmqError } from '@rocketmq-ts/kernel';
import { decodeClusterInfo, RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import type { RemotingClient } from '@rocketmq-ts/remoting';

import { type BrokerIdentity, brokerAddressOf } from '../settings.ts';

const ASK_TIMEOUT_MS = 3_000;

/** Two brokers of one name and id would take the route from each other, registration by registration. */
export class BrokerNameTakenError extends RmqError {
  constructor(identity: BrokerIdentity, twinAddress: string, nameServer: string) {
    super(
      'BROKER_NAME_TAKEN',
      `The broker name ${identity.brokerName} with brokerId ${identity.brokerId} is in use by ${twinAddress}, which is alive (name server ${nameServer} knows it). ` +
        'Give this broker another brokerName, or stop that one first.',
    );
  }
}

type Parts = { readonly env: Pick<Env, 'log'>; readonly client: Pick<RemotingClient, 'invoke'>; readonly identity: BrokerIdentity };

/**
 * Looks for a broker of this name and id at another address that answers. Name servers that do not answer, and
 * entries of brokers that do not, are no obstacle.
 *
 * @throws BrokerNameTakenError
 */
export async function refuseTwin(parts: Parts, nameServers: readonly string[]): Promise<void> {
  await Promise.all(nameServers.map((nameServer) => refuseTwinAt(parts, nameServer)));
}

async function refuseTwinAt(parts: Parts, nameServer: string): Promise<void> {
  const address = await registeredAddress(parts, nameServer);
  if (address === undefined || address === brokerAddressOf(parts.identity)) return;
  if (await isAlive(parts, address)) throw new BrokerNameTakenError(parts.identity, address, nameServer);
  parts.env.log.warn('A name server still knows a broker of this name at an address that does not answer.', { address, nameServer });
}

async function registeredAddress({ client, identity }: Parts, nameServer: string): Promise<string | undefined> {
  try {
    const answer = await client.invoke(nameServer, new RemotingCommand(RequestCode.GET_BROKER_CLUSTER_INFO), { timeoutMs: ASK_TIMEOUT_MS });
    if (answer.code !== ResponseCode.SUCCESS || answer.body === undefined) return undefined;
    return decodeClusterInfo(answer.body).brokerAddrTable.get(identity.brokerName)?.brokerAddrs.get(identity.brokerId);
  } catch {
    return undefined;
  }
}

async function isAlive({ client }: Parts, address: string): Promise<boolean> {
  try {
    await client.invoke(address, new RemotingCommand(RequestCode.GET_BROKER_RUNTIME_INFO), { timeoutMs: ASK_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}
