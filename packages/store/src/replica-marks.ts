import type { DurabilityPolicy } from './durability-gate.ts';
import type { ReplicaProgress } from './replicate/log-ports.ts';
import type { Watermarks } from './watermarks.ts';

export interface ReplicaMarksParts {
  readonly marks: Watermarks;
  readonly policy: DurabilityPolicy;
  /** Asks for the store's turn: release, derive and wake held pulls in the same one. */
  readonly wake: () => void;
}

/**
 * What replicas have acknowledged, and what follows from it: how far the log may be dispatched and read. Without a
 * replica that counts, what this machine has is all that can be promised.
 *
 *   ASYNC_FLUSH   written   ┐ for a SYNC_MASTER not beyond `replicaAcked`,
 *   SYNC_FLUSH    flushed   ┘ as long as a replica is available
 */
export class ReplicaMarks implements ReplicaProgress {
  readonly #parts: ReplicaMarksParts;
  #isAvailable = false;
  #isStopped = false;

  constructor(parts: ReplicaMarksParts) {
    this.#parts = parts;
  }

  get isAvailable(): boolean {
    return this.#isAvailable;
  }

  acked(offset: number): void {
    const { marks, wake } = this.#parts;
    if (offset <= marks.replicaAcked) return;
    marks.setReplicaAcked(offset);
    wake();
  }

  setAvailable(isAvailable: boolean): void {
    if (isAvailable === this.#isAvailable || this.#isStopped) return;
    this.#isAvailable = isAvailable;
    this.#parts.wake();
  }

  /** No replica counts any more: the store is closing. */
  stop(): void {
    this.setAvailable(false);
    this.#isStopped = true;
  }

  /** In the work phase, behind the turn's write. */
  raiseReadable(): void {
    const { marks, policy } = this.#parts;
    const local = policy.waitsForFlush ? marks.flushed : marks.written;
    marks.raiseReadable(policy.waitsForReplica && this.#isAvailable ? Math.min(local, marks.replicaAcked) : local);
  }
}
