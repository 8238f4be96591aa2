import type { HostAddress } from '@rocketmq-ts/remoting-protocol';

import type { Histogram } from './histogram.ts';

/** Java's PutMessageStatus, as far as a caller can act on it. */
export type PutStatus =
  | 'PUT_OK'
  | 'FLUSH_DISK_TIMEOUT'
  | 'FLUSH_SLAVE_TIMEOUT'
  | 'SLAVE_NOT_AVAILABLE'
  | 'SERVICE_NOT_AVAILABLE'
  | 'MESSAGE_ILLEGAL'
  | 'PROPERTIES_SIZE_EXCEEDED';

/** A message on its way into the log: Java's MessageExtBrokerInner. Views are copied before `append` returns. */
export interface MessageToStore {
  readonly topic: string;
  readonly queueId: number;
  readonly flag: number;
  readonly sysFlag: number;
  readonly body: Uint8Array;
  /** The properties string (`name\u0001value\u0002…`) as UTF-8 bytes. */
  readonly properties: Uint8Array;
  readonly bornTimestamp: number;
  readonly bornHost: HostAddress;
  readonly storeHost: HostAddress;
  readonly reconsumeTimes: number;
  readonly preparedTransactionOffset: number;
}

/** Where an appended record is. It may be answered only when the gate says so. */
export interface Appended {
  readonly status: 'APPENDED';
  /** Byte offset of the record in the log. */
  readonly physicalOffset: number;
  /** First byte behind the record (of the last record, for a batch): what the gate is asked about. */
  readonly endOffset: number;
  /** Position in its queue (of the first record, for a batch). */
  readonly queueOffset: number;
  readonly storeTimestamp: number;
  /** Physical offsets of all records of a batch, in order; one entry for a single message. */
  readonly physicalOffsets: readonly number[];
}

export type AppendResult = Appended | { readonly status: Exclude<PutStatus, 'PUT_OK' | 'FLUSH_DISK_TIMEOUT' | 'FLUSH_SLAVE_TIMEOUT' | 'SLAVE_NOT_AVAILABLE'> };

/**
 * The single writer. `append` encodes the record into the turn's slab and gives it its offsets; the bytes reach the
 * file with the one write at the end of the turn, and only then may anybody be told.
 */
export interface MessageAppender {
  /** Never waits. Offsets are final unless the turn's write fails, which the gate reports. */
  append(message: MessageToStore): AppendResult;
  /**
   * Expands a batch body (code 320) into contiguous records of one file; all or none.
   * `message.body` is the batch encoding; each item brings its own flag, body and properties.
   */
  appendBatch(message: MessageToStore): AppendResult;
  /**
   * Hears exactly once what became of everything up to `endOffset`. `wait` false: as soon as it is written. To be
   * called in the turn of the append: when its write fails, the offsets are given to others.
   */
  whenDurable(endOffset: number, wait: boolean, waiter: DurabilityWaiter): void;
}

/** An object, not a closure: one small allocation per request. Called in the work phase of a turn. */
export interface DurabilityWaiter {
  settle(status: PutStatus): void;
}

/** Decides by the consume queue's tags code alone; the client filters again by the text. */
export type TagsFilter = (tagsCode: number) => boolean;

export type GetMessageStatus =
  | 'FOUND'
  | 'NO_MATCHED_MESSAGE'
  | 'MESSAGE_WAS_REMOVING'
  | 'OFFSET_FOUND_NULL'
  | 'OFFSET_OVERFLOW_BADLY'
  | 'OFFSET_OVERFLOW_ONE'
  | 'OFFSET_TOO_SMALL'
  | 'NO_MATCHED_LOGIC_QUEUE'
  | 'NO_MESSAGE_IN_QUEUE';

export interface GetMessageResult {
  readonly status: GetMessageStatus;
  readonly nextBeginOffset: number;
  readonly minOffset: number;
  readonly maxOffset: number;
  /** Whole records in queue order, one behind the other in one Buffer, which belongs to the caller; none: no Buffer. */
  readonly records: readonly Buffer[];
  /** How many records these are. */
  readonly messageCount: number;
  readonly bytes: number;
  /** The consumer lags more than `accessMessageInMemoryMaxRatio` of memory. */
  readonly suggestPullingFromSlave: boolean;
}

