/**
 * The seam between the log and its replication. The log side (append/, log/, running-store.ts) implements these; the
 * network side (replicate/master.ts, replicate/slave.ts) uses them and knows no file.
 *
 *   master:  log ──LogSource──► HA port ──► slave            acks ──► ReplicaProgress ──► gate, readableEnd
 *   slave:   master ──► HA connection ──ReplicaTail──► log   written (or flushed) ──► report
 *
 * All calls are synchronous and happen on the event loop.
 */

/** The log as a master reads it for those who follow it. */
export interface LogSource {
  /** Start of the first file; 0 while the log is empty. */
  readonly minOffset: number;
  /**
   * First byte that may not be sent yet: the written end, under SYNC_FLUSH the flushed end, so that no replica ever
   * has what this machine could lose as configured. Never falls.
   */
  readonly end: number;
  /** Start of the newest file: where Java's master begins for a slave whose first report is 0. */
  readonly lastFileOffset: number;
  /**
   * At least one and at most `sizeBytesMax` bytes from `physicalOffset` on, of one file, below `end`: from the hot tail
   * without a copy, else read from the file into memory that `room` gives (without it, into memory of its own). Includes
   * what lies behind a file's blank; guards of the tail read as zeros. What is not in `room` is a view, valid until the end
   * of the turn. Undefined when the place is not in the log or the disk fails.
   */
  read(physicalOffset: number, sizeBytesMax: number, room?: ReadRoom): Buffer | undefined;
  /** In the turn of `read`: the views of what lies between are needed longer, for the system has not taken them yet. */
  keep(from: number, end: number): void;
}

/** Where a read from a file may put its bytes. */
export interface ReadRoom {
  /** Memory for one read; asked for when the bytes are not in memory already. */
  next(): Buffer;
}

/** What the acknowledgements of all replicas together mean to the log. */
export interface ReplicaProgress {
  /** Some replica has everything before `offset`. Never falls, never beyond `LogSource.end`; repeated values are no-ops. */
  acked(offset: number): void;
  /** Whether a replica is connected, has said where it is, and lags less than `haSlaveFallbehindMax`. */
  setAvailable(isAvailable: boolean): void;
}

/** Why bytes of a master were not taken. */
export type TakeRefusal =
  /** These bytes are no commit log that goes on here: the connection is of no use. */
  | { readonly kind: 'not a log'; readonly reason: string }
  /** The disk does not take them now; to be tried again later from `receivedEnd`. */
  | { readonly kind: 'not writeable'; readonly reason: string };

/** The end of a log that grows by its master's bytes: the single writer of a replica. */
export interface ReplicaTail {
  /** Start of the first file. `receivedEnd` is the same exactly as long as the log is empty. */
  readonly minOffset: number;
  /** The byte that must come next: whole records taken, and the beginning of one that is not whole yet. */
  readonly receivedEnd: number;
  /**
   * What the master may be told: whole records that are written; under SYNC_FLUSH flushed, so that its SEND_OK survives
   * the loss of both machines' power (Java reports before flushing).
   */
  readonly reportableEnd: number;
  /**
   * Copies the master's bytes that follow `receivedEnd`. Whole records reach the file with this turn's write, the
   * beginning of one waits in memory. Undefined: taken.
   */
  take(bytes: Buffer): TakeRefusal | undefined;
  /** The master's log reaches to here at least: until it is written, receiving goes before deriving. */
  expect(masterEnd: number): void;
  /** Forgets the beginning of a record: the connection it came through is gone. `receivedEnd` falls back to whole records. */
  dropPartial(): void;
  /**
   * An empty log begins here. May be called again as long as it is empty. A place where no file of this store can begin
   * is refused by the next `take`.
   */
  startAt(physicalOffset: number): void;
  /**
   * Compares bytes of the master with those already here (below `receivedEnd`): the physical offset of the first one that
   * differs, or undefined. Guards of either tail count as equal to anything, and so does what cannot be read here.
   */
  firstDifference(physicalOffset: number, bytes: Buffer): number | undefined;
}

/** What the network side offers to the store's turn. */
export interface ReplicationTurn {
  /**
   * Right after the turn's write (and after a flush has completed), before derivation: pushes what is new to replicas,
   * reports to the master what is safe here. Cheap when nothing has moved.
   */
  advanced(): void;
}
