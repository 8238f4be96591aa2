// DefaultMQAdminExt: what an operator asks of name servers and brokers. Each method is one request, or one per broker.
import type { Env } from '@rocketmq-ts/kernel';
import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import { MQBrokerError, MQClientError, NameServerList, nodeHostFacts, parseNamesrvAddr } from '@rocketmq-ts/client-core';
import { createRemotingClient, type RemotingClient } from '@rocketmq-ts/remoting';
import {
  type BrokerData,
  type ClusterInfo,
  type ConsumerConnection,
  type ConsumeStats,
  CreateTopicRequestHeader,
  decodeClusterInfo,
  decodeConsumerConnection,
  decodeConsumeStats,
  decodeGroupList,
  decodeKVTable,
  decodeTopicList,
  decodeTopicRouteData,
  decodeTopicStatsTable,
  type ExtFields,
  GetConsumerConnectionListRequestHeader,
  GetConsumeStatsRequestHeader,
  GetKVConfigRequestHeader,
  GetKVConfigResponseHeader,
  GetRouteInfoRequestHeader,
  GetTopicStatsInfoRequestHeader,
  LanguageCode,
  type KVTable,
  type MessageExt,
  parseProperties,
  type PropertyEntry,
  PutKVConfigRequestHeader,
  QueryTopicConsumeByWhoRequestHeader,
  RemotingCommand,
  RequestCode,
  ResponseCode,
  responseCodeName,
  retryTopicOf,
  type TopicConfig,
  type TopicList,
  type TopicRouteData,
  type TopicStatsTable,
  ViewMessageRequestHeader,
} from '@rocketmq-ts/remoting-protocol';
import { AdminError } from './errors.ts';
import { viewMessage } from './view-message.ts';

export interface AdminOptions {
  /** `host:9876`, several separated by `;`. Default: the environment variable NAMESRV_ADDR. */
  readonly namesrvAddr?: string | readonly string[];
  /** Of one request, ms. */
  readonly timeoutMs?: number;
  /** For tests; default is the real world. */
  readonly env?: Env;
}

/** What commands need of it; tests hand in their own. */
export type MQAdminExt = Pick<DefaultMQAdminExt, keyof DefaultMQAdminExt>;

const ORDER_TOPIC_CONFIG = 'ORDER_TOPIC_CONFIG';

export class DefaultMQAdminExt {
  readonly #env: Env;
  readonly #client: RemotingClient;
  readonly #nameServers: NameServerList;
  readonly #timeoutMs: number;

  /** @throws MQClientError RMQ_NO_NAME_SERVER, RMQ_OPTION */
  constructor(options: AdminOptions = {}) {
    this.#env = options.env ?? createNodeEnv({});
    this.#timeoutMs = options.timeoutMs ?? 5000;
    const { addresses } = parseNamesrvAddr(options.namesrvAddr ?? nodeHostFacts().namesrvAddr);
    this.#nameServers = new NameServerList(addresses, this.#env.random);
    this.#client = createRemotingClient({ env: this.#env, language: LanguageCode.OTHER });
  }