/** Reads by queue offset. Queue offsets are positions (0, 1, 2 …), not bytes. */
export interface QueueReader {
  getMessage(topic: string, queueId: number, queueOffset: number, maxCount: number, filter: TagsFilter | undefined): GetMessageResult;
  /** 0 when the queue does not exist. */
  minQueueOffset(topic: string, queueId: number): number;
  /** Next offset to be given; 0 when the queue does not exist. */
  maxQueueOffset(topic: string, queueId: number): number;
  /** Nearest offset by store time, as Java answers SEARCH_OFFSET_BY_TIMESTAMP. */
  offsetByTime(topic: string, queueId: number, wallMs: number): number;
  /** Store time of the record at a queue offset, or −1. */
  storeTimestampOf(topic: string, queueId: number, queueOffset: number): number;
  earliestStoreTimestamp(topic: string, queueId: number): number;
  /** Whether the record at this offset would be served from memory by Java's 40 % rule (checkInDiskByConsumeOffset negated). */
  isInMemory(topic: string, queueId: number, queueOffset: number): boolean;
}

/** Reads by place and by key. */
export interface MessageFinder {
  /** A copy of the whole record that starts at `physicalOffset`, or undefined when none does. */
  recordAt(physicalOffset: number): Buffer | undefined;
  queryByKey(query: KeyQuery): KeyQueryResult;
}

export interface KeyQuery {
  readonly topic: string;
  readonly key: string;
  readonly maxCount: number;
  readonly beginWallMs: number;
  readonly endWallMs: number;
}

export interface KeyQueryResult {
  /** A Buffer each, which belongs to the caller. */
  readonly records: readonly Buffer[];
  readonly indexLastUpdateTimestamp: number;
  readonly indexLastUpdatePhysicalOffset: number;
}

/** Told after records have been derived into consume queues, in the work phase, in log order. */
export interface ArrivalListener {
  /** `nextQueueOffset` is one behind the arrived message. */
  messageArrived(topic: string, queueId: number, nextQueueOffset: number, tagsCode: number): void;
}

/** Figures and duties of the whole store. */
export interface StoreAdmin {
  /** Sends are taken: not stopped, disk not over the warning level, no failed datasync. */
  readonly isWriteable: boolean;
  /** Why not, for operators; undefined while writeable. */
  readonly notWriteableReason: string | undefined;
  /** The disk has failed a write or a datasync, in a plain sentence; undefined while it works. A full disk is no failure. */
  readonly diskFailure: string | undefined;
  readonly minPhysicalOffset: number;
  /** End of the log as appended. */
  readonly maxPhysicalOffset: number;
  readonly derivedOffset: number;
  readonly flushedOffset: number;
  /** Used share of the disk of the commit log, 0 to 1. */
  readonly commitLogDiskRatio: number;
  readonly consumeQueueDiskRatio: number;
  readonly earliestStoreTimestamp: number;
  /** Removes the consume queues of topics for which `keep` is false. */
  dropQueues(keep: (topic: string) => boolean): Promise<void>;
  /** Removes consume queue files that lie wholly before the log's start. */
  cleanExpiredQueues(): Promise<void>;
  readonly stats: StoreStats;
}

/** Counters since start; rates are derived by whoever shows them. */
export interface StoreStats {
  readonly putTimesTotal: number;
  readonly putSizeTotal: number;
  readonly putFailedTimes: number;
  readonly getFoundTimes: number;
  readonly getMissTimes: number;
  readonly getTransferredMessages: number;
  /** Longest time from append to the end of its write, ms. */
  readonly putEntireTimeMax: number;
  readonly getEntireTimeMax: number;
  /** How long senders that wait for the flush or a replica were kept waiting, from append to release; ms. */
  readonly syncWaitMs: Histogram;
}

/**
 * How this store's log gets to others, and on a slave another's log into this one (HA). Every store serves its log,
 * as Java's slaves do too; only a SLAVE follows.
 */
export interface Replication {
  /** Listens for replicas at `haListenPort`; resolves when the port is bound. @throws NetError EADDRINUSE … */
  start(): Promise<void>;
  /** Closes all connections. Idempotent; called before `MessageStore.stop`. */
  stop(): Promise<void>;
  /**
   * SLAVE only: the master to follow from now on. A connection to the same HA address is kept, another one is closed.
   * Undefined: none is known; an existing connection is kept until it breaks.
   */
  follow(master: MasterToFollow | undefined): void;
  readonly status: ReplicationStatus;
}

