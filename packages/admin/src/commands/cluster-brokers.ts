// The brokers of a cluster, for commands that take -b or -c. Source: tools/command/CommandUtil.java (4.6.0)
import type { BrokerData } from '@rocketmq-ts/remoting-protocol';
import { AdminError } from '../errors.ts';
import type { CommandContext } from './admin-command.ts';

/** In the name server's order, which is that of Java's sets. @throws AdminError NOT_FOUND */
export async function brokersOfCluster(context: CommandContext, clusterName: string): Promise<BrokerData[]> {
  const { clusterAddrTable, brokerAddrTable } = await context.admin.examineBrokerClusterInfo();
  const brokerNames = clusterAddrTable.get(clusterName);
  if (brokerNames === undefined) {
    const known = [...clusterAddrTable.keys()].join(', ') || 'none';
    throw new AdminError('NOT_FOUND', `Make sure the specified clusterName exists or the name server connected to is correct. No cluster '${clusterName}'; known: ${known}.`);
  }
  return brokerNames.flatMap((brokerName) => brokerAddrTable.get(brokerName) ?? []);
}

/** Either one address or one cluster. @throws AdminError USAGE */
export function brokerOrCluster(context: CommandContext): { readonly brokerAddr: string } | { readonly clusterName: string } {
  const [brokerAddr, clusterName] = [context.option('b'), context.option('c')];
  if (brokerAddr !== undefined && clusterName === undefined) return { brokerAddr };
  if (brokerAddr === undefined && clusterName !== undefined) return { clusterName };
  throw new AdminError('USAGE', 'give either -b (one broker) or -c (a cluster)');
}
