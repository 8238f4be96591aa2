import { configTexts } from '@rocketmq-ts/kernel';
import { parseHostAddress } from '@rocketmq-ts/remoting-protocol';
import type { StoreOptions } from '@rocketmq-ts/store';

import type { BrokerIdentity, BrokerSettings, LiveSettings, MetricsSettings } from '../settings.ts';
import type { BrokerConfig } from './broker-config.ts';
import { brokerKeyTables, diskRatioOf } from './broker-config.ts';
import { labelsOf } from './metrics-keys.ts';
import { isIpAddress, nameServersOf } from './value-checks.ts';

/** Java's system properties rocketmq.broker.diskSpaceWarningLevelRatio and …diskSpaceCleanForciblyRatio. */
const DISK_SPACE_WARNING_LEVEL_RATIO = 0.9;
const DISK_SPACE_CLEAN_FORCIBLY_RATIO = 0.85;
const QUEUE_UNIT_BYTES = 20;

/** The configuration as the broker is told it. */
export function brokerSettingsOf(config: BrokerConfig): BrokerSettings {
  return { ...brokerPartsOf(config), properties: brokerProperties(config) };
}

/** Cut into what each part of the broker is told; keys marked `acts` are those that are asked for here. */
export function brokerPartsOf(config: BrokerConfig): Omit<BrokerSettings, 'properties'> {
  const { broker, server, store } = config.values;
  return {
    identity: identityOf(config),
    live: liveSettingsOf(config),
    bootTopics: {
      clusterName: broker.brokerClusterName,
      brokerName: broker.brokerName,
      defaultTopicQueueNums: broker.defaultTopicQueueNums,
      autoCreateTopicEnable: broker.autoCreateTopicEnable,
      clusterTopicEnable: broker.clusterTopicEnable,
      brokerTopicEnable: broker.brokerTopicEnable,
      traceTopicEnable: broker.traceTopicEnable,
      msgTraceTopicName: broker.msgTraceTopicName,
    },
    polling: { longPollingEnable: broker.longPollingEnable, shortPollingTimeMills: broker.shortPollingTimeMills },
    store: storeOptionsOf(config),
    replica: { haMasterAddress: store.haMasterAddress, takeover: false },
    registration: {
      nameServers: broker.namesrvAddr === undefined ? [] : (nameServersOf(broker.namesrvAddr) ?? []),
      registerNameServerPeriod: broker.registerNameServerPeriod,
      registerBrokerTimeoutMills: broker.registerBrokerTimeoutMills,
      compressedRegister: broker.compressedRegister,
    },
    flushConsumerOffsetInterval: broker.flushConsumerOffsetInterval,
    defaultQueryMaxNum: store.defaultQueryMaxNum,
    runtimeFacts: {
      storePathRootDir: store.storePathRootDir,
      sendThreadPoolQueueCapacity: broker.sendThreadPoolQueueCapacity,
      pullThreadPoolQueueCapacity: broker.pullThreadPoolQueueCapacity,
      queryThreadPoolQueueCapacity: broker.queryThreadPoolQueueCapacity,
      endTransactionPoolQueueCapacity: broker.endTransactionPoolQueueCapacity,
    },
    bindAddress: undefined,
    serverChannelMaxIdleTimeSeconds: server.serverChannelMaxIdleTimeSeconds,
    configFile: config.fileName,
    metrics: metricsSettingsOf(config),
  };
}

/** Every key that has a value, as text: what GET_BROKER_CONFIG shows. Source: common/MixAll.java object2Properties (4.6.0) */
export function brokerProperties(config: BrokerConfig): ReadonlyMap<string, string> {
  const { addressServer: _system, ...tables } = brokerKeyTables(config.facts);
  const properties = new Map<string, string>();
  for (const { key, value, text } of configTexts(tables, config.values)) if (value !== undefined) properties.set(key, text);
  return properties;
}

/**
 * `key=value` lines as `mqbroker -p` and, for keys marked important, `-m` show them.
 * Source: common/MixAll.java printObjectProperties (4.6.0)
 */
export function brokerConfigText(config: BrokerConfig, which: 'all' | 'important'): string {
  const { addressServer: _system, ...tables } = brokerKeyTables(config.facts);
  let text = '';
  for (const { key, text: value, definition } of configTexts(tables, config.values)) {
    if (which === 'all' || definition.isImportant)
      text += `${key}=${value}
`;
  }
  return text;
}

