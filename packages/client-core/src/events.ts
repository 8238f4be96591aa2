/**
 * Typed events. An 'error' that nobody listens to is logged and never thrown; a listener that throws is logged and
 * the others still run.
 */
import type { Log } from '@rocketmq-ts/kernel';

export type EventMap = { error: Error };
type Listener<E> = (event: E) => void;

export class TypedEvents<Events extends EventMap> {
  readonly #log: Log;
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();

  constructor(log: Log) {
    this.#log = log;
  }

  on<K extends keyof Events>(name: K, listener: Listener<Events[K]>): void {
    let set = this.#listeners.get(name);
    if (set === undefined) this.#listeners.set(name, (set = new Set()));
    set.add(listener as Listener<never>);
  }

  off<K extends keyof Events>(name: K, listener: Listener<Events[K]>): void {
    this.#listeners.get(name)?.delete(listener as Listener<never>);
  }

  emit<K extends keyof Events>(name: K, event: Events[K]): void {
    const set = this.#listeners.get(name);
    if (set === undefined || set.size === 0) {
      if (name === 'error') this.#log.warn('The client reports an error.', { error: event as unknown as Error });
      return;
    }
    for (const listener of [...set]) {
      try {
        (listener as Listener<Events[K]>)(event);
      } catch (error) {
        this.#log.error('A listener failed.', { event: String(name), error: asError(error) });
      }
    }
  }
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
