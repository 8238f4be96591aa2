import { RateWindow } from './rate-window.ts';

/** Told of every pull that found something. */
export interface PullCounters {
  pulled(group: string, topic: string, messages: number, bytes: number): void;
}

const SPAN_MS = 60_000;
const SAMPLES_MAX = 7;

interface GroupCounter {
  messages: number;
  readonly window: RateWindow;
}

/**
 * How fast each group reads each topic, over the last minute: Java's GROUP_GET_NUMS. Sampled with the store's rates; who read
 * nothing for a minute is forgotten.
 */
export class GroupRates implements PullCounters {
  readonly #groups = new Map<string, GroupCounter>();

  pulled(group: string, topic: string, messages: number): void {
    const key = `${topic}@${group}`;
    let counter = this.#groups.get(key);
    if (counter === undefined) {
      counter = { messages: 0, window: new RateWindow(SAMPLES_MAX) };
      this.#groups.set(key, counter);
    }
    counter.messages += messages;
  }

  sample(nowMs: number): void {
    for (const [key, counter] of this.#groups) {
      counter.window.sample(nowMs, counter.messages);
      if (counter.window.isIdle) this.#groups.delete(key);
    }
  }

  /** Messages per second. */
  consumeTps(group: string, topic: string): number {
    return this.#groups.get(`${topic}@${group}`)?.window.perSecond(SPAN_MS) ?? 0;
  }
}
