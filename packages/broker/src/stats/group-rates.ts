import { RateWindow } from './rate-window.ts';

/** Told of every pull that found something. */
export interface PullCounters {
  pulled(group: string, topic: string, messages: number, bytes: number): void;
}

const SPAN_MS = 60_000;
const SAMPLES_MAX = 7;
/** Pairs of topic and group whose totals are kept also when nothing is read; 5.x keeps as many series of a metric. */
const KEPT_MAX = 50_000;

/** What one group has read of one topic since the start. */
export interface ReadTraffic {
  readonly topic: string;
  readonly group: string;
  messages: number;
  /** Of whole records. */
  bytes: number;
}

interface GroupCounter extends ReadTraffic {
  readonly window: RateWindow;
}

/**
 * What each group reads of each topic: in total, and how fast over the last minute (Java's GROUP_GET_NUMS). Sampled with
 * the store's rates.
 */
export class GroupRates implements PullCounters {
  readonly #groups = new Map<string, GroupCounter>();

  pulled(group: string, topic: string, messages: number, bytes: number): void {
    const key = `${topic}@${group}`;
    let counter = this.#groups.get(key);
    if (counter === undefined) {
      counter = { topic, group, messages: 0, bytes: 0, window: new RateWindow(SAMPLES_MAX) };
      this.#groups.set(key, counter);
    }
    counter.messages += messages;
    counter.bytes += bytes;
  }

  /** @param isTopic topics for which this is false have been deleted, and what was read of them is forgotten */
  sample(nowMs: number, isTopic: (topic: string) => boolean): void {
    for (const [key, counter] of this.#groups) {
      counter.window.sample(nowMs, counter.messages);
      const isForgotten = !isTopic(counter.topic) || (counter.window.isIdle && this.#groups.size > KEPT_MAX);
      if (isForgotten) this.#groups.delete(key);
    }
  }

  /** Messages per second. */
  consumeTps(group: string, topic: string): number {
    return this.#groups.get(`${topic}@${group}`)?.window.perSecond(SPAN_MS) ?? 0;
  }

  all(): IterableIterator<ReadTraffic> {
    return this.#groups.values();
  }
}
