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
  /** Offsets in ascending order, and the message of each; undefined where it is consumed, as everywhere before #head. */
  readonly #offsets: number[] = [];
  readonly #messages: (ReceivedMessage | undefined)[] = [];
  #head = 0;
  #count = 0;
  #sizeBytes = 0;
  #pulledTo = 0;

  touchPulled(clock: Clock): void {
    this.lastPullWallMs = clock.wallMs();
    this.lastPullMonotonicMs = clock.monotonicMs();
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes of the bodies. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Distance between the first and the last message. */
  get span(): number {
    return this.#count === 0 ? 0 : this.#offsets.at(-1)! - this.#offsets[this.#head]!;
  }

  get first(): ReceivedMessage | undefined {
    return this.#messages[this.#head];
  }

  get minOffset(): number | undefined {
    return this.#offsets[this.#head];
  }

  get maxOffset(): number | undefined {
    return this.#offsets.at(-1);
  }

  has(queueOffset: number): boolean {
    const at = this.#placeOf(queueOffset);
    return this.#offsets[at] === queueOffset && this.#messages[at] !== undefined;
  }

  /** @param pulledTo where the next pull goes on: all messages before it are in here, were consumed, or filtered out */
  put(messages: readonly ReceivedMessage[], pulledTo: number): void {
    for (const message of messages) this.#put(message);
    this.#pulledTo = pulledTo;
  }

  /** The offset that may be committed now; undefined when nothing was in here before the call. */
  remove(messages: readonly ReceivedMessage[]): number | undefined {
    if (this.#count === 0) return undefined;
    for (const { queueOffset } of messages) {
      const at = this.#placeOf(queueOffset);
      const held = this.#messages[at];
      if (held === undefined || this.#offsets[at] !== queueOffset) continue;
      this.#messages[at] = undefined;
      this.#count -= 1;
      this.#sizeBytes -= held.body.length;
    }
    this.#skipConsumed();
    return this.#count === 0 ? this.#pulledTo : this.#offsets[this.#head]!;
  }

  clear(): void {
    this.#offsets.length = 0;
    this.#messages.length = 0;
    this.#head = 0;
    this.#count = 0;
    this.#sizeBytes = 0;
    this.#pulledTo = 0;
  }

  #put(message: ReceivedMessage): void {
    const { queueOffset } = message;
    const at = this.#placeOf(queueOffset);
    if (at === this.#offsets.length) {
      this.#offsets.push(queueOffset);
      this.#messages.push(message);
    } else if (this.#offsets[at] !== queueOffset) {
      this.#offsets.splice(at, 0, queueOffset);
      this.#messages.splice(at, 0, message);
    } else if (this.#messages[at] === undefined) {
      this.#messages[at] = message;
    } else {
      return;
    }
    this.#count += 1;
    this.#sizeBytes += message.body.length;
  }

  /** Where an offset stands, or would. Pulls come in ascending order and the oldest is consumed first, as a rule. */
  #placeOf(offset: number): number {
    const offsets = this.#offsets;
    let low = this.#head;
    let high = offsets.length;
    if (low === high || offset > offsets[high - 1]!) return high;
    if (offset <= offsets[low]!) return low;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (offsets[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #skipConsumed(): void {
    if (this.#count === 0) {
      this.#offsets.length = 0;
      this.#messages.length = 0;
      this.#head = 0;
      return;
    }
    while (this.#messages[this.#head] === undefined) this.#head += 1;
    // The end must be a message that is there, for `span` and `maxOffset`.
    while (this.#messages.at(-1) === undefined) {
      this.#offsets.pop();
      this.#messages.pop();
    }
    if (this.#head > 1024 && this.#head * 2 > this.#offsets.length) {
      this.#offsets.splice(0, this.#head);
      this.#messages.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
