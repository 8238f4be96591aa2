import { performance } from 'node:perf_hooks';
import { RtHistogram } from './rt-histogram.ts';

/** How long after the measured time an open loop still sends what was due within it, so that its waiting is known. */
const BACKLOG_MS = 1000;

/**
 * What one generator counts. Times are this thread's `performance.now()`, ms. A message belongs to the measurement by the
 * moment from which its time counts (`since`), the throughput by when answers came.
 */
export class Tally {
  from = Number.POSITIVE_INFINITY;
  until = Number.POSITIVE_INFINITY;
  /** All of this run, for progress and for the judgement whether anything works at all. */
  everDone = 0;
  everFailed = 0;
  lastDoneAt = Number.NaN;
  /** Within the measured time. */
  done = 0;
  failed = 0;
  firstFailure: string | undefined;
  readonly rt: RtHistogram = new RtHistogram();
  /** Rejects when the run cannot go on. */
  readonly broken: Promise<never>;
  /** The run cannot go on. */
  readonly broke: (cause: Error) => void;
  #ended = false;

  constructor() {
    let broke: (cause: Error) => void = () => undefined;
    this.broken = new Promise((_, reject) => {
      broke = reject;
    });
    this.broke = broke;
    this.broken.catch(() => undefined);
  }

  /** Messages whose own times are not known. */
  received(messages: number, now: number): void {
    this.everDone += messages;
    this.lastDoneAt = now;
    if (now >= this.from && now < this.until) this.done += messages;
  }

  succeeded(since: number, now: number, messages: number = 1): void {
    this.received(messages, now);
    if (this.isMeasured(since)) this.rt.record((now - since) * 1000);
  }

  refused(since: number, why: string): void {
    this.everFailed++;
    this.firstFailure ??= why;
    if (this.isMeasured(since)) this.failed++;
  }

  /** A message that waits still: its time so far is the least that it takes. */
  waiting(since: number, now: number): void {
    if (this.isMeasured(since)) this.rt.record((now - since) * 1000);
  }

  /** When nothing leaves any more. */
  get sendUntil(): number {
    return this.until + BACKLOG_MS;
  }

  isMeasured(since: number): boolean {
    return since >= this.from && since < this.until;
  }

  connectionLost(address: string, why: string): void {
    if (!this.#ended) this.broke(new Error(`the connection to ${address} was lost: ${why}`));
  }

  /** From now on lost connections are our own doing. */
  end(): void {
    this.#ended = true;
    this.until = Math.min(this.until, performance.now());
  }
}
