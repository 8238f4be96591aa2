/**
 * Back-pressure: at most so many sends at a time; the others wait in the order of their calls, each until its own
 * signal gives up or the producer closes.
 */
import { MQAbortError, MQClientError, throwIfAborted } from '@rocketmq-ts/client-core';
import { assert } from '@rocketmq-ts/kernel';

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class InFlightLimit {
  readonly #max: number;
  readonly #waiting = new Set<Waiter>();
  #count = 0;
  #isClosed = false;
  #idle: (() => void)[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  get count(): number {
    return this.#count;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** Takes a slot now (undefined) or later (a promise). @throws MQAbortError, MQClientError RMQ_SHUTDOWN */
  acquire(signal: AbortSignal | undefined): Promise<void> | undefined {
    throwIfAborted(signal, 'The send');
    if (this.#isClosed) throw closedError();
    if (this.#count < this.#max) {
      this.#count += 1;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.delete(waiter);
        reject(new MQAbortError('The send', signal?.reason));
      };
      const settle = (run: () => void): void => {
        signal?.removeEventListener('abort', onAbort);
        run();
      };
      const waiter: Waiter = { resolve: () => settle(resolve), reject: (error) => settle(() => reject(error)) };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(waiter);
    });
  }

  /** Gives the slot to the one that waits longest. */
  release(): void {
    assert(this.#count > 0, 'a slot is released once');
    for (const waiter of this.#waiting) {
      this.#waiting.delete(waiter);
      waiter.resolve();
      return;
    }
    this.#count -= 1;
    if (this.#count > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Resolves when nothing is in flight and nobody waits. */
  whenIdle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Turns everybody away who waits, and who comes. */
  close(): void {
    this.#isClosed = true;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const waiter of waiting) waiter.reject(closedError());
  }
}

function closedError(): MQClientError {
  return new MQClientError('RMQ_SHUTDOWN', 'The producer was shut down before this message could be sent.');
}
