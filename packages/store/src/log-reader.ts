import type { Env } from '@rocketmq-ts/kernel';
import type { ArrivalListener, KeyQuery, KeyQueryResult, QueueReader, StoreOptions } from './ports.ts';
import type { StoreCounters } from './stats.ts';

/**
 * The seam inside the store. The log side (segment/, append/, flush/, log/, recover/) implements `LogReader` and
 * `LogCursor`; the derive side (derive/, read/) implements `Derived` and `OpenDerived`; `open-store.ts` joins them.
 *
 *   log ──LogCursor──► Derived (consume queues, index) ──► QueueReader, queryByKey
 *    ▲                                                            │
 *    └──────────────────────── LogReader.record ◄─────────────────┘
 */

/** Reads whole records of the commit log by place. What it hands out are views, valid until the end of the turn: copy to keep. */
export interface LogReader {
  /** Start of the first file; 0 while the log is empty. */
  readonly minOffset: number;
  /**
   * First byte that may not be derived or served yet (`Watermarks.readable`), so that nobody sees what a crash takes
   * back. Never falls. May lie inside a record, which is then not readable yet.
   */
  readonly readableEnd: number;
  /** The whole record that starts here; undefined when none does, it is damaged, or it lies outside. */
  recordAt(physicalOffset: number): Buffer | undefined;
  /** Likewise when the size is known from a consume queue unit: one read, and the size must agree with the record's own. */
  record(physicalOffset: number, sizeBytes: number): Buffer | undefined;
  /** Whether the record would come from memory, without a disk call. */
  isInHotTail(physicalOffset: number): boolean;
  /** A new reader in log order; cheap, keeps one block buffer. `from` is the start of a record (or of a file). */
  cursor(from: number): LogCursor;
}

/** Visits whole records in log order, stepping over blanks and damaged regions, as far as `readableEnd` goes. */
export interface LogCursor {
  /**
   * The next record, or undefined when `readableEnd` is reached (call again when it has moved). The answer is one
   * reused object, and its buffer holds the record at `at … at + sizeBytes` only until the next call: copy to keep.
   */
  next(): LogRecordView | undefined;
  /** Where the next call goes on: everything before it has been visited or stepped over. */
  readonly position: number;
}

export interface LogRecordView {
  readonly buffer: Buffer;
  readonly at: number;
  readonly sizeBytes: number;
  readonly physicalOffset: number;
}

/** What the checkpoint of the last run said about derived files; absent when there is none to be trusted. */
export interface DerivedCheckpoint {
  /** This store wrote it, and no Java broker has run on these files since. */
  readonly isOurs: boolean;
  /** Everything before it was durable in consume queue files (−1: unknown, a checkpoint of Java's). */
  readonly consumeQueueOffset: number;
  /** Everything before it was durable in index files (−1: unknown, a checkpoint of Java's). */
  readonly indexOffset: number;
  /** Java's `indexMsgTimestamp`: index files that end later are not trusted after an unclean exit. */
  readonly indexMsgTimestamp: number;
}

export interface DerivedStart {
  /** No `abort` file was found. */
  readonly exitedNormally: boolean;
  readonly checkpoint: DerivedCheckpoint | undefined;
  readonly counters: StoreCounters;
}

/** `derive/open-derived.ts` exports `openDerived: OpenDerived`. Called when the log's end is known and final. */
export type OpenDerived = (env: Env, options: StoreOptions, log: LogReader, start: DerivedStart) => Promise<Derived>;

/** Consume queues and index: all that can be built again from the log. */
export interface Derived {
  /** Everything before it is in the consume queues (in memory or file). */
  readonly derivedOffset: number;
  /** Everything before it is durable in consume queue files; may lag by any amount. For the checkpoint. */
  readonly durableQueueOffset: number;
  /** Everything before it is durable in index files; may lag by any amount. For the checkpoint. */
  readonly durableIndexOffset: number;
  /** Java's checkpoint stamps: store time of the newest record durable in consume queues and in index files. */
  readonly logicsMsgTimestamp: number;
  readonly indexMsgTimestamp: number;
  /**
   * Goes on from `derivedOffset` to `log.readableEnd`, at most about `maxBytes` of log; true when more is left.
   * `listener` is undefined while the store catches up at its start.
   */
  derive(maxBytes: number, listener: ArrivalListener | undefined): boolean;
  /** One behind the newest unit; seeds the appender's counters when the store has caught up. */
  nextQueueOffset(topic: string, queueId: number): number;
  /** Writes what is buffered to the files. Called by stop; in between the derive side keeps its own rhythm. */
  flush(): void;
  datasync(): Promise<void>;
  /** The log now starts here: removes files that lie wholly before, and moves minimum offsets. */
  deleteBefore(minPhysicalOffset: number): Promise<void>;
  /** Removes the queues of topics for which `keep` is false. */
  dropQueues(keep: (topic: string) => boolean): Promise<void>;
  /** Forgets everything at or behind this place of the log. */
  truncateTo(physicalOffset: number): void;
  /** Stops timers and closes files; `flush` and `datasync` have been called before. */
  stop(): Promise<void>;
  readonly queues: QueueReader;
  queryByKey(query: KeyQuery): KeyQueryResult;
}
