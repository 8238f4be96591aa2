import { decodeClusterInfo, RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import type { RemotingClient } from '@rocketmq-ts/remoting';

/** The brokers of one name, as one name server knows them. */
export interface RegisteredGroup {
  /** Who says so. */
  readonly nameServer: string;
  readonly clusterName: string;
  /** Broker id → `host:port`; 0 is the master. */
  readonly addresses: ReadonlyMap<number, string>;
}

const ASK_TIMEOUT_MS = 3_000;

/** What each name server knows about a broker name; those that know nothing or do not answer are left out. */
export async function registeredGroups(client: Pick<RemotingClient, 'invoke'>, nameServers: readonly string[], brokerName: string): Promise<RegisteredGroup[]> {
  const groups = await Promise.all(nameServers.map((nameServer) => registeredGroup(client, nameServer, brokerName)));
  return groups.filter((group) => group !== undefined);
}

async function registeredGroup(client: Pick<RemotingClient, 'invoke'>, nameServer: string, brokerName: string): Promise<RegisteredGroup | undefined> {
  try {
    const answer = await client.invoke(nameServer, new RemotingCommand(RequestCode.GET_BROKER_CLUSTER_INFO), { timeoutMs: ASK_TIMEOUT_MS });
    if (answer.code !== ResponseCode.SUCCESS || answer.body === undefined) return undefined;
    const broker = decodeClusterInfo(answer.body).brokerAddrTable.get(brokerName);
    return broker === undefined ? undefined : { nameServer, clusterName: broker.cluster, addresses: broker.brokerAddrs };
  } catch {
    return undefined;
  }
}
