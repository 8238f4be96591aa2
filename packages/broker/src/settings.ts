import type { HostAddress } from '@rocketmq-ts/remoting-protocol';
import type { StoreOptions } from '@rocketmq-ts/store';

import type { RegistrationSettings } from './name-server/registration.ts';
import type { RuntimeFacts } from './processors/admin/runtime.ts';

/**
 * What each subsystem is told at the start: small records, cut from the configuration once, in the composition root.
 * Only `LiveSettings` may change while the broker runs (request code 25, by allow-list).
 */

/** Who this broker is, to name servers, clients and in message ids. */
export interface BrokerIdentity {
  readonly clusterName: string;
  readonly brokerName: string;
  /** 0: master. */
  readonly brokerId: number;
  /** The address clients are told, and the store host of every record. */
  readonly brokerIP1: string;
  /** The address slaves are told. */
  readonly brokerIP2: string;
  readonly listenPort: number;
  readonly haListenPort: number;
  readonly regionId: string;
  /** `brokerIP1:listenPort` as numbers: what records and message ids hold. */
  readonly storeHost: HostAddress;
}

/** `ip:port`, as clients and name servers know this broker. */
export function brokerAddressOf(identity: BrokerIdentity): string {
  return `${identity.brokerIP1}:${identity.listenPort}`;
}

/** Settings that act at once when they are changed at run time. One object, read at each use. */
export interface LiveSettings {
  /** Bits of PermName: 2 write, 4 read. */
  brokerPermission: number;
  autoCreateTopicEnable: boolean;
  autoCreateSubscriptionGroup: boolean;
  /** Wall ms before which sends are refused. */
  startAcceptSendRequestTimeStamp: number;
  rejectTransactionMessage: boolean;
  slaveReadEnable: boolean;
  traceOn: boolean;
}

/** What is made at the first start, see topics/boot-topics.ts. */
export interface BootTopicSettings {
  readonly clusterName: string;
  readonly brokerName: string;
  readonly defaultTopicQueueNums: number;
  readonly autoCreateTopicEnable: boolean;
  readonly clusterTopicEnable: boolean;
  readonly brokerTopicEnable: boolean;
  readonly traceTopicEnable: boolean;
  readonly msgTraceTopicName: string;
}

export interface PollingSettings {
  /** Pulls that find nothing wait as long as the client asks; else for `shortPollingTimeMills`. */
  readonly longPollingEnable: boolean;
  readonly shortPollingTimeMills: number;
}

/** This broker among the brokers of its name. */
export interface ReplicaSettings {
  /** Where a SLAVE finds its master's log, whatever the name servers say; undefined: as they say. */
  readonly haMasterAddress: string | undefined;
  /** Start although a broker of this name and id, or one of this name in another cluster, is alive: a deliberate move. */
  readonly takeover: boolean;
}

/** Where metrics are offered, and what every one of them is labelled with besides cluster and node. */
export interface MetricsSettings {
  readonly host: string;
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Everything the composition root hands out. */
export interface BrokerSettings {
  readonly identity: BrokerIdentity;
  /** The values at the start; the broker keeps a copy of its own. */
  readonly live: LiveSettings;
  readonly bootTopics: BootTopicSettings;
  readonly polling: PollingSettings;
  readonly store: StoreOptions;
  readonly replica: ReplicaSettings;
  readonly registration: RegistrationSettings;
  readonly flushConsumerOffsetInterval: number;
  readonly defaultQueryMaxNum: number;
  readonly runtimeFacts: RuntimeFacts;
  /** All interfaces when absent. */
  readonly bindAddress: string | undefined;
  readonly serverChannelMaxIdleTimeSeconds: number;
  /** Every key with its value as text, for whoever asks what is in force. */
  readonly properties: ReadonlyMap<string, string>;
  /** The file that changes at run time are kept in; undefined: they last until the broker stops. */
  readonly configFile: string | undefined;
  /** Undefined: nothing is counted for metrics, and they cannot be asked for. */
  readonly metrics: MetricsSettings | undefined;
}
