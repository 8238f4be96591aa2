// getBrokerConfig: every setting of a broker; with -c of each master and of its slaves below it.
import { left } from '../../render/columns.ts';
import { type AdminCommand, type CommandContext, optional } from '../admin-command.ts';
import { brokerOrCluster, brokersOfCluster } from '../cluster-brokers.ts';

const MASTER_ID = 0;

export const getBrokerConfig: AdminCommand = {
  name: 'getBrokerConfig',
  description: 'Get broker config by cluster or special broker!',
  options: [optional('b', 'brokerAddr', 'get which broker'), optional('c', 'clusterName', 'get which cluster')],
  async run(context) {
    const target = brokerOrCluster(context);
    if ('brokerAddr' in target) return print(context, target.brokerAddr, target.brokerAddr);
    for (const { brokerName, brokerAddrs } of await brokersOfCluster(context, target.clusterName)) {
      const master = brokerAddrs.get(MASTER_ID);
      if (master === undefined) context.warn(`${brokerName} has no master at the moment`);
      else await print(context, `Master: ${master}`, master);
      for (const [id, slave] of [...brokerAddrs].sort(([a], [b]) => a - b)) {
        if (id !== MASTER_ID) await print(context, `My Master: ${master ?? 'none'}=====Slave: ${slave}`, slave);
      }
    }
  },
};

async function print(context: CommandContext, title: string, address: string): Promise<void> {
  context.print(`============${title}============\n`);
  for (const { key, value } of await context.admin.getBrokerConfig(address)) context.print(`${left(key, 50)}=  ${value}\n`);
  context.print('\n');
}
