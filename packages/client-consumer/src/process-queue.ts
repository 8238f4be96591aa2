/**
 * Messages of one queue that were pulled and are not consumed yet. What may be committed is the smallest offset in
 * here or, when it is empty, the one from which the next pull goes on: what lies between was filtered out. One process queue serves one
 * assignment: dropped with it, it is never used again, so late results of an old assignment can't move the new one.
 *
 *   committable = min(offsets)  or  pulledTo
 *
 * Java differs: it takes the last message's offset plus one, and learns of filtered ones by later, empty pulls.
 *
 * Source: client/impl/consumer/ProcessQueue.java (4.6.0)
 */
import type { ReceivedMessage } from '@rocketmq-ts/client-core';
import type { Clock } from '@rocketmq-ts/kernel';

export class ProcessQueue {
  /** True: assigned to somebody else; nothing of it is to be consumed or committed any more. */
  isDropped = false;
  lastPullWallMs = 0;
  /** The same moment on the clock that never jumps. */
  lastPullMonotonicMs = 0;
  lastConsumeWallMs = 0;
  readonly #messages = new Map<number, ReceivedMessage>();
  /** Offsets in ascending order; those before #head, and some behind it, are no longer in #messages. */
  #order: number[] = [];
  #head = 0;
  #sizeBytes = 0;
  #pulledTo = 0;

  touchPulled(clock: Clock): void {
    this.lastPullWallMs = clock.wallMs();
    this.lastPullMonotonicMs = clock.monotonicMs();
  }

  get count(): number {
    return this.#messages.size;
  }

  /** Bytes of the bodies. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Distance between the first and the last message. */
  get span(): number {
    return this.#messages.size === 0 ? 0 : this.#order.at(-1)! - this.#order[this.#head]!;
  }

  get first(): ReceivedMessage | undefined {
    return this.#messages.size === 0 ? undefined : this.#messages.get(this.#order[this.#head]!);
  }

  get minOffset(): number | undefined {
    return this.first?.queueOffset;
  }

  get maxOffset(): number | undefined {
    return this.#messages.size === 0 ? undefined : this.#order.at(-1);
  }

  has(queueOffset: number): boolean {
    return this.#messages.has(queueOffset);
  }

  /** @param pulledTo where the next pull goes on: all messages before it are in here, were consumed, or filtered out */
  put(messages: readonly ReceivedMessage[], pulledTo: number): void {
    for (const message of messages) {
      const offset = message.queueOffset;
      if (this.#messages.has(offset)) continue;
      this.#messages.set(offset, message);
      this.#sizeBytes += message.body.length;
      this.#insert(offset);
    }
    this.#pulledTo = pulledTo;
  }

  /** The offset that may be committed now; undefined when nothing was in here before the call. */
  remove(messages: readonly ReceivedMessage[]): number | undefined {
    if (this.#messages.size === 0) return undefined;
    for (const message of messages) {
      const held = this.#messages.get(message.queueOffset);
      if (held === undefined) continue;
      this.#messages.delete(message.queueOffset);
      this.#sizeBytes -= held.body.length;
    }
    this.#skipConsumed();
    return this.#messages.size === 0 ? this.#pulledTo : this.#order[this.#head]!;
  }

  clear(): void {
    this.#messages.clear();
    this.#order = [];
    this.#head = 0;
    this.#sizeBytes = 0;
    this.#pulledTo = 0;
  }

  /** Pulls come in ascending order, so the search for the place is rarely needed. */
  #insert(offset: number): void {
    const order = this.#order;
    let at = order.length;
    while (at > this.#head && order[at - 1]! > offset) at -= 1;
    if (at === order.length) order.push(offset);
    else if (at === this.#head || order[at - 1] !== offset) order.splice(at, 0, offset);
  }

  #skipConsumed(): void {
    while (this.#head < this.#order.length && !this.#messages.has(this.#order[this.#head]!)) this.#head += 1;
    // The end must be a message that is there, for `span` and `maxOffset`.
    while (this.#order.length > this.#head && !this.#messages.has(this.#order.at(-1)!)) this.#order.pop();
    if (this.#head > 1024 && this.#head * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#head);
      this.#head = 0;
    }
  }
}