  /** Closes every connection; calls under way fail. Idempotent. */
  async shutdown(): Promise<void> {
    await this.#client.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async examineBrokerClusterInfo(): Promise<ClusterInfo> {
    return decodeClusterInfo(bodyOf(await this.#askNameServer(RequestCode.GET_BROKER_CLUSTER_INFO)));
  }

  async fetchAllTopicList(): Promise<TopicList> {
    return decodeTopicList(bodyOf(await this.#askNameServer(RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER)));
  }

  /** @throws MQBrokerError TOPIC_NOT_EXIST */
  async examineTopicRouteInfo(topic: string): Promise<TopicRouteData> {
    return decodeTopicRouteData(bodyOf(await this.#askNameServer(RequestCode.GET_ROUTEINTO_BY_TOPIC, GetRouteInfoRequestHeader.encode({ topic }))));
  }

  async fetchBrokerRuntimeStats(brokerAddr: string): Promise<KVTable> {
    return decodeKVTable(bodyOf(await this.#ask(brokerAddr, RequestCode.GET_BROKER_RUNTIME_INFO)));
  }

  /** Offsets of every queue of the topic, from one broker of each name. */
  async examineTopicStats(topic: string): Promise<TopicStatsTable> {
    const brokers = (await this.examineTopicRouteInfo(topic)).brokerDatas;
    const tables = await this.#ofEach(brokers, RequestCode.GET_TOPIC_STATS_INFO, GetTopicStatsInfoRequestHeader.encode({ topic }), decodeTopicStatsTable);
    const offsetTable = tables.flatMap((table) => table.offsetTable);
    if (offsetTable.length === 0) throw new AdminError('NOT_FOUND', 'Not found the topic stats info');
    return { offsetTable };
  }

  /** Consumer groups that subscribe to the topic or have offsets in it. */
  async queryTopicConsumeByWho(topic: string): Promise<readonly string[]> {
    const route = await this.examineTopicRouteInfo(topic);
    const broker = route.brokerDatas.find(({ brokerAddrs }) => brokerAddrs.size > 0);
    if (broker === undefined) return [];
    const header = QueryTopicConsumeByWhoRequestHeader.encode({ topic });
    return decodeGroupList(bodyOf(await this.#askGroup(broker, RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, header))).groupList;
  }

  /** @throws MQBrokerError, MQClientError with responseCode CONSUMER_NOT_ONLINE */
  async examineConsumerConnectionInfo(consumerGroup: string): Promise<ConsumerConnection> {
    const route = await this.examineTopicRouteInfo(retryTopicOf(consumerGroup));
    const brokers = route.brokerDatas.filter(({ brokerAddrs }) => brokerAddrs.size > 0);
    const broker = brokers[this.#env.random.below(Math.max(1, brokers.length))];
    if (broker === undefined) throw notOnline('Not found the consumer group connection');
    const header = GetConsumerConnectionListRequestHeader.encode({ consumerGroup });
    const connections = decodeConsumerConnection(bodyOf(await this.#askGroup(broker, RequestCode.GET_CONSUMER_CONNECTION_LIST, header)));
    if (connections.connectionSet.length === 0) throw notOnline('Not found the consumer group connection');
    return connections;
  }

  /** @throws MQClientError with responseCode CONSUMER_NOT_ONLINE when the group has no offsets anywhere */
  async examineConsumeStats(consumerGroup: string): Promise<ConsumeStats> {
    const brokers = (await this.examineTopicRouteInfo(retryTopicOf(consumerGroup))).brokerDatas;
    const header = GetConsumeStatsRequestHeader.encode({ consumerGroup, topic: undefined });
    const all = await this.#ofEach(brokers, RequestCode.GET_CONSUME_STATS, header, decodeConsumeStats);
    const offsetTable = all.flatMap((stats) => stats.offsetTable);
    if (offsetTable.length === 0) {
      throw notOnline('Not found the consumer group consume stats, because return offset table is empty, maybe the consumer not consume any message');
    }
    return { offsetTable, consumeTps: all.reduce((sum, stats) => sum + stats.consumeTps, 0) };
  }

  /**
   * The message at an offset message id (the one that names the broker); of a master that is away, from its slaves.
   * @throws AdminError, MQBrokerError
   */
  viewMessage(offsetMsgId: string): Promise<MessageExt> {
    return viewMessage(offsetMsgId, {
      clusterInfo: () => this.examineBrokerClusterInfo(),
      ask: async (address, offset) => bodyOf(await this.#ask(address, RequestCode.VIEW_MESSAGE_BY_ID, ViewMessageRequestHeader.encode({ offset }))),
    });
  }

  /** A broker's configuration, in its order. */
  async getBrokerConfig(brokerAddr: string): Promise<PropertyEntry[]> {
    return parseProperties(bodyOf(await this.#ask(brokerAddr, RequestCode.GET_BROKER_CONFIG)).toString('utf8'));
  }

  async createAndUpdateTopicConfig(brokerAddr: string, config: TopicConfig): Promise<void> {
    const { topicName, readQueueNums, writeQueueNums, perm, topicFilterType, topicSysFlag, order } = config;
    const header = { topic: topicName, defaultTopic: 'TBW102', readQueueNums, writeQueueNums, perm, topicFilterType, topicSysFlag, order };
    await this.#ask(brokerAddr, RequestCode.UPDATE_AND_CREATE_TOPIC, CreateTopicRequestHeader.encode(header));
  }

  /**
   * Order configuration of a topic at all name servers: `broker:queues;…`. `isCluster` replaces the whole value,
   * otherwise only the entry of the broker that `value` names.
   */
  async createOrUpdateOrderConf(topic: string, value: string, isCluster: boolean): Promise<void> {
    const merged = isCluster ? value : mergeOrderConf(await this.#orderConf(topic), value);
    const header = PutKVConfigRequestHeader.encode({ namespace: ORDER_TOPIC_CONFIG, key: topic, value: merged });
    for (const address of this.#nameServers.addresses) await this.#ask(address, RequestCode.PUT_KV_CONFIG, header);
  }

  async #orderConf(topic: string): Promise<string> {
    try {
      const response = await this.#askNameServer(RequestCode.GET_KV_CONFIG, GetKVConfigRequestHeader.encode({ namespace: ORDER_TOPIC_CONFIG, key: topic }));
      return GetKVConfigResponseHeader.decode(response.extFields).value ?? '';
    } catch (error) {
      if (error instanceof MQBrokerError && error.responseCode === ResponseCode.QUERY_NOT_FOUND) return '';
      throw error;
    }
  }

  async #ofEach<T>(brokers: readonly BrokerData[], code: number, header: ExtFields, decode: (body: Buffer) => T): Promise<T[]> {
    const results: T[] = [];
    for (const broker of brokers) {
      if (broker.brokerAddrs.size > 0) results.push(decode(bodyOf(await this.#askGroup(broker, code, header))));
    }
    return results;
  }

  /**
   * Asks the master; when there is none, or it can't be reached, one of its slaves.
   * Java differs: a master in the route is the only one asked (common/protocol/route/BrokerData.java selectBrokerAddr, 4.6.0).
   */
  async #askGroup({ brokerAddrs }: BrokerData, code: number, header: ExtFields): Promise<RemotingCommand> {
    let failure: unknown;
    for (const [, address] of [...brokerAddrs].sort(([a], [b]) => a - b)) {
      try {
        return await this.#ask(address, code, header);
      } catch (error) {
        if (error instanceof MQBrokerError) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  /** Asks the current name server; one that can't be reached is left for the next, each once. */
  async #askNameServer(code: number, header?: ExtFields): Promise<RemotingCommand> {
    const failures: Error[] = [];
    while (failures.length < this.#nameServers.addresses.length) {
      const address = this.#nameServers.current;
      try {
        return await this.#ask(address, code, header);
      } catch (error) {
        if (error instanceof MQBrokerError) throw error;
        failures.push(error as Error);
        this.#nameServers.leave(address);
      }
    }
    const reasons = failures.map(({ message }) => message).join('; ');
    throw new AdminError('NO_ANSWER', `No name server answers: ${reasons}. Is one running there, and is the address right?`, failures.at(-1));
  }

  /** @throws MQBrokerError when the answer is not a success */
  async #ask(address: string, code: number, header?: ExtFields): Promise<RemotingCommand> {
    const request = new RemotingCommand(code, header === undefined ? undefined : new Map(header));
    const response = await this.#client.invoke(address, request, { timeoutMs: this.#timeoutMs });
    if (response.code !== ResponseCode.SUCCESS) throw new MQBrokerError(response.code, response.remark, address, responseCodeName(response.code));
    return response;
  }
}

function bodyOf(response: RemotingCommand): Buffer {
  return response.body ?? Buffer.alloc(0);
}

function notOnline(message: string): MQClientError {
  return new MQClientError('RMQ_NO_BROKER', message, { responseCode: ResponseCode.CONSUMER_NOT_ONLINE });
}

/** Replaces or adds one `broker:queues` entry. */
function mergeOrderConf(current: string, entry: string): string {
  const broker = entry.slice(0, entry.lastIndexOf(':'));
  const kept = current.split(';').filter((item) => item !== '' && item.slice(0, item.lastIndexOf(':')) !== broker);
  return [...kept, entry].join(';');
}
