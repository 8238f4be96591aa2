import type { Clock, Timer, Timers } from '@rocketmq-ts/kernel';
import type { DurabilityWaiter, PutStatus } from './ports.ts';
import { WaiterRing } from './waiter-ring.ts';
import type { Watermarks } from './watermarks.ts';

/** What has to have happened before a sender that waits hears PUT_OK. */
export interface DurabilityPolicy {
  /** SYNC_FLUSH. */
  readonly waitsForFlush: boolean;
  /** SYNC_MASTER. */
  readonly waitsForReplica: boolean;
}

/** Everything a decision is made of, frozen for one look. */
export interface DurabilityView extends DurabilityPolicy {
  readonly written: number;
  readonly flushed: number;
  readonly replicaAcked: number;
  /** A replica is connected and near enough to be waited for. */
  readonly hasReplica: boolean;
  /** A datasync has failed: nothing is confirmed any more. */
  readonly isFlushFailed: boolean;
}

/**
 * May the sender of the record that ends at `endOffset` be told, and what? Undefined: not yet. Pure.
 *
 *   waits   SYNC_FLUSH   SYNC_MASTER    told when
 *   no      –            –              written
 *   yes     no           no             written
 *   yes     yes          no             flushed
 *   yes     any          yes            as above, and acknowledged by a replica (SLAVE_NOT_AVAILABLE without one)
 */
export function decide(endOffset: number, waits: boolean, view: DurabilityView): PutStatus | undefined {
  if (view.isFlushFailed) return 'SERVICE_NOT_AVAILABLE';
  if (endOffset > view.written) return undefined;
  if (!waits) return 'PUT_OK';
  if (view.waitsForFlush && endOffset > view.flushed) return undefined;
  if (!view.waitsForReplica) return 'PUT_OK';
  if (!view.hasReplica) return 'SLAVE_NOT_AVAILABLE';
  return endOffset > view.replicaAcked ? undefined : 'PUT_OK';
}

/** What a waiter is told whose time is up: its record is stored, but not confirmed as it asked. */
export function decideLate(endOffset: number, view: DurabilityView): PutStatus {
  return view.waitsForFlush && endOffset > view.flushed ? 'FLUSH_DISK_TIMEOUT' : 'FLUSH_SLAVE_TIMEOUT';
}

export interface DurabilityGateParts {
  readonly marks: Watermarks;
  readonly policy: DurabilityPolicy;
  readonly clock: Clock;
  readonly timers: Timers;
  /** `syncFlushTimeout`. */
  readonly timeoutMs: number;
  /** Asks for a call of `release` in the work phase of this turn. */
  readonly wake: () => void;
}

/**
 * Holds the answers until the log has got as far as each one's promise: Java's GroupCommitRequest and
 * GroupTransferService. Releasing costs one comparison per waiter; one timer serves all timeouts.
 */
export class DurabilityGate {
  readonly #parts: DurabilityGateParts;
  /** Those who hear as soon as their record is written, and those who wait for all that the policy asks. */
  readonly #quick = new WaiterRing();
  readonly #patient = new WaiterRing();
  readonly #view: { -readonly [key in keyof DurabilityView]: DurabilityView[key] };
  #sweepTimer: Timer | undefined;

  constructor(parts: DurabilityGateParts) {
    this.#parts = parts;
    this.#view = { ...parts.policy, written: 0, flushed: 0, replicaAcked: 0, hasReplica: false, isFlushFailed: false };
  }

  get waitingCount(): number {
    return this.#quick.count + this.#patient.count;
  }

  /** The waiter hears exactly once, in a work phase, never from inside this call. */
  whenDurable(endOffset: number, wait: boolean, waiter: DurabilityWaiter): void {
    const { policy, clock, timeoutMs } = this.#parts;
    if (wait && (policy.waitsForFlush || policy.waitsForReplica)) {
      this.#patient.push(endOffset, clock.monotonicMs() + timeoutMs, waiter);
      if (this.#sweepTimer === undefined) this.#armSweep();
    } else {
      this.#quick.push(endOffset, Infinity, waiter);
    }
    this.#parts.wake();
  }

  /** Tells everybody whose time has come. In a work phase. */
  release(): void {
    const view = this.#look();
    this.#releaseRing(this.#quick, false, view);
    if (this.#patient.count === 0) return;
    this.#releaseRing(this.#patient, true, view);
    const now = this.#parts.clock.monotonicMs();
    while (this.#patient.headDeadline <= now) {
      const status = decideLate(this.#patient.headEnd, view);
      this.#patient.shift().settle(status);
    }
  }

  /** Records behind `endOffset` are taken back: who waits for them hears `status`. In a work phase. */
  refuseBeyond(endOffset: number, status: PutStatus): void {
    for (const waiter of this.#quick.takeBeyond(endOffset)) waiter.settle(status);
    for (const waiter of this.#patient.takeBeyond(endOffset)) waiter.settle(status);
  }

  /** From now on nobody hears PUT_OK. */
  failForGood(): void {
    this.#view.isFlushFailed = true;
    this.#parts.wake();
  }

  /** Nobody is left waiting: the rest hears SERVICE_NOT_AVAILABLE. */
  stop(): void {
    this.#sweepTimer?.cancel();
    this.#sweepTimer = undefined;
    this.refuseBeyond(-Infinity, 'SERVICE_NOT_AVAILABLE');
  }

  #look(): DurabilityView {
    this.#view.written = this.#parts.marks.written;
    this.#view.flushed = this.#parts.marks.flushed;
    this.#view.replicaAcked = this.#parts.marks.replicaAcked;
    return this.#view;
  }

  #releaseRing(ring: WaiterRing, waits: boolean, view: DurabilityView): void {
    while (ring.count > 0) {
      const status = decide(ring.headEnd, waits, view);
      if (status === undefined) return;
      ring.shift().settle(status);
    }
  }

  /** Sleeps until the oldest waiter's deadline; those who were told meanwhile cost nothing. */
  #armSweep(): void {
    const delayMs = Math.max(1, Math.ceil(this.#patient.headDeadline - this.#parts.clock.monotonicMs()));
    this.#sweepTimer = this.#parts.timers.after(delayMs, () => {
      this.#sweepTimer = undefined;
      if (this.#patient.count === 0) return;
      this.#parts.wake();
      this.#armSweep();
    });
  }
}
