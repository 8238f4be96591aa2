/**
 * Finds out soon what became of brokers: one whose connection was lost, one that can't be reached, and names without a
 * master. Asks such a broker whether it is there, and the name server for one route that names it, more and more seldom
 * while nothing changes; stops when all is well. What it finds goes into the broker table, whose listeners act on it.
 *
 *   lost connection ─► 100 ms ─► heartbeat to it, one route ─► changed: the other routes of that name
 *                        ▲            └── still no master, or silent: again after 200 ms, 400 ms, … 5 s
 *
 * Java differs: it waits for the next poll of the routes, up to 30 s.
 */
import type { Log, Timer, Timers } from '@rocketmq-ts/kernel';
import { asError } from './events.ts';
import type { Heartbeats } from './heartbeats.ts';
import type { RouteCache } from './route-cache.ts';

const FIRST_PAUSE_MS = 100;
const PAUSE_MAX_MS = 5000;

export interface BrokerWatchOptions {
  readonly routes: RouteCache;
  readonly heartbeats: Heartbeats;
  readonly timers: Timers;
  readonly log: Log;
}

export class BrokerWatch {
  readonly #options: BrokerWatchOptions;
  /** Addresses that failed since the last look. */
  readonly #suspects = new Set<string>();
  #pauseMs = FIRST_PAUSE_MS;
  #timer: Timer | undefined;
  #isLooking = false;
  #isStopped = true;
  #forget: (() => void) | undefined;

  constructor(options: BrokerWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isStopped = false;
    this.#forget = this.#options.routes.brokers.onChange(() => this.#begin());
  }

  stop(): void {
    this.#isStopped = true;
    this.#forget?.();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** A connection to this address was lost, or a request to it was not answered. */
  suspect(address: string): void {
    if (![...this.#options.routes.brokers.all()].some((broker) => broker.address === address)) return;
    this.#suspects.add(address);
    this.#begin();
  }

  /** Something has changed: looks soon, if there is anything to look at. */
  #begin(): void {
    if (this.#isStopped) return;
    this.#pauseMs = FIRST_PAUSE_MS;
    if (this.#isLooking || this.#troubled().length === 0) return;
    this.#timer?.cancel();
    this.#later();
  }

  #later(): void {
    this.#timer = this.#options.timers.after(this.#pauseMs, () => void this.#look());
    this.#pauseMs = Math.min(this.#pauseMs * 2, PAUSE_MAX_MS);
  }

  async #look(): Promise<void> {
    const { brokers } = this.#options.routes;
    this.#isLooking = true;
    const names = this.#troubled();
    const asked = [...brokers.all()].filter(({ address }) => this.#suspects.has(address) || !brokers.isReachable(address));
    this.#suspects.clear();
    await Promise.all([...asked.map((broker) => this.#options.heartbeats.probe(broker)), ...names.map((name) => this.#refresh(name))]);
    this.#isLooking = false;
    if (!this.#isStopped && this.#troubled().length > 0) this.#later();
  }

  /** One route tells how the name's brokers are; only when that is news, the others are asked for. */
  async #refresh(brokerName: string): Promise<void> {
    const { routes, log } = this.#options;
    const topics = routes.topicsNaming(brokerName);
    const before = JSON.stringify(routes.brokers.of(brokerName));
    try {
      // A topic that was deleted tells nothing.
      for (const topic of topics) if ((await routes.refresh(topic)) !== undefined) break;
      if (JSON.stringify(routes.brokers.of(brokerName)) !== before) await routes.refreshAll(topics);
    } catch (error) {
      log.debug('The route of a broker in trouble could not be refreshed.', { brokerName, error: asError(error) });
    }
  }

  #troubled(): string[] {
    const { brokers } = this.#options.routes;
    const ofSuspects = [...brokers.all()].filter(({ address }) => this.#suspects.has(address)).map(({ brokerName }) => brokerName);
    return [...new Set([...brokers.troubled(), ...ofSuspects])];
  }
}
