import { type BrokerSettings, brokerSettingsOf, readBrokerConfig } from '@rocketmq-ts/broker';
import type { ConfigEntry } from '@rocketmq-ts/kernel';
import { type NamesrvOptions, namesrvOptionsOf, readNamesrvConfig } from '@rocketmq-ts/namesrv';
import type { Row } from './rows.ts';

export const BROKER_NAME = 'broker-a';
export const MASTER_PORT = 10911;
export const NAME_SERVER_PORT = 9876;
export const QUEUE_COUNT = 4;
export const LOG_FILE_BYTES = 64 * 1024;
/** Longest time from an append to the beginning of its datasync under ASYNC_FLUSH. */
export const FLUSH_INTERVAL_MS = 100;
export const OFFSET_FLUSH_MS = 2_000;

export interface BrokerPlace {
  readonly row: Row;
  readonly isMaster: boolean;
  readonly address: string;
  readonly port: number;
  readonly nameServers: readonly string[];
}

/** As an operator writes it into the file: small files and short times, so that a minute sees what a week would. */
export function brokerSettings({ row, isMaster, address, port, nameServers }: BrokerPlace, changes: Readonly<Record<string, string>>): BrokerSettings {
  const lines = {
    brokerClusterName: 'sim',
    brokerName: BROKER_NAME,
    brokerId: isMaster ? '0' : '1',
    brokerRole: isMaster ? row.master : 'SLAVE',
    flushDiskType: row.flush,
    brokerIP1: address,
    brokerIP2: address,
    listenPort: String(port),
    namesrvAddr: nameServers.join(';'),
    defaultTopicQueueNums: String(QUEUE_COUNT),
    slaveReadEnable: 'true',
    registerNameServerPeriod: '10000',
    registerBrokerTimeoutMills: '2000',
    flushConsumerOffsetInterval: String(OFFSET_FLUSH_MS),
    storePathRootDir: '/store',
    storePathCommitLog: '/store/commitlog',
    mappedFileSizeCommitLog: String(LOG_FILE_BYTES),
    mappedFileSizeConsumeQueue: '4000',
    maxMessageSize: '16384',
    maxHashSlotNum: '200',
    maxIndexNum: '800',
    flushIntervalCommitLog: String(FLUSH_INTERVAL_MS),
    flushCommitLogLeastPages: '0',
    syncFlushTimeout: '1000',
    haSendHeartbeatInterval: '1000',
    haHousekeepingInterval: '5000',
    haTransferBatchSize: '8192',
    haSlaveFallbehindMax: '131072',
    ...changes,
  };
  const facts = { hostName: isMaster ? 'master' : 'slave', localAddress: address, homeFolder: '/home', cpuCount: 2, memoryBytes: 1024 * 1024 };
  return brokerSettingsOf(readBrokerConfig({ facts, entries: entriesOf(lines), fileName: undefined }));
}

export function namesrvOptions(): NamesrvOptions {
  const entries = entriesOf({ listenPort: String(NAME_SERVER_PORT) });
  return namesrvOptionsOf(readNamesrvConfig({ facts: { homeFolder: '/home' }, entries, fileName: undefined }));
}

function entriesOf(lines: Readonly<Record<string, string>>): ConfigEntry[] {
  return Object.entries(lines).map(([key, value], index) => ({ key, value, line: index + 1 }));
}