function identityOf({ facts, values }: BrokerConfig): BrokerIdentity {
  const { broker, server, store } = values;
  const storeIp = isIpAddress(broker.brokerIP1) ? broker.brokerIP1 : facts.localAddress;
  return {
    clusterName: broker.brokerClusterName,
    brokerName: broker.brokerName,
    brokerId: broker.brokerId,
    brokerIP1: broker.brokerIP1,
    brokerIP2: broker.brokerIP2,
    listenPort: server.listenPort,
    haListenPort: store.haListenPort,
    regionId: broker.regionId,
    storeHost: parseHostAddress(`${storeIp}:${server.listenPort}`),
  };
}

function metricsSettingsOf({ values }: BrokerConfig): MetricsSettings | undefined {
  const { metricsExporterType, metricsPromExporterHost, metricsPromExporterPort: port, metricsLabel } = values.metrics;
  const host = metricsPromExporterHost === '' ? values.broker.brokerIP1 : metricsPromExporterHost;
  return metricsExporterType === 'DISABLE' ? undefined : { host, port, labels: labelsOf(metricsLabel) };
}

function liveSettingsOf({ values }: BrokerConfig): LiveSettings {
  const { broker } = values;
  return {
    brokerPermission: broker.brokerPermission,
    autoCreateTopicEnable: broker.autoCreateTopicEnable,
    autoCreateSubscriptionGroup: broker.autoCreateSubscriptionGroup,
    startAcceptSendRequestTimeStamp: broker.startAcceptSendRequestTimeStamp,
    rejectTransactionMessage: broker.rejectTransactionMessage,
    slaveReadEnable: broker.slaveReadEnable,
    traceOn: broker.traceOn,
  };
}

function storeOptionsOf({ facts, values }: BrokerConfig): StoreOptions {
  const { store } = values;
  return {
    storePathRootDir: store.storePathRootDir,
    storePathCommitLog: store.storePathCommitLog,
    flushDiskType: store.flushDiskType,
    brokerRole: store.brokerRole,
    mappedFileSizeCommitLog: store.mappedFileSizeCommitLog,
    mappedFileSizeConsumeQueue: Math.ceil(store.mappedFileSizeConsumeQueue / QUEUE_UNIT_BYTES) * QUEUE_UNIT_BYTES,
    maxMessageSize: store.maxMessageSize,
    syncFlushTimeout: store.syncFlushTimeout,
    haListenPort: store.haListenPort,
    haBindAddress: undefined,
    haSendHeartbeatInterval: store.haSendHeartbeatInterval,
    haHousekeepingInterval: store.haHousekeepingInterval,
    haTransferBatchSize: store.haTransferBatchSize,
    haSlaveFallbehindMax: store.haSlaveFallbehindMax,
    flushIntervalCommitLog: store.flushIntervalCommitLog,
    flushCommitLogLeastPages: store.flushCommitLogLeastPages,
    flushCommitLogThoroughInterval: store.flushCommitLogThoroughInterval,
    flushIntervalConsumeQueue: store.flushIntervalConsumeQueue,
    checkCRCOnRecover: store.checkCRCOnRecover,
    messageIndexEnable: store.messageIndexEnable,
    maxHashSlotNum: store.maxHashSlotNum,
    maxIndexNum: store.maxIndexNum,
    maxMsgsNumBatch: store.maxMsgsNumBatch,
    maxTransferBytesOnMessageInMemory: store.maxTransferBytesOnMessageInMemory,
    maxTransferCountOnMessageInMemory: store.maxTransferCountOnMessageInMemory,
    maxTransferBytesOnMessageInDisk: store.maxTransferBytesOnMessageInDisk,
    maxTransferCountOnMessageInDisk: store.maxTransferCountOnMessageInDisk,
    accessMessageInMemoryMaxRatio: store.accessMessageInMemoryMaxRatio,
    offsetCheckInSlave: store.offsetCheckInSlave,
    cleanResourceInterval: store.cleanResourceInterval,
    deleteCommitLogFilesInterval: store.deleteCommitLogFilesInterval,
    deleteWhen: store.deleteWhen,
    fileReservedTime: store.fileReservedTime,
    diskMaxUsedSpaceRatio: diskRatioOf(store.diskMaxUsedSpaceRatio),
    cleanFileForciblyEnable: store.cleanFileForciblyEnable,
    diskSpaceWarningLevelRatio: DISK_SPACE_WARNING_LEVEL_RATIO,
    diskSpaceCleanForciblyRatio: DISK_SPACE_CLEAN_FORCIBLY_RATIO,
    physicalMemoryBytes: facts.memoryBytes,
  };
}
