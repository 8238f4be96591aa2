import type { ClusterInfo } from '@rocketmq-ts/remoting-protocol';

import type { Member } from './members.ts';

/** Whether the name server lists the member, at its own port. */
export function isRegistered({ clusterAddrTable, brokerAddrTable }: ClusterInfo, member: Member): boolean {
  const address = brokerAddrTable.get(member.brokerName)?.brokerAddrs.get(member.brokerId);
  return clusterAddrTable.get(member.clusterName)?.includes(member.brokerName) === true && address?.endsWith(`:${member.listenPort}`) === true;
}
