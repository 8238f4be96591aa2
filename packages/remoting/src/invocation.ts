/**
 * One request of ours from the call to its outcome, across dialling and waiting: the promise at the edge of the API.
 * Settles exactly once; whatever comes later finds it settled.
 */
import type { RemotingCommand } from '@rocketmq-ts/remoting-protocol';
import { RemotingTimeoutError } from './errors.ts';
import type { InFlight, Pending } from './in-flight.ts';

export interface InvocationOptions {
  readonly address: string;
  readonly command: RemotingCommand;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

export class Invocation implements Pending {
  readonly command: RemotingCommand;
  readonly deadlineMs: number;
  readonly promise: Promise<RemotingCommand>;
  readonly #address: string;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  #resolve: (response: RemotingCommand) => void = nothing;
  #reject: (error: unknown) => void = nothing;
  #isSettled = false;
  #isSent = false;
  /** The table it waits in, to be taken out when the caller aborts. */
  #table: InFlight | undefined;

  constructor(options: InvocationOptions) {
    this.command = options.command;
    this.deadlineMs = options.deadlineMs;
    this.#address = options.address;
    this.#timeoutMs = options.timeoutMs;
    this.#signal = options.signal;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const signal = this.#signal;
    if (signal === undefined) return;
    if (signal.aborted) this.handleEvent();
    else signal.addEventListener('abort', this, { once: true });
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** The request was handed to a connection and waits in `table` under its opaque. */
  markSent(table: InFlight): void {
    this.#isSent = true;
    this.#table = table;
  }

  answer(response: RemotingCommand): void {
    if (this.#settle()) this.#resolve(response);
  }

  expire(): void {
    const waitedFor = this.#isSent ? 'answer' : 'connection';
    this.fail(new RemotingTimeoutError(this.#address, this.command.code, this.#timeoutMs, waitedFor));
  }

  fail(error: Error): void {
    if (this.#settle()) this.#reject(error);
  }

  /** The caller's signal fires. A method of the listener object, so that a call without a signal makes no closure for it. */
  handleEvent(): void {
    if (!this.#settle()) return;
    this.#table?.remove(this.command.opaque);
    this.#reject(this.#signal?.reason);
  }

  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#signal?.removeEventListener('abort', this);
    return true;
  }
}

function nothing(): void {}
