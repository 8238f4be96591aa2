/** What a producer gives: Java's Message. Properties hold KEYS, TAGS, WAIT … and the user's own. */
export interface Message {
  topic: string;
  body: Buffer;
  /** The user's own 32 bits; not interpreted. */
  flag: number;
  properties: Map<string, string>;
}

/** `ip:port` of a client or broker; IPv6 without brackets in `ip`. */
export interface HostAddress {
  readonly ip: string;
  readonly port: number;
}

/** A message as it stands in the commit log: Java's MessageExt. */
export interface MessageExt extends Message {
  queueId: number;
  /** Bytes of the whole record. */
  storeSize: number;
  queueOffset: number;
  sysFlag: number;
  bornTimestamp: number;
  bornHost: HostAddress;
  storeTimestamp: number;
  storeHost: HostAddress;
  /** UNIQ_KEY when the message carries one, else the offset message id. */
  msgId: string;
  /** Upper-case hex of store host and physical offset: where the record is. */
  offsetMsgId: string;
  commitLogOffset: number;
  bodyCRC: number;
  reconsumeTimes: number;
  preparedTransactionOffset: number;
  /** Set by clients that know it. */
  brokerName: string | undefined;
}
