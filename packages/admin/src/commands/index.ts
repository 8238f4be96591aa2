import type { AdminCommand } from './admin-command.ts';
import { brokerStatus } from './broker/broker-status.ts';
import { getBrokerConfig } from './broker/get-broker-config.ts';
import { clusterList } from './cluster/cluster-list.ts';
import { queryMsgById } from './message/query-msg-by-id.ts';
import { topicList } from './topic/topic-list.ts';
import { topicRoute } from './topic/topic-route.ts';
import { topicStatus } from './topic/topic-status.ts';
import { updateTopic } from './topic/update-topic.ts';

/** In the order in which Java lists them. */
export const adminCommands: readonly AdminCommand[] = [updateTopic, topicRoute, topicStatus, brokerStatus, queryMsgById, clusterList, topicList, getBrokerConfig];

/** By name, upper and lower case being the same. */
export function findAdminCommand(name: string): AdminCommand | undefined {
  return adminCommands.find((command) => command.name.toLowerCase() === name.toLowerCase());
}
