// topicStatus: smallest and next offset of every queue, sorted as Java sorts queues.
import { compareMessageQueues } from '@rocketmq-ts/remoting-protocol';
import { type AdminCommand, required } from '../admin-command.ts';
import { front, humanTimestamp, left } from '../../render/columns.ts';

export const topicStatus: AdminCommand = {
  name: 'topicStatus',
  description: 'Examine topic Status info',
  options: [required('t', 'topic', 'topic name')],
  async run(context) {
    const table = await context.admin.examineTopicStats(context.option('t') ?? '');
    const line = (broker: string, queue: string | number, min: string | number, max: string | number, updated: string) =>
      context.print(`${left(broker, 32)}  ${left(queue, 4)}  ${left(min, 20)}  ${left(max, 20)}    ${updated}\n`);

    line('#Broker Name', '#QID', '#Min Offset', '#Max Offset', '#Last Updated');
    for (const [mq, offset] of [...table.offsetTable].sort(([a], [b]) => compareMessageQueues(a, b))) {
      const updated = offset.lastUpdateTimestamp > 0 ? humanTimestamp(offset.lastUpdateTimestamp) : '';
      line(front(mq.brokerName, 32), mq.queueId, offset.minOffset, offset.maxOffset, updated);
    }
  },
};
