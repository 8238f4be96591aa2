import { storeTimestampOf } from './format/commit-log-layout.ts';
import type { QueueOffsets } from './append/queue-offsets.ts';
import type { CommitLogReader } from './log/commit-log-reader.ts';
import type { Derived } from './log-reader.ts';
import type { StoreAdmin } from './ports.ts';
import type { DiskSpace } from './retain/disk-space.ts';
import type { StoreCounters } from './stats.ts';
import type { Watermarks } from './watermarks.ts';
import type { Writeability } from './writeability.ts';

export interface StoreAdminParts {
  readonly writeability: Writeability;
  readonly space: DiskSpace;
  readonly reader: CommitLogReader;
  readonly marks: Watermarks;
  readonly derived: Derived;
  readonly queueOffsets: QueueOffsets;
  readonly counters: StoreCounters;
}

/** The store's figures and duties as operators see them; looks at the parts when asked, keeps nothing. */
export function createStoreAdmin(parts: StoreAdminParts): StoreAdmin {
  const { writeability, space, reader, marks, derived, queueOffsets, counters } = parts;
  return {
    get isWriteable() {
      return writeability.isWriteable;
    },
    get notWriteableReason() {
      return writeability.reason;
    },
    get diskFailure() {
      return writeability.whyOf('flush-failed') ?? writeability.whyOf('write-failed');
    },
    get minPhysicalOffset() {
      return reader.minOffset;
    },
    get maxPhysicalOffset() {
      return marks.appended;
    },
    get derivedOffset() {
      return marks.derived;
    },
    get flushedOffset() {
      return marks.flushed;
    },
    get commitLogDiskRatio() {
      return space.commitLogRatio;
    },
    get consumeQueueDiskRatio() {
      return space.consumeQueueRatio;
    },
    get earliestStoreTimestamp() {
      const first = reader.cursor(reader.minOffset).next();
      return first === undefined ? -1 : storeTimestampOf(first.buffer, first.at);
    },
    async dropQueues(keep) {
      queueOffsets.forget(keep);
      await derived.dropQueues(keep);
    },
    cleanExpiredQueues() {
      return derived.deleteBefore(reader.minOffset);
    },
    stats: counters,
  };
}
