import type { Timer, Timers } from '@rocketmq-ts/kernel';
import type { Checkpoint } from './checkpoint.ts';
import { detach } from './detached.ts';
import type { LogFlusher } from './flush/log-flusher.ts';
import type { CheckpointOffsets, CheckpointStamps } from './format/checkpoint-layout.ts';
import type { Derived } from './log-reader.ts';
import type { Watermarks } from './watermarks.ts';

const PERIOD_MS = 1000;

export interface CheckpointKeeperParts {
  readonly checkpoint: Checkpoint;
  readonly timers: Timers;
  readonly marks: Watermarks;
  readonly flusher: LogFlusher;
  readonly derived: Derived;
  /** `physicMsgTimestamp` as long as nothing has been flushed since the start. */
  readonly physicMsgTimestamp: number;
  readonly commitLogFileSize: number;
  /** A checkpoint that says so is durable; never rejects for the disk's sake. */
  readonly onDurable: (flushedOffset: number) => Promise<void>;
}

/** Brings the checkpoint up to date every second, so that recovery after a crash has little to read. */
export class CheckpointKeeper {
  readonly #parts: CheckpointKeeperParts;
  readonly #timer: Timer;
  #isUpdating = false;
  /** The update on its way. */
  #update: Promise<void> = Promise.resolve();

  constructor(parts: CheckpointKeeperParts) {
    this.#parts = parts;
    this.#timer = parts.timers.every(PERIOD_MS, () => {
      if (this.#isUpdating || parts.checkpoint.isBusy) return;
      this.#update = this.#updateOnce();
      detach(parts.timers, this.#update);
    });
  }

  /** Durable when it resolves. @throws DiskError */
  async writeNow(): Promise<void> {
    await this.#update;
    await this.#parts.checkpoint.write(this.#stamps(), this.#offsets());
    await this.#tell();
  }

  /** As `writeNow`, with Java's part: when the store closes. @throws DiskError */
  async writeLast(): Promise<void> {
    await this.#update;
    await this.#parts.checkpoint.writeForJava(this.#stamps(), this.#offsets());
    await this.#tell();
  }

  /** Resolves when no update is on its way any more. */
  async stop(): Promise<void> {
    this.#timer.cancel();
    await this.#update;
  }

  async #updateOnce(): Promise<void> {
    this.#isUpdating = true;
    try {
      await this.#parts.checkpoint.update(this.#stamps(), this.#offsets());
      await this.#tell();
    } finally {
      this.#isUpdating = false;
    }
  }

  #tell(): Promise<void> {
    return this.#parts.onDurable(this.#parts.checkpoint.durableFlushedOffset);
  }

  #stamps(): CheckpointStamps {
    const { flusher, derived, physicMsgTimestamp } = this.#parts;
    return {
      physicMsgTimestamp: flusher.flushedStoreTimestamp || physicMsgTimestamp,
      logicsMsgTimestamp: derived.logicsMsgTimestamp,
      indexMsgTimestamp: derived.indexMsgTimestamp,
    };
  }

  #offsets(): CheckpointOffsets {
    const { marks, derived, commitLogFileSize } = this.#parts;
    return { flushedOffset: marks.flushed, consumeQueueOffset: derived.durableQueueOffset, indexOffset: derived.durableIndexOffset, commitLogFileSize };
  }
}
