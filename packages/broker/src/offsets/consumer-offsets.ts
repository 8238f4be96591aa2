import type { ConsumerOffsetSerializeWrapper } from '@rocketmq-ts/remoting-protocol';

import type { OffsetChange } from './merge-offsets.ts';

/** Between topic and group in a key; no valid name contains it. */
const SEPARATOR = '@';

export function topicOfKey(key: string): string {
  return key.slice(0, Math.max(0, key.indexOf(SEPARATOR)));
}

/** What a commit did, for the log. */
export type CommitOutcome = 'committed' | 'moved back';

/**
 * How far each group has consumed each queue: Java's ConsumerOffsetManager without its file. The last commit wins,
 * also when it is a smaller one: that is how an operator goes back.
 *
 * Source: broker/offset/ConsumerOffsetManager.java (4.6.0)
 */
export class ConsumerOffsets {
  #table = new Map<string, Map<number, number>>();
  #changes = 0;

  /** Rises with every change; equal numbers mean equal tables. */
  get changeCount(): number {
    return this.#changes;
  }

  commit(group: string, topic: string, queueId: number, offset: number): CommitOutcome {
    const old = this.#set(topic + SEPARATOR + group, queueId, offset);
    return old !== undefined && offset < old ? 'moved back' : 'committed';
  }

  /** What came of a merge with another broker's table. */
  apply(changes: readonly OffsetChange[]): void {
    for (const { key, queueId, offset } of changes) this.#set(key, queueId, offset);
  }

  /** −1 when the group never committed this queue. */
  query(group: string, topic: string, queueId: number): number {
    return this.#table.get(topic + SEPARATOR + group)?.get(queueId) ?? -1;
  }

  /** All queues of a topic that the group has committed. */
  queuesOf(group: string, topic: string): ReadonlyMap<number, number> | undefined {
    return this.#table.get(topic + SEPARATOR + group);
  }

  /** Every topic and group that something was committed for. */
  *pairs(): Generator<[topic: string, group: string]> {
    for (const key of this.#table.keys()) {
      const at = key.indexOf(SEPARATOR);
      if (at > 0) yield [key.slice(0, at), key.slice(at + 1)];
    }
  }

  topicsOf(group: string): string[] {
    const topics = [];
    for (const key of this.#table.keys()) {
      const at = key.indexOf(SEPARATOR);
      if (at > 0 && key.slice(at + 1) === group) topics.push(key.slice(0, at));
    }
    return topics;
  }

  groupsOf(topic: string): string[] {
    const groups = [];
    for (const key of this.#table.keys()) {
      const at = key.indexOf(SEPARATOR);
      if (at > 0 && key.slice(0, at) === topic) groups.push(key.slice(at + 1));
    }
    return groups;
  }

  /** Gives `destGroup` what `srcGroup` has. */
  clone(srcGroup: string, destGroup: string, topic: string): void {
    const source = this.#table.get(topic + SEPARATOR + srcGroup);
    if (source === undefined) return;
    this.#table.set(topic + SEPARATOR + destGroup, new Map(source));
    this.#changes++;
  }

  /** The topic is gone; one of the same name starts at 0 again, where an old offset would skip its messages. */
  removeTopic(topic: string): void {
    for (const group of this.groupsOf(topic)) {
      this.#table.delete(topic + SEPARATOR + group);
      this.#changes++;
    }
  }

  load(wrapper: ConsumerOffsetSerializeWrapper): void {
    this.#table = new Map();
    for (const [key, queues] of wrapper.offsetTable) this.#table.set(key, new Map(queues));
  }

  /** The live table, for encoding or merging at once. */
  view(): ConsumerOffsetSerializeWrapper {
    return { offsetTable: this.#table };
  }

  /** Returns what was there before. */
  #set(key: string, queueId: number, offset: number): number | undefined {
    let queues = this.#table.get(key);
    if (queues === undefined) {
      queues = new Map();
      this.#table.set(key, queues);
    }
    const old = queues.get(queueId);
    if (old === offset) return old;
    queues.set(queueId, offset);
    this.#changes++;
    return old;
  }
}
