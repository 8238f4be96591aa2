/**
 * A name server and brokers on simulated hosts, for talks between a client under test and the other side.
 * Routes are what the test says; nothing registers by itself.
 */
import type { Env } from '@rocketmq-ts/kernel';
import { createRemotingServer, Dispatcher, type RemotingServer } from '@rocketmq-ts/remoting';
import {
  createResponse,
  encodeClusterInfo,
  encodeTopicRouteData,
  GetRouteInfoRequestHeader,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
  type TopicRouteData,
} from '@rocketmq-ts/remoting-protocol';
import { FakeBroker } from './fake-broker.ts';

/** The part of a simulation that is needed here. */
export interface SimWorld {
  host(name: string): { readonly env: Env; readonly address: string; kill(): void };
}

export interface FakeTopic {
  readonly brokers: readonly string[];
  readonly queues: number;
  /** PermName bits; 6 (read and write) unless given. */
  readonly perm?: number;
}

const NAMESRV_PORT = 9876;
const BROKER_PORT = 10911;

export class FakeCluster {
  readonly topics = new Map<string, FakeTopic>();
  readonly brokers = new Map<string, FakeBroker>();
  /** Broker name to the fake broker that is its slave, with id 1, in every route. */
  readonly slaves = new Map<string, string>();
  /** Broker names of whose master the name server has not heard, or no more. */
  readonly mastersAway = new Set<string>();
  /** Topics asked for, in order. */
  readonly routeRequests: string[] = [];
  /** The name server answers for unknown topics as ours does while no broker has registered with it; Java's never does. */
  isWarmingUp = false;
  readonly #world: SimWorld;
  #namesrv: RemotingServer | undefined;

  constructor(world: SimWorld) {
    this.#world = world;
  }

  get namesrvAddr(): string {
    return `${this.#world.host('namesrv').address}:${NAMESRV_PORT}`;
  }

  broker(name: string): FakeBroker {
    const known = this.brokers.get(name);
    if (known === undefined) throw new Error(`no broker ${name}`);
    return known;
  }

  /** Makes `slaveName`, a broker started before, the slave of `brokerName`. */
  replicate(brokerName: string, slaveName: string): FakeBroker {
    const slave = this.broker(slaveName);
    slave.isSlave = true;
    this.slaves.set(brokerName, slaveName);
    return slave;
  }

  /** `kill -9` of a master: the system closes its sockets, and the name server sees that, too. */
  killMaster(brokerName: string): void {
    this.#world.host(brokerName).kill();
    this.broker(brokerName).died();
    this.mastersAway.add(brokerName);
  }

  /** With the messages and offsets it had. */
  async restartMaster(brokerName: string): Promise<void> {
    await this.broker(brokerName).start();
    this.mastersAway.delete(brokerName);
  }

  async start(brokerNames: readonly string[], topics: Readonly<Record<string, FakeTopic>>): Promise<void> {
    for (const [topic, config] of Object.entries(topics)) this.topics.set(topic, config);
    for (const name of brokerNames) {
      const host = this.#world.host(name);
      const broker = new FakeBroker(name, { ip: host.address, port: BROKER_PORT }, () => this.#world.host(name).env);
      this.brokers.set(name, broker);
      await broker.start();
    }
    await this.startNamesrv();
  }

  async startNamesrv(): Promise<void> {
    const dispatcher = new Dispatcher();
    dispatcher.register([RequestCode.GET_ROUTEINTO_BY_TOPIC], (request) => this.#route(request));
    dispatcher.register([RequestCode.GET_BROKER_CLUSTER_INFO], (request) => this.#clusterInfo(request));
    this.#namesrv = createRemotingServer({ env: this.#world.host('namesrv').env, port: NAMESRV_PORT, dispatcher });
    await this.#namesrv.start();
  }

  async stopNamesrv(): Promise<void> {
    await this.#namesrv?.stop();
  }

  async stop(): Promise<void> {
    await Promise.all([this.stopNamesrv(), ...[...this.brokers.values()].map((broker) => broker.stop())]);
  }

  #route(request: RemotingCommand): RemotingCommand {
    const { topic } = GetRouteInfoRequestHeader.decode(request.extFields);
    this.routeRequests.push(topic);
    const config = this.topics.get(topic);
    if (config === undefined && this.isWarmingUp) return createResponse(request, ResponseCode.SYSTEM_ERROR, 'The name server has just started');
    if (config === undefined) return createResponse(request, ResponseCode.TOPIC_NOT_EXIST, `No topic route info in name server for the topic: ${topic}`);
    const route: TopicRouteData = {
      orderTopicConf: undefined,
      queueDatas: config.brokers.map((brokerName) => ({ brokerName, readQueueNums: config.queues, writeQueueNums: config.queues, perm: config.perm ?? 6, topicSynFlag: 0 })),
      brokerDatas: config.brokers.map((brokerName) => this.#brokerData(brokerName)),
      filterServerTable: new Map(),
    };
    return withBody(request, encodeTopicRouteData(route));
  }

  #clusterInfo(request: RemotingCommand): RemotingCommand {
    const names = [...this.brokers.keys()];
    const brokerAddrTable = new Map(names.map((name) => [name, this.#brokerData(name)]));
    return withBody(request, encodeClusterInfo({ brokerAddrTable, clusterAddrTable: new Map([['DefaultCluster', names]]) }));
  }

  #brokerData(brokerName: string): TopicRouteData['brokerDatas'][number] {
    const slave = this.slaves.get(brokerName);
    const brokerAddrs = new Map<number, string>();
    if (!this.mastersAway.has(brokerName)) brokerAddrs.set(0, this.broker(brokerName).address);
    if (slave !== undefined) brokerAddrs.set(1, this.broker(slave).address);
    return { cluster: 'DefaultCluster', brokerName, brokerAddrs };
  }
}

function withBody(request: RemotingCommand, body: Buffer): RemotingCommand {
  const response = createResponse(request, ResponseCode.SUCCESS);
  response.body = body;
  return response;
}
