// topicRoute: the route as the name server gives it, in Java's pretty JSON.
import { encodeTopicRouteData } from '@rocketmq-ts/remoting-protocol';
import { type AdminCommand, required } from '../admin-command.ts';

export const topicRoute: AdminCommand = {
  name: 'topicRoute',
  description: 'Examine topic route info',
  options: [required('t', 'topic', 'topic name')],
  async run(context) {
    const route = await context.admin.examineTopicRouteInfo(context.option('t') ?? '');
    context.print(`${encodeTopicRouteData(route, { pretty: true }).toString('utf8')}\n`);
  },
};
