import { type Clock, DiskError, type Turn, type TurnTask } from '@rocketmq-ts/kernel';
import type { LogTail } from './append/log-tail.ts';
import type { StoreCounters } from './stats.ts';

/** The steps of a turn's work, in this order. */
export interface TurnSteps {
  readonly tail: LogTail;
  /** The write did not succeed: take back what is not written. */
  readonly onWriteFailed: (error: DiskError) => void;
  /** Pushes what is new to replicas, reports to the master what is safe here. */
  readonly replicate: () => void;
  /** What may be dispatched and read has grown. */
  readonly raiseReadable: () => void;
  /** Answers those whose records are safe. */
  readonly release: () => void;
  /** SYNC_FLUSH: what was written is to become durable. */
  readonly flush: () => void;
  /** Behind the turn's answers. */
  readonly derive: () => void;
}

/**
 * The store's share of a turn: one write of all that was appended, and only then the answers. Nothing is confirmed
 * before the write call has returned, so the end of this process takes nothing that was confirmed.
 *
 *   append* ──► write ──► replicate ──► release ──► flush ──► (output phase: answers leave ──► derive)
 *
 * Consume queues and index come last, for nobody who sends waits for them: the clients work meanwhile.
 *
 * Whatever moves a mark asks for a turn: a datasync that is done, an acknowledgement of a replica. So what follows from
 * it (answers, dispatch, held pulls) happens in one turn as well.
 */
export class StoreTurn implements TurnTask {
  readonly #turn: Turn;
  readonly #clock: Clock;
  readonly #counters: StoreCounters;
  #steps: TurnSteps | undefined;
  readonly #derive: TurnTask = { runTurn: () => this.#steps?.derive() };
  #isRequested = false;
  /** Monotonic ms of the turn's first append; 0: none. */
  #firstAppendMs = 0;

  constructor(turn: Turn, clock: Clock, counters: StoreCounters) {
    this.#turn = turn;
    this.#clock = clock;
    this.#counters = counters;
  }

  /** Until then requests are remembered by nobody: the store is not open yet. */
  start(steps: TurnSteps): void {
    this.#steps = steps;
  }

  request(): void {
    if (this.#isRequested) return;
    this.#isRequested = true;
    this.#turn.work(this);
  }

  requestForAppend(): void {
    if (this.#firstAppendMs === 0) this.#firstAppendMs = this.#clock.monotonicMs();
    this.request();
  }

  runTurn(): void {
    this.#isRequested = false;
    const steps = this.#steps;
    if (steps === undefined) return;
    if (steps.tail.pendingBytes > 0) this.#write(steps);
    steps.replicate();
    steps.raiseReadable();
    steps.release();
    steps.flush();
    this.#turn.output(this.#derive);
  }

  #write(steps: TurnSteps): void {
    try {
      steps.tail.write();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      steps.onWriteFailed(error);
    }
    const tookMs = this.#clock.monotonicMs() - this.#firstAppendMs;
    this.#firstAppendMs = 0;
    if (tookMs > this.#counters.putEntireTimeMax) this.#counters.putEntireTimeMax = tookMs;
  }
}
