import type { Connection } from '@rocketmq-ts/remoting';
import type { TagsFilter } from '@rocketmq-ts/store';

/** A pull that found nothing and waits for a message of its queue. */
export interface HeldPull {
  readonly connection: Connection;
  readonly topic: string;
  readonly queueId: number;
  /** Wanted queue offset: a message at it or behind it wakes the pull. */
  readonly queueOffset: number;
  /** Monotonic ms after which it is answered without a message. */
  readonly deadlineMs: number;
  readonly filter: TagsFilter | undefined;
  /** Runs the pull again and answers it, whatever it finds. */
  resume(): void;
}

export interface HeldPullsLimits {
  readonly heldPulls: number;
  readonly heldPullsPerConnection: number;
}

/**
 * Pure table of held pulls: by queue for arrivals, by connection for closes and caps, and all in order of age. Each
 * pull is in all three or in none. Over a cap the oldest is given back to be answered early: a client that gets an
 * empty answer asks again, a client that gets none believes in a network fault.
 */
export class HeldPulls {
  readonly #limits: HeldPullsLimits;
  readonly #byQueue = new Map<string, Map<number, Set<HeldPull>>>();
  readonly #byConnection = new Map<Connection, Set<HeldPull>>();
  readonly #byAge = new Set<HeldPull>();

  constructor(limits: HeldPullsLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#byAge.size;
  }

  /** Keeps the pull; returns those that must be answered early to make room. */
  add(pull: HeldPull): HeldPull[] {
    const evicted: HeldPull[] = [];
    const siblings = this.#byConnection.get(pull.connection);
    if (siblings !== undefined && siblings.size >= this.#limits.heldPullsPerConnection) this.#evictFirst(siblings, evicted);
    if (this.#byAge.size >= this.#limits.heldPulls) this.#evictFirst(this.#byAge, evicted);

    let queues = this.#byQueue.get(pull.topic);
    if (queues === undefined) this.#byQueue.set(pull.topic, (queues = new Map()));
    addTo(queues, pull.queueId, pull);
    addTo(this.#byConnection, pull.connection, pull);
    this.#byAge.add(pull);
    return evicted;
  }

  /** Takes out the pulls that a message with this tag, just before `nextQueueOffset`, wakes. */
  takeArrived(topic: string, queueId: number, nextQueueOffset: number, tagsCode: number, woken: HeldPull[]): void {
    const pulls = this.#byQueue.get(topic)?.get(queueId);
    if (pulls === undefined) return;
    for (const pull of pulls) {
      if (nextQueueOffset <= pull.queueOffset) continue;
      if (pull.filter !== undefined && !pull.filter(tagsCode)) continue;
      this.#remove(pull);
      woken.push(pull);
    }
  }

  /**
   * Takes out the pulls whose time is over, and those whose queue has grown: a wake-up that a tag filter held back
   * still moves the consumer's offset on, as Java's sweep does.
   */
  takeDue(nowMs: number, maxQueueOffset: (topic: string, queueId: number) => number): HeldPull[] {
    const due: HeldPull[] = [];
    for (const [topic, queues] of this.#byQueue) {
      for (const [queueId, pulls] of queues) {
        const max = maxQueueOffset(topic, queueId);
        for (const pull of pulls) if (nowMs >= pull.deadlineMs || max > pull.queueOffset) due.push(pull);
      }
    }
    for (const pull of due) this.#remove(pull);
    return due;
  }

  /** Everything, oldest first: the broker stops. */
  takeAll(): HeldPull[] {
    const all = [...this.#byAge];
    for (const pull of all) this.#remove(pull);
    return all;
  }

  /** The connection is gone: nobody waits any more. */
  dropConnection(connection: Connection): void {
    for (const pull of [...(this.#byConnection.get(connection) ?? [])]) this.#remove(pull);
  }

  #evictFirst(pulls: Set<HeldPull>, evicted: HeldPull[]): void {
    const [oldest] = pulls;
    if (oldest === undefined) return;
    this.#remove(oldest);
    evicted.push(oldest);
  }

  #remove(pull: HeldPull): void {
    this.#byAge.delete(pull);
    removeFrom(this.#byConnection, pull.connection, pull);
    const queues = this.#byQueue.get(pull.topic);
    if (queues === undefined) return;
    removeFrom(queues, pull.queueId, pull);
    if (queues.size === 0) this.#byQueue.delete(pull.topic);
  }
}

function addTo<K>(table: Map<K, Set<HeldPull>>, key: K, pull: HeldPull): void {
  const pulls = table.get(key);
  if (pulls === undefined) table.set(key, new Set([pull]));
  else pulls.add(pull);
}

function removeFrom<K>(table: Map<K, Set<HeldPull>>, key: K, pull: HeldPull): void {
  const pulls = table.get(key);
  if (pulls === undefined) return;
  pulls.delete(pull);
  if (pulls.size === 0) table.delete(key);
}
