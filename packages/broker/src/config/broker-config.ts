import type { ConfigEntry, ConfigReading } from '@rocketmq-ts/kernel';
import { ConfigError, readConfig, readingNotes } from '@rocketmq-ts/kernel';

import { brokerKeys } from './broker-keys.ts';
import type { HostFacts } from './host-facts.ts';
import { messageStoreKeys } from './message-store-keys.ts';
import { metricsKeys } from './metrics-keys.ts';
import { addressServerKeys, nettyClientKeys, nettyServerKeys } from './netty-keys.ts';
import { replicaNotes, replicaProblems } from './replica-rules.ts';
import { NAME_SERVERS, isIpAddress, isNameServerList } from './value-checks.ts';

/** All tables a broker's file may use, in the order in which Java prints them. */
export function brokerKeyTables(facts: HostFacts) {
  return {
    broker: brokerKeys(facts),
    server: nettyServerKeys(),
    client: nettyClientKeys(facts),
    store: messageStoreKeys(facts),
    metrics: metricsKeys(),
    addressServer: addressServerKeys(),
  };
}

export type BrokerKeyTables = ReturnType<typeof brokerKeyTables>;
export type BrokerValues = ConfigReading<BrokerKeyTables>['values'];

export interface BrokerConfigSources {
  readonly facts: HostFacts;
  /** The entries of the file, in order; none when there is no file. */
  readonly entries: readonly ConfigEntry[];
  /** Its name as the operator wrote it; undefined: no file was given. */
  readonly fileName: string | undefined;
  /** Environment variable ROCKETMQ_HOME. The file comes first. */
  readonly rocketmqHome?: string | undefined;
  /** Environment variable NAMESRV_ADDR. The file comes first. */
  readonly namesrvAddr?: string | undefined;
  /** Option -n. Comes before the file. */
  readonly namesrvAddrOption?: string | undefined;
}

export interface BrokerConfig {
  readonly facts: HostFacts;
  readonly fileName: string | undefined;
  /** By Java class, as they are in force. */
  readonly values: BrokerValues;
  /** What the operator should know, one sentence each; to be logged once. */
  readonly notes: readonly string[];
}

/**
 * Reads a broker's configuration and holds it against itself.
 * Source: broker/BrokerStartup.java createBrokerController (4.6.0)
 * @throws ConfigError naming file and line; the start ends there
 */
export function readBrokerConfig(sources: BrokerConfigSources): BrokerConfig {
  const { facts, fileName } = sources;
  const reading = readConfig(brokerKeyTables(facts), sources.entries, fileName ?? 'configuration');
  const { broker, store } = reading.values;
  const problems = replicaProblems(reading);
  if (problems.length > 0) throw new ConfigError(reading.fileName, problems);
  const values: BrokerValues = {
    ...reading.values,
    broker: {
      ...broker,
      rocketmqHome: broker.rocketmqHome ?? sources.rocketmqHome,
      namesrvAddr: nameServerAddresses(sources, broker.namesrvAddr),
    },
    store: { ...store, haListenPort: reading.values.server.listenPort + 1 },
  };
  return { facts, fileName, values, notes: [...readingNotes(reading), ...valueNotes(reading, values, facts)] };
}

function nameServerAddresses(sources: BrokerConfigSources, fromFile: string | undefined): string | undefined {
  for (const [origin, given] of [
    ['-n', sources.namesrvAddrOption],
    ['file', fromFile],
    ['NAMESRV_ADDR', sources.namesrvAddr],
  ] as const) {
    const text = given?.trim();
    if (text === undefined || text === '') continue;
    if (isNameServerList(text)) return text;
    throw new ConfigError(origin, [
      { line: undefined, key: 'namesrvAddr', text: `'${text}' is not a list of name servers; allowed: ${NAME_SERVERS}` },
    ]);
  }
  return undefined;
}

/** Values that do something else than they seem to say. */
function valueNotes(reading: ConfigReading<BrokerKeyTables>, inForce: BrokerValues, facts: HostFacts): string[] {
  const { broker, server, store } = reading.values;
  const notes: string[] = [];
  const note = (key: string, text: string): void => {
    const line = reading.lineOfKey.get(key);
    notes.push(`${reading.fileName}${line === undefined ? '' : `:${line}`}: ${text}`);
  };
  for (const { key, text } of replicaNotes(inForce)) note(key, text);
  if (reading.lineOfKey.has('haListenPort') && store.haListenPort !== server.listenPort + 1) {
    note('haListenPort', `haListenPort is always listenPort + 1, here ${server.listenPort + 1}`);
  }
  if (!isIpAddress(broker.brokerIP1))
    note('brokerIP1', `message ids hold ${facts.localAddress}, because brokerIP1=${broker.brokerIP1} is not an IP address`);
  if (!isInside(store.storePathCommitLog, store.storePathRootDir)) {
    note(
      'storePathRootDir',
      `the commit log stays at storePathCommitLog=${store.storePathCommitLog}, outside storePathRootDir=${store.storePathRootDir}`,
    );
  }
  const ratio = diskRatioOf(store.diskMaxUsedSpaceRatio);
  if (ratio !== store.diskMaxUsedSpaceRatio)
    note('diskMaxUsedSpaceRatio', `diskMaxUsedSpaceRatio=${store.diskMaxUsedSpaceRatio} is taken as ${ratio}`);
  if (broker.registerNameServerPeriod < 10_000 || broker.registerNameServerPeriod > 60_000) {
    note('registerNameServerPeriod', 'registerNameServerPeriod is kept between 10000 and 60000');
  }
  if (store.maxMessageSize > store.mappedFileSizeCommitLog) {
    note(
      'maxMessageSize',
      `a message of maxMessageSize=${store.maxMessageSize} bytes does not fit into a file of mappedFileSizeCommitLog=${store.mappedFileSizeCommitLog}`,
    );
  }
  return notes;
}

/** Percent, kept where Java's getter keeps it. Source: store/config/MessageStoreConfig.java:301 (4.6.0) */
export function diskRatioOf(percent: number): number {
  return Math.min(95, Math.max(10, percent));
}

function isInside(path: string, folder: string): boolean {
  const plain = (text: string): string => text.replaceAll('\\', '/').replace(/\/+/g, '/').replace(/\/$/, '');
  return `${plain(path)}/`.startsWith(`${plain(folder)}/`);
}
