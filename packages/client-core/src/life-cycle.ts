/**
 * created → starting → running → stopping → stopped; a failed start goes back to created, so that it can be tried
 * again. Starting twice and stopping twice share one run; nothing leads back from stopped.
 */
import { MQClientError } from './errors.ts';

export type LifeState = 'created' | 'starting' | 'running' | 'stopping' | 'stopped';

export class LifeCycle {
  readonly #what: string;
  readonly #onChange: (state: LifeState) => void;
  #state: LifeState = 'created';
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(what: string, onChange: (state: LifeState) => void) {
    this.#what = what;
    this.#onChange = onChange;
  }

  get state(): LifeState {
    return this.#state;
  }

  start(run: () => Promise<void>): Promise<void> {
    if (this.#state === 'stopping' || this.#state === 'stopped') {
      return Promise.reject(new MQClientError('RMQ_STATE', `The ${this.#what} was shut down and can't be started again; make a new one.`));
    }
    return (this.#starting ??= this.#start(run));
  }

  stop(run: () => Promise<void>): Promise<void> {
    return (this.#stopping ??= this.#stop(run));
  }

  /** @throws MQClientError RMQ_STATE unless running */
  assertRunning(): void {
    if (this.#state === 'running') return;
    const hint = this.#state === 'created' ? 'Call start() and wait for it first.' : undefined;
    throw new MQClientError('RMQ_STATE', `The ${this.#what} service state not OK, ${this.#state}`, hint === undefined ? {} : { hint });
  }

  async #start(run: () => Promise<void>): Promise<void> {
    this.#set('starting');
    try {
      await run();
      this.#set('running');
    } catch (error) {
      this.#starting = undefined;
      this.#set('created');
      throw error;
    }
  }

  async #stop(run: () => Promise<void>): Promise<void> {
    // A start under way comes to its end first; a failed one leaves nothing to stop.
    if (this.#state === 'starting') await this.#starting?.catch(() => undefined);
    const wasRunning = this.#state === 'running';
    this.#set('stopping');
    try {
      if (wasRunning) await run();
    } finally {
      this.#set('stopped');
    }
  }

  #set(state: LifeState): void {
    this.#state = state;
    this.#onChange(state);
  }
}

/** Resolves after `done` or, at the latest, `limitMs`; true when it was `done`. Never rejects. */
export function within(timers: { after(delayMs: number, callback: () => void): { cancel(): void } }, limitMs: number, done: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = timers.after(limitMs, () => resolve(false));
    const finish = (): void => {
      timer.cancel();
      resolve(true);
    };
    done.then(finish, finish);
  });
}
