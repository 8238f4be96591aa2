// topicList: every topic that the name server knows; with -c also cluster and consumer groups.
import { flag, type AdminCommand, type CommandContext } from '../admin-command.ts';
import { front, left } from '../../render/columns.ts';

const RETRY_PREFIX = '%RETRY%';
const DLQ_PREFIX = '%DLQ%';

export const topicList: AdminCommand = {
  name: 'topicList',
  description: 'Fetch all topic list from name server',
  options: [flag('c', 'clusterModel', 'clusterModel')],
  async run(context) {
    if (context.flag('c')) return printClusterModel(context);
    const { topicList: topics } = await context.admin.fetchAllTopicList();
    for (const topic of topics) context.print(`${topic}\n`);
  },
};

async function printClusterModel(context: CommandContext): Promise<void> {
  const { admin } = context;
  const clusterInfo = await admin.examineBrokerClusterInfo();
  const clusterOf = (brokerName: string) => [...clusterInfo.clusterAddrTable].find(([, names]) => names.includes(brokerName))?.[0] ?? '';
  const line = (cluster: string, topic: string, group: string) =>
    context.print(`${left(front(cluster, 20), 20)}  ${left(front(topic, 48), 48)}  ${left(front(group, 48), 48)}\n`);

  line('#Cluster Name', '#Topic', '#Consumer Group');
  const { topicList: topics } = await admin.fetchAllTopicList();
  for (const topic of topics) {
    if (topic.startsWith(RETRY_PREFIX) || topic.startsWith(DLQ_PREFIX)) continue;
    let cluster = '';
    let groups: readonly string[] = [];
    try {
      const route = await admin.examineTopicRouteInfo(topic);
      cluster = clusterOf(route.brokerDatas[0]?.brokerName ?? '');
      groups = await admin.queryTopicConsumeByWho(topic);
    } catch {
      // A topic that vanished meanwhile, or whose broker is down, is listed all the same.
    }
    for (const group of groups.length === 0 ? [''] : groups) line(cluster, topic, group);
  }
}
