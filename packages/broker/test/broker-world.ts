import type { Env } from '@rocketmq-ts/kernel';
import { createSimulation, type SimHost, type Simulation } from '@rocketmq-ts/kernel/sim';
import { type Dispatcher, createRemotingClient, type RemotingClient } from '@rocketmq-ts/remoting';
import { decodeRecords, LanguageCode, RemotingCommand, RequestCode } from '@rocketmq-ts/remoting-protocol';
import type { StoreOptions } from '@rocketmq-ts/store';

import { type Broker, type BrokerSettings, createBroker } from '../src/index.ts';

export const PORT = 10911;

const MIB = 1024 * 1024;

export const STORE: StoreOptions = {
  storePathRootDir: '/store',
  storePathCommitLog: '/store/commitlog',
  flushDiskType: 'ASYNC_FLUSH',
  brokerRole: 'ASYNC_MASTER',
  mappedFileSizeCommitLog: 8 * MIB,
  mappedFileSizeConsumeQueue: 20_000,
  maxMessageSize: 4 * MIB,
  syncFlushTimeout: 5000,
  haListenPort: 10912,
  haBindAddress: undefined,
  haSendHeartbeatInterval: 5000,
  haHousekeepingInterval: 20_000,
  haTransferBatchSize: 32_768,
  haSlaveFallbehindMax: 268_435_456,
  flushIntervalCommitLog: 500,
  flushCommitLogLeastPages: 4,
  flushCommitLogThoroughInterval: 10_000,
  flushIntervalConsumeQueue: 1000,
  checkCRCOnRecover: true,
  messageIndexEnable: true,
  maxHashSlotNum: 500,
  maxIndexNum: 2000,
  maxMsgsNumBatch: 64,
  maxTransferBytesOnMessageInMemory: 262_144,
  maxTransferCountOnMessageInMemory: 32,
  maxTransferBytesOnMessageInDisk: 65_536,
  maxTransferCountOnMessageInDisk: 8,
  accessMessageInMemoryMaxRatio: 40,
  offsetCheckInSlave: false,
  cleanResourceInterval: 10_000,
  deleteCommitLogFilesInterval: 100,
  deleteWhen: '04',
  fileReservedTime: 72,
  diskMaxUsedSpaceRatio: 75,
  cleanFileForciblyEnable: true,
  diskSpaceWarningLevelRatio: 0.9,
  diskSpaceCleanForciblyRatio: 0.85,
  physicalMemoryBytes: 1024 * MIB,
};

export function settingsFor(ip: string, changes: Partial<BrokerSettings> = {}): BrokerSettings {
  return {
    identity: {
      clusterName: 'DefaultCluster',
      brokerName: 'broker-a',
      brokerId: 0,
      brokerIP1: ip,
      brokerIP2: ip,
      listenPort: PORT,
      haListenPort: PORT + 1,
      regionId: 'DefaultRegion',
      storeHost: { ip, port: PORT },
    },
    live: {
      brokerPermission: 6,
      autoCreateTopicEnable: true,
      autoCreateSubscriptionGroup: true,
      startAcceptSendRequestTimeStamp: 0,
      rejectTransactionMessage: false,
      slaveReadEnable: false,
      traceOn: true,
    },
    bootTopics: {
      clusterName: 'DefaultCluster',
      brokerName: 'broker-a',
      defaultTopicQueueNums: 8,
      autoCreateTopicEnable: true,
      clusterTopicEnable: true,
      brokerTopicEnable: true,
      traceTopicEnable: false,
      msgTraceTopicName: 'RMQ_SYS_TRACE_TOPIC',
    },
    polling: { longPollingEnable: true, shortPollingTimeMills: 1000 },
    store: STORE,
    replica: { haMasterAddress: undefined, takeover: false },
    registration: { nameServers: [], registerNameServerPeriod: 30_000, registerBrokerTimeoutMills: 6000, compressedRegister: false },
    flushConsumerOffsetInterval: 5000,
    defaultQueryMaxNum: 32,
    runtimeFacts: {
      storePathRootDir: '/store',
      sendThreadPoolQueueCapacity: 10_000,
      pullThreadPoolQueueCapacity: 100_000,
      queryThreadPoolQueueCapacity: 20_000,
      endTransactionPoolQueueCapacity: 100_000,
    },
    bindAddress: undefined,
    serverChannelMaxIdleTimeSeconds: 120,
    properties: new Map([
      ['brokerName', 'broker-a'],
      ['brokerPermission', '6'],
      ['storePathRootDir', '/store'],
    ]),
    configFile: undefined,
    metrics: undefined,
    ...changes,
  };
}

