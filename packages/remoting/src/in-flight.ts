/**
 * Own requests that wait for their answers, by opaque. Each leaves the table exactly once: by its answer, its deadline,
 * its owner giving up, or the end of the connection; whoever takes it out settles it.
 */
import { assert } from '@rocketmq-ts/kernel';
import type { RemotingCommand } from '@rocketmq-ts/remoting-protocol';

export interface Pending {
  /** Monotonic ms. */
  readonly deadlineMs: number;
  answer(response: RemotingCommand): void;
  /** The deadline is over. */
  expire(): void;
  fail(error: Error): void;
}

export class InFlight {
  readonly #pending = new Map<number, Pending>();
  /** No pending deadline lies before it, so most sweeps look at nothing. */
  #earliestDeadlineMs = Infinity;

  get size(): number {
    return this.#pending.size;
  }

  has(opaque: number): boolean {
    return this.#pending.has(opaque);
  }

  add(opaque: number, pending: Pending): void {
    assert(!this.#pending.has(opaque), 'an opaque is used by one request at a time');
    this.#pending.set(opaque, pending);
    if (pending.deadlineMs < this.#earliestDeadlineMs) this.#earliestDeadlineMs = pending.deadlineMs;
  }

  /** False: nobody waits for it (any more). */
  complete(opaque: number, response: RemotingCommand): boolean {
    const pending = this.#pending.get(opaque);
    if (pending === undefined) return false;
    this.#pending.delete(opaque);
    pending.answer(response);
    return true;
  }

  /** The owner gave up; a later answer counts as unmatched. */
  remove(opaque: number): void {
    this.#pending.delete(opaque);
  }

  /** Takes out what is due. O(size) only when something may be due. */
  expire(nowMs: number): void {
    if (nowMs < this.#earliestDeadlineMs) return;
    let earliestMs = Infinity;
    const due: Pending[] = [];
    for (const [opaque, pending] of this.#pending) {
      if (pending.deadlineMs <= nowMs) {
        this.#pending.delete(opaque);
        due.push(pending);
      } else if (pending.deadlineMs < earliestMs) {
        earliestMs = pending.deadlineMs;
      }
    }
    this.#earliestDeadlineMs = earliestMs;
    for (const pending of due) pending.expire();
  }

  failAll(error: Error): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    this.#earliestDeadlineMs = Infinity;
    for (const pending of all) pending.fail(error);
  }
}
