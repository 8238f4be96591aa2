/**
 * The broker put together: store, tables, registry, processors, listeners, registration. The only file that sees
 * everything; each part gets its ports and its own settings.
 */
import { assert, type Env, type Timer } from '@rocketmq-ts/kernel';
import { createResponse, LanguageCode, offsetMsgIdPrefix, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { type Connection, createRemotingClient, createRemotingServer, Dispatcher, type RemotingClient, type RemotingServer, type RequestHandler } from '@rocketmq-ts/remoting';
import type { MessageAppender, MessageStore, ReplicationStatus } from '@rocketmq-ts/store';

import { BROKER_LIMITS } from './limits.ts';
import { LiveConfig } from './live-config.ts';
import { LongPolling } from './long-polling/long-polling.ts';
import { BrokerMetrics } from './metrics/broker-metrics.ts';
import { healthOf, readinessOf, type Verdict } from './metrics/health.ts';
import { createMasterEnd } from './metrics/master-end.ts';
import { Registration } from './name-server/registration.ts';
import { ConsumerOffsets } from './offsets/consumer-offsets.ts';
import { raiseOffsets } from './offsets/offsets-of-slaves.ts';
import { type OpenedStore, openRefusing } from './open-refusing.ts';
import { BrokerTables } from './persist/broker-tables.ts';
import { ConfigFile } from './persist/config-file.ts';
import { configHandlers } from './processors/admin/config.ts';
import { groupAdminHandlers } from './processors/admin/groups.ts';
import { offsetAdminHandlers } from './processors/admin/offsets.ts';
import { progressHandlers } from './processors/admin/progress.ts';
import { relayHandlers } from './processors/admin/relay.ts';
import { resetHandlers } from './processors/admin/reset-offset.ts';
import { runtimeHandlers } from './processors/admin/runtime.ts';
import { slaveRefusals } from './processors/admin/slave-refusals.ts';
import { topicAdminHandlers } from './processors/admin/topics.ts';
import { CLIENT_MANAGE_CODES, createClientManage } from './processors/client-manage.ts';
import { CONSUMER_MANAGE_CODES, createConsumerManage } from './processors/consumer-manage.ts';
import { createOffsetMovedReporter } from './processors/pull/offset-moved.ts';
import { createPullMessage, PULL_CODES } from './processors/pull/pull-message.ts';
import { createQueryMessage, QUERY_CODES } from './processors/query-message.ts';
import { createRawSend } from './processors/send/send-raw.ts';
import { createSendMessage, SEND_CODES } from './processors/send/send-message.ts';
import { Consumers } from './registry/consumers.ts';
import { startHousekeeping } from './registry/housekeeping.ts';
import { MemberNotifier } from './registry/notify-members.ts';
import { Producers } from './registry/producers.ts';
import { brokerAddressOf, type BrokerSettings, type LiveSettings } from './settings.ts';
import { NewTopicWatch } from './slave/new-topic-watch.ts';
import { createSlaveSide, type SlaveSide } from './slave/slave-side.ts';
import { startVip } from './vip-port.ts';
import { type BrokerStats, createBrokerStats, startSampling } from './stats/broker-stats.ts';
import { startReplicaReport } from './stats/replica-report.ts';

export interface Broker {
  /** `ip:port`, as registered. */
  readonly address: string;
  /** Name servers that do not answer; it goes on trying. */
  readonly unreachableNameServers: readonly string[];
  /** What name servers said that do not take this broker, a sentence each; it goes on trying. */
  readonly registrationRefusals: readonly string[];
  /** Of a SLAVE: `host:port` of the HA port it follows; undefined while no name server knows its master. */
  readonly followedAddress: string | undefined;
  readonly replication: ReplicationStatus;
  /** Whether this process is of use; if not, it should be started anew. */
  readonly health: Verdict;
  /** Whether it does its work now. */
  readonly readiness: Verdict;
  /**
   * All metrics in Prometheus' text format; one call at a time. Not when `settings.metrics` is undefined.
   */
  metricsText(): Promise<string>;
  /** Resolves when clients can send and every name server has been asked. @throws RmqError, NetError of the port for slaves, DiskError */
  start(): Promise<void>;
  /** Answers what is under way, unregisters, writes everything. Idempotent. */
  stop(): Promise<void>;
}

export interface BrokerOptions {
  /** Metrics of the process beside those of the broker: one broker of a process may have them. */
  readonly withProcessMetrics?: boolean;
}

/**
 * Opens the store and everything above it; nothing listens yet.
 *
 * @throws BrokerNameTakenError, BrokerNameInOtherClusterError, StoreError, DiskError
 */
export async function createBroker(env: Env, settings: BrokerSettings, options: BrokerOptions = {}): Promise<Broker> {
  const { identity } = settings;
  const live: LiveSettings = { ...settings.live };
  const stats = createBrokerStats(env, settings.metrics !== undefined);
  const polling = new LongPolling(env, settings.polling, BROKER_LIMITS);
  const client = createRemotingClient({ env, language: LanguageCode.JAVA });
  const arrivals = settings.store.brokerRole === 'SLAVE' ? new NewTopicWatch(polling) : undefined;
  const { store, slaveOffsets } = await openRefusing(env, settings, client, arrivals ?? polling);
  const tables = new BrokerTables(env, { folder: `${settings.store.storePathRootDir}/config`, ...settings }, () => void registration.registerSoon());
  raiseToSlaves(env, store, tables, slaveOffsets);
  const { registration, slave } = joinGroup({ env, settings, live, client, store, tables, arrivals });

  const notifier = new MemberNotifier(env.turn);
  const producers = new Producers();
  const consumers = new Consumers((group, members) => notifier.groupChanged(group, members));
  const configFile = settings.configFile === undefined ? undefined : new ConfigFile(env, settings.configFile);
  const config = new LiveConfig({
    live,
    properties: settings.properties,
    wallMs: () => env.clock.wallMs(),
    onChange: (changes) => {
      configFile?.keep(changes);
      if (changes.has('brokerPermission')) tables.topics.touch(env.clock.wallMs());
    },
  });

  const pullOffsets = settings.metrics === undefined ? undefined : new ConsumerOffsets();
  const dispatcher = new Dispatcher({ log: env.log });
  registerProcessors(dispatcher, { env, settings, live, store, tables, stats, polling, producers, consumers, config, slave, pullOffsets });

  const onClose = (connection: Connection): void => {
    producers.removeConnection(connection);
    consumers.removeConnection(connection);
    polling.connectionClosed(connection);
  };
  const limits = { idleMs: settings.serverChannelMaxIdleTimeSeconds * 1000 };
  const listenOn = (port: number): RemotingServer => createRemotingServer({ env, host: settings.bindAddress, port, dispatcher, limits, onClose });
  const servers: RemotingServer[] = [];
  const timers: Timer[] = [];
  let state: 'new' | 'running' | 'stopped' = 'new';
  const healthParts = { settings, live, store, isRegistered: () => registration.isRegistered, state: () => state };
  const connectionCount = (): number => servers.reduce((count, server) => count + server.connections.size, 0);
  const metrics =
    pullOffsets === undefined
      ? undefined
      : await BrokerMetrics.create(
          {
            ...{ env, settings, live, store, stats, producers, consumers, pullOffsets, connectionCount },
            ...{ topics: tables.topics, groups: tables.groups, offsets: tables.offsets, queues: store.queues, heldPulls: () => polling.heldCount },
            masterEnd: createMasterEnd(env, client, () => slave?.masterAddr),
          },
          options.withProcessMetrics === true,
        );

  return {
    address: brokerAddressOf(identity),

    get unreachableNameServers() {
      return registration.unreachable;
    },

    get registrationRefusals() {
      return registration.refusals;
    },

    get followedAddress() {
      return slave?.haMasterAddress;
    },

    get replication() {
      return store.replication.status;
    },

    get health() {
      return healthOf(healthParts);
    },

    get readiness() {
      return readinessOf(healthParts);
    },

    metricsText() {
      assert(metrics !== undefined, 'metrics are on');
      return metrics.text();
    },

    async start() {
      assert(state === 'new', 'a broker is started once');
      const server = listenOn(identity.listenPort);
      await server.start();
      servers.push(server);
      const vip = await startVip(env, identity.listenPort, listenOn);
      if (vip !== undefined) servers.push(vip);
      await store.replication.start();
      env.log.info('Replicas are served.', { brokerRole: settings.store.brokerRole, port: identity.haListenPort });
      state = 'running';
      polling.start(store.queues);
      tables.start();
      timers.push(startHousekeeping(env, producers, consumers), startSampling(env, stats, { store: store.admin.stats, isTopic: (topic) => tables.topics.has(topic) }));
      timers.push(startReplicaReport({ env, replication: store.replication, brokerRole: settings.store.brokerRole }));
      slave?.start();
      await registration.start();
    },

    async stop() {
      if (state === 'stopped') return;
      const wasRunning = state === 'running';
      state = 'stopped';
      for (const timer of timers) timer.cancel();
      // Not before it has been registered: it might be another one's registration.
      if (wasRunning) await registration.stop();
      await slave?.stop();
      polling.stop();
      // While replicas are still served: senders of a SYNC_MASTER wait for them.
      await answersGiven(store.appender, store.admin.maxPhysicalOffset);
      await store.replication.stop();
      await Promise.all(servers.map((server) => server.stop()));
      await tables.stop();
      await configFile?.settled();
      await store.stop();
      await client.stop();
    },
  };
}

/** Before a master serves: consumers that read from its slaves meanwhile go on where they are. */
function raiseToSlaves(env: Env, store: MessageStore, tables: BrokerTables, slaveOffsets: OpenedStore['slaveOffsets']): void {
  const maxQueueOffset = (topic: string, queueId: number): number => store.queues.maxQueueOffset(topic, queueId);
  for (const theirs of slaveOffsets) {
    const count = raiseOffsets({ topics: tables.topics, offsets: tables.offsets, maxQueueOffset }, theirs);
    env.log.info('The consumer offsets of a slave are taken over.', { raised: count });
  }
}

interface GroupParts {
  readonly env: Env;
  readonly settings: BrokerSettings;
  readonly live: LiveSettings;
  readonly client: RemotingClient;
  readonly store: MessageStore;
  readonly tables: BrokerTables;
  /** Of a slave. */
  readonly arrivals: NewTopicWatch | undefined;
}

/** How this broker becomes known to the name servers, and, as a slave, gets to know its master from them. */
function joinGroup(parts: GroupParts): { readonly registration: Registration; readonly slave: SlaveSide | undefined } {
  const { env, settings, live, client, store, tables, arrivals } = parts;
  const { identity, replica } = settings;
  const onUnreachable = (): void => registration.masterLost();
  const side = { env, client, store, tables, ownAddress: brokerAddressOf(identity), haMasterAddress: replica.haMasterAddress, onUnreachable };
  const slave = arrivals === undefined ? undefined : createSlaveSide({ ...side, arrivals });
  const registration = new Registration({ env, client, identity, live, topics: tables.topics, settings: settings.registration, onMaster: slave?.masterIs });
  client.onDisconnect((address) => {
    registration.lost(address);
    if (address === slave?.masterAddr) registration.masterLost();
  });
  return { registration, slave };
}

interface Wiring {
  readonly env: Env;
  readonly settings: BrokerSettings;
  readonly live: LiveSettings;
  readonly store: MessageStore;
  readonly tables: BrokerTables;
  readonly stats: BrokerStats;
  readonly polling: LongPolling;
  readonly producers: Producers;
  readonly consumers: Consumers;
  readonly config: LiveConfig;
  readonly slave: SlaveSide | undefined;
  readonly pullOffsets: ConsumerOffsets | undefined;
}

function registerProcessors(dispatcher: Dispatcher, wiring: Wiring): void {
  const { env, settings, live, store, tables, stats, polling, producers, consumers, config, slave, pullOffsets } = wiring;
  const { clusterName, brokerName, brokerIP1, regionId, storeHost } = settings.identity;
  const { topics, groups, offsets, delayOffsets, savedTopics: saved, systemTopics } = tables;
  const isSlave = slave !== undefined;
  const { queues, finder, appender, admin } = store;

  const facts = { clusterName, brokerName, isSlave, brokerIP1, regionId, storeHost, msgIdPrefix: offsetMsgIdPrefix(storeHost) };
  const sendPorts = { env, live, facts, topics, groups, appender, unsaved: saved, diskUse: admin, putTimes: stats.putTimes, traffic: stats.topicTraffic };
  dispatcher.register(SEND_CODES, createSendMessage(sendPorts));
  dispatcher.registerRaw([RequestCode.SEND_MESSAGE_V2], createRawSend(sendPorts));
  dispatcher.register(
    PULL_CODES,
    createPullMessage({
      env,
      live,
      facts: { brokerIP1, polling: settings.polling, isSlave, correctsOffsets: !isSlave || settings.store.offsetCheckInSlave },
      topics,
      groups,
      consumers,
      offsets,
      queues,
      holder: polling,
      counters: stats.groupRates,
      pullOffsets,
      moved: createOffsetMovedReporter(env, appender, { brokerName, storeHost }),
    }),
  );
  dispatcher.register(QUERY_CODES, createQueryMessage({ finder, defaultQueryMaxNum: settings.defaultQueryMaxNum }));
  dispatcher.register(CLIENT_MANAGE_CODES, createClientManage({ env, live, topics, groups, producers, consumers }));
  dispatcher.register(CONSUMER_MANAGE_CODES, createConsumerManage({ env, topics, consumers, offsets, queues }));

  const adminTables: ReadonlyMap<number, RequestHandler>[] = [
    topicAdminHandlers({ env, clusterName, brokerName, topics, saved, systemTopics, consumers, offsets, queues, admin }),
    groupAdminHandlers({ env, groups, producers, consumers }),
    offsetAdminHandlers({ offsets, delayOffsets, queues }),
    progressHandlers({ env, brokerName, brokerAddress: brokerAddressOf(settings.identity), topics, groups, consumers, offsets, queues, rates: stats.groupRates }),
    runtimeHandlers({ env, live, facts: settings.runtimeFacts, admin, stats }),
    configHandlers(env.log, config),
    relayHandlers({ brokerName, consumers, finder }),
    resetHandlers({ env, brokerName, topics, consumers, offsets, queues }),
    ...(slave === undefined ? [] : [slaveRefusals(() => slave.masterAddr)]),
  ];
  for (const handlers of adminTables) for (const [code, handler] of handlers) dispatcher.register([code], handler);
  dispatcher.setDefault((request) => createResponse(request, ResponseCode.REQUEST_CODE_NOT_SUPPORTED, ` request type ${request.code} not supported`));
}

/** Resolves when every message stored so far is as durable as its sender wanted it, and answered. */
function answersGiven(appender: MessageAppender, endOffset: number): Promise<void> {
  return new Promise((resolve) => appender.whenDurable(endOffset, true, { settle: () => resolve() }));
}
