/**
 * Where a group's progress is kept: on the broker (CLUSTERING) or in a file of this machine (BROADCASTING).
 * The memory table is what consumption moves; `persist…` takes it to the store.
 */
import type { MessageQueue } from '@rocketmq-ts/remoting-protocol';
import { messageQueueKey } from '@rocketmq-ts/remoting-protocol';

/**
 * "None" and "could not be found out" are different: after the first one a group begins, after the second it waits. A
 * slave's "none" is between the two: it may not have copied the offset yet.
 */
export type StoredOffset =
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'none'; readonly isOfSlave?: boolean }
  | { readonly kind: 'error'; readonly error: Error };

export interface OffsetStore {
  readonly table: OffsetTable;
  load(): void;
  /** Asks the store, never the memory. */
  read(mq: MessageQueue): Promise<StoredOffset>;
  /** Takes the memory offsets of these queues to the store; never rejects. `isFinal`: waits until they are there, within bounds. */
  persist(queues: readonly MessageQueue[], isFinal: boolean): Promise<void>;
  /** What a pull may tell the queue's master to store; undefined: nothing. */
  committable(mq: MessageQueue): number | undefined;
  /** The queue goes on from here, whatever was known before. */
  reset(mq: MessageQueue, offset: number): void;
  /** The queue is no longer ours: what is known of it here counts no more. */
  forget(mq: MessageQueue): void;
}

/** Offsets in memory, next to be consumed, by queue. */
export class OffsetTable {
  readonly #offsets = new Map<string, { mq: MessageQueue; offset: number }>();
  /** The entry that was moved last: messages come in runs of one queue. */
  #last: { mq: MessageQueue; offset: number } | undefined;

  get(mq: MessageQueue): number | undefined {
    return this.#offsets.get(messageQueueKey(mq))?.offset;
  }

  /** Moves forward only. */
  advance(mq: MessageQueue, offset: number): void {
    if (this.#last?.mq !== mq) {
      const known = this.#offsets.get(messageQueueKey(mq));
      this.#last = known;
      if (known === undefined) return this.set(mq, offset);
      // Equal queues may be different objects.
      known.mq = mq;
    }
    if (offset > this.#last!.offset) this.#last!.offset = offset;
  }

  set(mq: MessageQueue, offset: number): void {
    this.#last = undefined;
    this.#offsets.set(messageQueueKey(mq), { mq, offset });
  }

  delete(mq: MessageQueue): void {
    this.#last = undefined;
    this.#offsets.delete(messageQueueKey(mq));
  }

  entries(): { readonly mq: MessageQueue; readonly offset: number }[] {
    return [...this.#offsets.values()];
  }
}