/** A whole broker on a simulated machine, and clients on another. */
export class BrokerWorld {
  readonly sim: Simulation;
  readonly settings: BrokerSettings;
  broker: Broker | undefined;
  readonly #hostName: string;
  #client: RemotingClient | undefined;

  /** @param seed or the simulation that it shares with others */
  constructor(seed: number | Simulation = 1, changes: Partial<BrokerSettings> = {}, hostName = 'broker') {
    this.sim = typeof seed === 'number' ? createSimulation(seed) : seed;
    this.#hostName = hostName;
    this.settings = settingsFor(this.host.address, changes);
  }

  get host(): SimHost {
    return this.sim.host(this.#hostName);
  }

  get address(): string {
    return `${this.host.address}:${PORT}`;
  }

  get clientEnv(): Env {
    return this.sim.host('client').env;
  }

  async start(): Promise<this> {
    this.broker = await this.sim.run(createBroker(this.host.env, this.settings));
    await this.sim.run(this.broker.start());
    return this;
  }

  /** Ends the process without a word. */
  kill(): void {
    this.host.kill();
    this.broker = undefined;
    this.#client = undefined;
  }

  async stop(): Promise<void> {
    if (this.broker !== undefined) await this.sim.run(this.broker.stop());
    this.broker = undefined;
  }

  /** Ends the process without a word and starts it again. */
  async killAndRestart(): Promise<void> {
    this.kill();
    await this.#startAgain();
  }

  /** The machine loses its power and comes back. */
  async crashAndRestart(): Promise<void> {
    this.host.crash();
    await this.#startAgain();
  }

  client(dispatcher?: Dispatcher): RemotingClient {
    return createRemotingClient({ env: this.clientEnv, language: LanguageCode.JAVA, dispatcher });
  }

  async #startAgain(): Promise<void> {
    this.#client = undefined;
    await this.start();
  }

  /** Sends a request over the client all calls share, and waits for its answer in simulated time. */
  async ask(code: number, fields: Record<string, string | number | boolean> = {}, body?: string | Buffer): Promise<RemotingCommand> {
    this.#client ??= this.client();
    return this.sim.run(this.#client.invoke(this.address, request(code, fields, body), { timeoutMs: 60_000 }), 120_000);
  }

  async send(topic: string, text: string, options: { queueId?: number; tags?: string; properties?: string; code?: number } = {}): Promise<RemotingCommand> {
    const { queueId = 0, tags, properties = '', code = RequestCode.SEND_MESSAGE_V2 } = options;
    const all = tags === undefined ? properties : `${properties}TAGS\u0001${tags}\u0002`;
    return this.ask(code, { a: 'p', b: topic, c: 'TBW102', d: 4, e: queueId, f: 0, g: 1000, h: 0, i: all, j: 0, k: false, m: false }, text);
  }

  async pull(group: string, topic: string, queueOffset: number, options: { queueId?: number; subscription?: string; suspendMs?: number; sysFlag?: number } = {}): Promise<RemotingCommand> {
    const { queueId = 0, subscription = '*', suspendMs = 0, sysFlag = 4 } = options;
    return this.ask(RequestCode.PULL_MESSAGE, {
      consumerGroup: group,
      topic,
      queueId,
      queueOffset,
      maxMsgNums: 32,
      sysFlag: sysFlag | (suspendMs > 0 ? 2 : 0),
      commitOffset: 0,
      suspendTimeoutMillis: suspendMs,
      subscription,
      subVersion: 0,
      expressionType: 'TAG',
    });
  }

  async pullTexts(group: string, topic: string, queueOffset = 0, subscription = '*'): Promise<string[]> {
    const answer = await this.pull(group, topic, queueOffset, { subscription });
    return decodeRecords(answer.body ?? Buffer.alloc(0)).map((message) => message.body.toString());
  }
}

export function request(code: number, fields: Record<string, string | number | boolean> = {}, body?: string | Buffer): RemotingCommand {
  const extFields = new Map(Object.entries(fields).map(([key, value]) => [key, String(value)]));
  return new RemotingCommand(code, extFields, body === undefined ? undefined : Buffer.from(body));
}