export interface MasterToFollow {
  /** `host:port` of the master's HA port. */
  readonly haAddress: string;
  /**
   * The master's log ends, asked through its main port before each connection; undefined when it cannot be asked or does
   * not say. Lets a replica tell why it cannot follow, and an empty one copy the whole log instead of Java's last file.
   */
  readonly logEnds: () => Promise<{ readonly minOffset: number; readonly maxOffset: number } | undefined>;
}

export interface ReplicationStatus {
  /** Those who follow this log, in order of connection. */
  readonly replicas: readonly ReplicaStatus[];
  /** Of a SLAVE. */
  readonly master: MasterStatus | undefined;
  /** Some replica has everything before it. */
  readonly replicaAckedOffset: number;
  /** A replica counts as near enough to be waited for. */
  readonly isReplicaAvailable: boolean;
}

export interface ReplicaStatus {
  /** `ip:port` of the connection. */
  readonly address: string;
  /** `waiting` for its first report; `catching up` while it lags more than `haSlaveFallbehindMax`. */
  readonly state: 'waiting' | 'catching up' | 'following';
  readonly ackedOffset: number;
  readonly lagBytes: number;
}

export interface MasterStatus {
  readonly haAddress: string | undefined;
  readonly state: 'unknown' | 'connecting' | 'verifying' | 'following' | 'refused';
  /** For operators, when `refused`: why this log cannot go on from that master, and what to do. */
  readonly reason: string | undefined;
  readonly receivedOffset: number;
}

export interface MessageStore {
  readonly appender: MessageAppender;
  readonly queues: QueueReader;
  readonly finder: MessageFinder;
  readonly admin: StoreAdmin;
  readonly replication: Replication;
  /** Flushes, writes the checkpoint, removes `abort`, releases the lock. Appends fail from the call on. */
  stop(): Promise<void>;
}

export interface StoreOptions {
  readonly storePathRootDir: string;
  readonly storePathCommitLog: string;
  readonly flushDiskType: 'ASYNC_FLUSH' | 'SYNC_FLUSH';
  readonly brokerRole: 'ASYNC_MASTER' | 'SYNC_MASTER' | 'SLAVE';
  /** The remaining keys of MessageStoreConfig that act here, by their 4.6.0 names. */
  readonly mappedFileSizeCommitLog: number;
  readonly mappedFileSizeConsumeQueue: number;
  readonly maxMessageSize: number;
  readonly syncFlushTimeout: number;
  /** Where replicas are served; all interfaces unless `haBindAddress` names one. */
  readonly haListenPort: number;
  readonly haBindAddress: string | undefined;
  readonly haSendHeartbeatInterval: number;
  readonly haHousekeepingInterval: number;
  readonly haTransferBatchSize: number;
  readonly haSlaveFallbehindMax: number;
  readonly flushIntervalCommitLog: number;
  readonly flushCommitLogLeastPages: number;
  readonly flushCommitLogThoroughInterval: number;
  readonly flushIntervalConsumeQueue: number;
  readonly checkCRCOnRecover: boolean;
  readonly messageIndexEnable: boolean;
  readonly maxHashSlotNum: number;
  readonly maxIndexNum: number;
  readonly maxMsgsNumBatch: number;
  readonly maxTransferBytesOnMessageInMemory: number;
  readonly maxTransferCountOnMessageInMemory: number;
  readonly maxTransferBytesOnMessageInDisk: number;
  readonly maxTransferCountOnMessageInDisk: number;
  readonly accessMessageInMemoryMaxRatio: number;
  readonly offsetCheckInSlave: boolean;
  readonly cleanResourceInterval: number;
  readonly deleteCommitLogFilesInterval: number;
  readonly deleteWhen: string;
  readonly fileReservedTime: number;
  readonly diskMaxUsedSpaceRatio: number;
  readonly cleanFileForciblyEnable: boolean;
  /** System properties of Java, as fractions: 0.90 and 0.85. */
  readonly diskSpaceWarningLevelRatio: number;
  readonly diskSpaceCleanForciblyRatio: number;
  /** Physical memory that Java's 40 % rule is a share of, bytes. */
  readonly physicalMemoryBytes: number;
}
