// brokerStatus: what a broker tells of itself, key by key. With -c of every master and slave, so that commitLogMaxOffset
// shows how far the slaves are.
import { left } from '../../render/columns.ts';
import { type AdminCommand, type CommandContext, optional } from '../admin-command.ts';
import { brokerOrCluster, brokersOfCluster } from '../cluster-brokers.ts';

export const brokerStatus: AdminCommand = {
  name: 'brokerStatus',
  description: 'Fetch broker runtime status data',
  options: [optional('b', 'brokerAddr', 'Broker address'), optional('c', 'clusterName', 'which cluster')],
  async run(context) {
    const target = brokerOrCluster(context);
    if ('brokerAddr' in target) return print(context, target.brokerAddr, '');
    for (const { brokerAddrs } of await brokersOfCluster(context, target.clusterName)) {
      for (const [, address] of [...brokerAddrs].sort(([a], [b]) => a - b)) {
        try {
          await print(context, address, `${left(address, 24)} `);
        } catch (error) {
          context.warn(`${address} does not answer: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
  },
};

async function print(context: CommandContext, address: string, prefix: string): Promise<void> {
  const { table } = await context.admin.fetchBrokerRuntimeStats(address);
  for (const [key, value] of [...table].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) context.print(`${prefix}${left(key, 32)}: ${value}\n`);
}
