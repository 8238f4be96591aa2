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
  longPollingEnable: boolean;
  shortPollingTimeMills: number;
  slaveReadEnable: boolean;
  traceOn: boolean;
  notifyConsumerIdsChangedEnable: boolean;
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
