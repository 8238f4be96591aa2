/**
 * What the connections of one server or one client share: limits, counters, buffers, the opaque counter, and the two
 * sweeps. Timers run only while there is something to look at, so an idle client keeps nothing awake.
 */
import { assert, type Conn, type Env, type Timer } from '@rocketmq-ts/kernel';
import type { SerializeType } from '@rocketmq-ts/remoting-protocol';
import type { Connection } from './connection.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { InFlight } from './in-flight.ts';
import { createCounters, DEFAULT_REMOTING_LIMITS, type RemotingLimits } from './limits.ts';
import { SocketConnection } from './socket-connection.ts';
import { WriterPool } from './writer-pool.ts';

/** How late a timeout may be noticed. */
const DEADLINE_SWEEP_MS = 50;
const LIVENESS_SWEEP_MS = 1000;
const OPAQUE_MAX = 0x7fffffff;

export interface EndpointOptions {
  readonly env: Env;
  readonly dispatcher: Dispatcher;
  readonly serializeType: SerializeType;
  readonly limits?: Partial<RemotingLimits> | undefined;
  readonly onClose?: ((connection: Connection) => void) | undefined;
  /** Looks at what waits outside of connections; true while something waits. */
  readonly expireWaiting?: ((nowMs: number) => boolean) | undefined;
}

export class Endpoint {
  readonly env: Env;
  readonly dispatcher: Dispatcher;
  readonly serializeType: SerializeType;
  readonly limits: RemotingLimits;
  readonly counters = createCounters();
  readonly budget = { heldBytes: 0, queuedBytes: 0 };
  readonly writers = new WriterPool();
  readonly connections = new Set<SocketConnection>();
  readonly #options: EndpointOptions;
  #deadlineTimer: Timer | undefined;
  #livenessTimer: Timer | undefined;
  #lastOpaque = 0;
  #lastId = 0;

  constructor(options: EndpointOptions) {
    this.env = options.env;
    this.dispatcher = options.dispatcher;
    this.serializeType = options.serializeType;
    this.limits = { ...DEFAULT_REMOTING_LIMITS, ...options.limits };
    this.#options = options;
  }

  /** Takes a socket over; in the turn in which it was handed to us. */
  adopt(conn: Conn): SocketConnection {
    const connection = new SocketConnection(++this.#lastId, conn, this);
    conn.handler = connection.handler;
    this.connections.add(connection);
    this.#livenessTimer ??= this.env.timers.every(LIVENESS_SWEEP_MS, () => this.#sweepLiveness());
    return connection;
  }

  forget(connection: SocketConnection): void {
    this.connections.delete(connection);
    if (this.connections.size > 0) return;
    this.#livenessTimer?.cancel();
    this.#livenessTimer = undefined;
  }

  announceClose(connection: SocketConnection): void {
    this.#options.onClose?.(connection);
  }

  /** An int32 ≥ 0 that no request of this connection is waiting with. */
  nextOpaque(inFlight: InFlight): number {
    do {
      this.#lastOpaque = this.#lastOpaque === OPAQUE_MAX ? 0 : this.#lastOpaque + 1;
    } while (inFlight.has(this.#lastOpaque));
    return this.#lastOpaque;
  }

  /** Something with a deadline waits now. */
  watchDeadlines(): void {
    this.#deadlineTimer ??= this.env.timers.every(DEADLINE_SWEEP_MS, () => this.#sweepDeadlines());
  }

  /** After the last connection is gone nothing of the endpoint may be left. */
  dispose(): void {
    this.#deadlineTimer?.cancel();
    this.#deadlineTimer = undefined;
    assert(this.connections.size === 0 && this.#livenessTimer === undefined, 'a stopped endpoint has no connection and no timer');
    assert(this.budget.heldBytes === 0 && this.budget.queuedBytes === 0, 'closed connections have returned what they charged');
  }

  #sweepDeadlines(): void {
    const nowMs = this.env.clock.monotonicMs();
    let isAnyWaiting = this.#options.expireWaiting?.(nowMs) ?? false;
    for (const connection of this.connections) {
      if (connection.inFlight.size === 0) continue;
      connection.inFlight.expire(nowMs);
      if (connection.inFlight.size > 0) isAnyWaiting = true;
    }
    if (isAnyWaiting) return;
    this.#deadlineTimer?.cancel();
    this.#deadlineTimer = undefined;
  }

  #sweepLiveness(): void {
    const nowMs = this.env.clock.monotonicMs();
    for (const connection of this.connections) connection.sweep(nowMs);
  }
}
