import type { Clock, Timer, Timers } from '@rocketmq-ts/kernel';
import type { Histogram } from './histogram.ts';
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
  /** A datasync has failed: nothing is confirmed any more. */
  readonly isFlushFailed: boolean;
}

/**
 * What a sender waits for, settled when it asks:
 *
 * - `written`: it does not wait (WAIT=false, or the policy asks for no more).
 * - `policy`: all that the policy asks.
 * - `alone`: it would wait for a replica, and none was there to be waited for.
 */
export type Awaited = 'written' | 'policy' | 'alone';

/**
 * May the sender of the record that ends at `endOffset` be told, and what? Undefined: not yet. Pure.
 *
 *   awaited   SYNC_FLUSH   SYNC_MASTER    told when
 *   written   –            –              written
 *   policy    no           no             written
 *   policy    yes          no             flushed
 *   policy    any          yes            as above, and acknowledged by a replica
 *   alone     any          yes            as above without the replica: SLAVE_NOT_AVAILABLE
 *
 * As in Java, whether there is a replica is asked once, when the message is put. A replica that is lost later is waited
 * for until the deadline (then FLUSH_SLAVE_TIMEOUT): one that comes back within seconds goes on where it was and
 * acknowledges, and no send has failed.
 */
export function decide(endOffset: number, awaited: Awaited, view: DurabilityView): PutStatus | undefined {
  if (view.isFlushFailed) return 'SERVICE_NOT_AVAILABLE';
  if (endOffset > view.written) return undefined;
  if (awaited === 'written') return 'PUT_OK';
  if (view.waitsForFlush && endOffset > view.flushed) return undefined;
  if (!view.waitsForReplica || endOffset <= view.replicaAcked) return 'PUT_OK';
  return awaited === 'alone' ? 'SLAVE_NOT_AVAILABLE' : undefined;
}

/** What a waiter is told whose time is up: its record is stored, but not confirmed as it asked. */
export function decideLate(endOffset: number, view: DurabilityView): PutStatus {
  return view.waitsForFlush && endOffset > view.flushed ? 'FLUSH_DISK_TIMEOUT' : 'FLUSH_SLAVE_TIMEOUT';
}

export interface DurabilityGateParts {
  readonly marks: Watermarks;
  readonly policy: DurabilityPolicy;
  /** Whether a replica is connected and near enough to be waited for. */
  readonly replicas: { readonly isAvailable: boolean };
  readonly clock: Clock;
  readonly timers: Timers;
  /** `syncFlushTimeout`. */
  readonly timeoutMs: number;
  /** Told of every wait for the flush or a replica, ms. */
  readonly waitMs: Histogram;
  /** Asks for a call of `release` in the work phase of this turn. */
  readonly wake: () => void;
}

/**
 * Holds the answers until the log has got as far as each one's promise: Java's GroupCommitRequest and
 * GroupTransferService. Releasing costs one comparison per waiter; one timer serves all timeouts.
 */
export class DurabilityGate {
  readonly #parts: DurabilityGateParts;
  /** By what they wait for; each in order of the log. */
  readonly #quick = new WaiterRing();
  readonly #patient = new WaiterRing();
  readonly #alone = new WaiterRing();
  readonly #view: { -readonly [key in keyof DurabilityView]: DurabilityView[key] };
  #sweepTimer: Timer | undefined;

  constructor(parts: DurabilityGateParts) {
    this.#parts = parts;
    this.#view = { ...parts.policy, written: 0, flushed: 0, replicaAcked: 0, isFlushFailed: false };
  }

  get waitingCount(): number {
    return this.#quick.count + this.#patient.count + this.#alone.count;
  }

  /** The waiter hears exactly once, in a work phase, never from inside this call. */
  whenDurable(endOffset: number, wait: boolean, waiter: DurabilityWaiter): void {
    const { policy, clock, timeoutMs, replicas } = this.#parts;
    if (wait && (policy.waitsForFlush || policy.waitsForReplica)) {
      const ring = policy.waitsForReplica && !replicas.isAvailable ? this.#alone : this.#patient;
      ring.push(endOffset, clock.monotonicMs() + timeoutMs, waiter);
      if (this.#sweepTimer === undefined) this.#armSweep();
    } else {
      this.#quick.push(endOffset, Infinity, waiter);
    }
    this.#parts.wake();
  }

  /** Tells everybody whose time has come. In a work phase. */
  release(): void {
    const view = this.#look();
    this.#releaseQuick(view);
    if (this.#alone.count > 0) this.#releaseTimed(this.#alone, 'alone', view);
    if (this.#patient.count > 0) this.#releaseTimed(this.#patient, 'policy', view);
  }

  /** Records behind `endOffset` are taken back: who waits for them hears `status`. In a work phase. */
  refuseBeyond(endOffset: number, status: PutStatus): void {
    for (const ring of [this.#quick, this.#alone, this.#patient]) {
      for (const waiter of ring.takeBeyond(endOffset)) waiter.settle(status);
    }
  }

  /** From now on nobody hears PUT_OK. */
  failForGood(): void {
    this.#view.isFlushFailed = true;
    this.#parts.wake();
  }

  /** Nobody is left waiting: who waits for a replica only hears FLUSH_SLAVE_TIMEOUT, the rest SERVICE_NOT_AVAILABLE. */
  stop(): void {
    this.#sweepTimer?.cancel();
    this.#sweepTimer = undefined;
    const view = this.#look();
    const stored = view.waitsForFlush ? view.flushed : view.written;
    while (!view.isFlushFailed && this.#patient.headEnd <= stored) this.#patient.shift().settle('FLUSH_SLAVE_TIMEOUT');
    this.refuseBeyond(-Infinity, 'SERVICE_NOT_AVAILABLE');
  }

  #look(): DurabilityView {
    this.#view.written = this.#parts.marks.written;
    this.#view.flushed = this.#parts.marks.flushed;
    this.#view.replicaAcked = this.#parts.marks.replicaAcked;
    return this.#view;
  }

  #releaseQuick(view: DurabilityView): void {
    const ring = this.#quick;
    while (ring.count > 0) {
      const status = decide(ring.headEnd, 'written', view);
      if (status === undefined) return;
      ring.shift().settle(status);
    }
  }

  /** As above, and who has waited too long; all waits are counted, by one look at the clock. */
  #releaseTimed(ring: WaiterRing, awaited: Awaited, view: DurabilityView): void {
    const { clock, waitMs, timeoutMs } = this.#parts;
    const now = clock.monotonicMs();
    while (ring.count > 0) {
      const deadline = ring.headDeadline;
      const status = decide(ring.headEnd, awaited, view) ?? (deadline <= now ? decideLate(ring.headEnd, view) : undefined);
      if (status === undefined) return;
      waitMs.record(now - deadline + timeoutMs);
      ring.shift().settle(status);
    }
  }

  /** Sleeps until the oldest waiter's deadline; those who were told meanwhile cost nothing. */
  #armSweep(): void {
    const deadline = Math.min(this.#patient.headDeadline, this.#alone.headDeadline);
    const delayMs = Math.max(1, Math.ceil(deadline - this.#parts.clock.monotonicMs()));
    this.#sweepTimer = this.#parts.timers.after(delayMs, () => {
      this.#sweepTimer = undefined;
      if (this.#patient.count + this.#alone.count === 0) return;
      this.#parts.wake();
      this.#armSweep();
    });
  }
}
