/**
 * Clients ask where a topic lives; tools ask what there is, and take routes away.
 *
 * Source: namesrv/processor/DefaultRequestProcessor.java (4.6.0)
 */
import type { Log } from '@rocketmq-ts/kernel';
import type { Dispatcher } from '@rocketmq-ts/remoting';
import {
  createResponse,
  DeleteTopicInNamesrvRequestHeader,
  encodeClusterInfo,
  encodeTopicList,
  encodeTopicRouteData,
  GetRouteInfoRequestHeader,
  GetTopicsByClusterRequestHeader,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
  type TopicList,
  WipeWritePermOfBrokerRequestHeader,
  WipeWritePermOfBrokerResponseHeader,
} from '@rocketmq-ts/remoting-protocol';
import { type KvConfig, ORDER_TOPIC_NAMESPACE } from '../kv-config.ts';
import type { RouteTable } from '../route-table.ts';
import { allTopics, clusterInfo, pickRoute, systemTopics, topicsOfCluster, unitSubTopics, unitSubUnUnitTopics, unitTopics } from '../routes.ts';

export interface RouteQueryPorts {
  readonly log: Log;
  readonly table: RouteTable;
  readonly kvConfig: KvConfig;
  isOrderMessageEnabled(): boolean;
  /** No broker can have found us yet, so an absent route means nothing. */
  isWarmingUp(): boolean;
}

const FAQ = '\nSee http://rocketmq.apache.org/docs/faq/ for further details.';

export function registerRouteQueryProcessors(dispatcher: Dispatcher, ports: RouteQueryPorts): void {
  const { log, table, kvConfig } = ports;

  dispatcher.register([RequestCode.GET_ROUTEINTO_BY_TOPIC], (request) => {
    const { topic } = GetRouteInfoRequestHeader.decode(request.extFields);
    const route = pickRoute(table, topic);
    if (route !== undefined) {
      const orderTopicConf = ports.isOrderMessageEnabled() ? kvConfig.get(ORDER_TOPIC_NAMESPACE, topic) : undefined;
      return withBody(request, encodeTopicRouteData({ ...route, orderTopicConf }));
    }
    if (ports.isWarmingUp()) {
      // Java differs: it says that the topic does not exist, which nobody can know yet.
      return createResponse(request, ResponseCode.SYSTEM_ERROR, `The name server has just started and no broker has registered yet, topic: ${topic}`);
    }
    return createResponse(request, ResponseCode.TOPIC_NOT_EXIST, `No topic route info in name server for the topic: ${topic}${FAQ}`);
  });

  dispatcher.register([RequestCode.GET_BROKER_CLUSTER_INFO], (request) => withBody(request, encodeClusterInfo(clusterInfo(table))));

  dispatcher.register([RequestCode.GET_TOPICS_BY_CLUSTER], (request) => {
    const { cluster } = GetTopicsByClusterRequestHeader.decode(request.extFields);
    return withBody(request, encodeTopicList(topicsOfCluster(table, cluster)));
  });

  registerTopicList(dispatcher, RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER, () => allTopics(table));
  registerTopicList(dispatcher, RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_NS, () => systemTopics(table));
  registerTopicList(dispatcher, RequestCode.GET_UNIT_TOPIC_LIST, () => unitTopics(table));
  registerTopicList(dispatcher, RequestCode.GET_HAS_UNIT_SUB_TOPIC_LIST, () => unitSubTopics(table));
  registerTopicList(dispatcher, RequestCode.GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST, () => unitSubUnUnitTopics(table));

  dispatcher.register([RequestCode.WIPE_WRITE_PERM_OF_BROKER], (request, connection) => {
    const { brokerName } = WipeWritePermOfBrokerRequestHeader.decode(request.extFields);
    const wipeTopicCount = table.wipeWritePermission(brokerName);
    log.info('write permission of a broker wiped', { brokerName, topics: wipeTopicCount, remote: connection.remoteAddress });
    const response = createResponse(request, ResponseCode.SUCCESS);
    response.extFields = WipeWritePermOfBrokerResponseHeader.encode({ wipeTopicCount });
    return response;
  });

  dispatcher.register([RequestCode.DELETE_TOPIC_IN_NAMESRV], (request, connection) => {
    const { topic } = DeleteTopicInNamesrvRequestHeader.decode(request.extFields);
    table.deleteTopic(topic);
    log.info('topic deleted', { topic, remote: connection.remoteAddress });
    return createResponse(request, ResponseCode.SUCCESS);
  });
}

function registerTopicList(dispatcher: Dispatcher, code: number, list: () => TopicList): void {
  dispatcher.register([code], (request) => withBody(request, encodeTopicList(list())));
}

function withBody(request: RemotingCommand, body: Buffer): RemotingCommand {
  const response = createResponse(request, ResponseCode.SUCCESS);
  response.body = body;
  return response;
}
