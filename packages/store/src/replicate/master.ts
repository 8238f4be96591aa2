import { addressText, type Conn, type Env, type Listener, NetError, type Timer } from '@rocketmq-ts/kernel';
import { HA_PUSH_BODY_BYTES_MAX } from '@rocketmq-ts/remoting-protocol';
import type { ReplicaStatus } from '../ports.ts';
import type { LogSource, ReplicaProgress } from './log-ports.ts';
import type { ReplicaLimits, ReplicaRefusal } from './replica-progress.ts';
import { ReplicaSession } from './replica-session.ts';
import type { ReplicationOptions } from './replication.ts';
import { SaidOnce } from './said-once.ts';
import { sweepPeriodMs } from './sweep-period.ts';

/** Nobody has so many slaves; whoever opens more connections is a mistake or an attack. */
const REPLICAS_MAX = 16;
/** A Java slave reports for the first time after its haSendHeartbeatInterval and a second of waiting. */
const FIRST_REPORT_MS_MIN = 10_000;
/** Who lags no more than this gets all that is new with the turn that wrote it. */
const NEAR_BYTES = 1024 * 1024;
/** Whoever waited for a replica hears in the turn in which the last one goes that there is none. */
const SWEEPS_UNTIL_NOBODY_WAITS = 2;
/** What the others together get in one turn: their reading must not keep senders waiting. */
const FAR_TURN_BYTES = 2 * 1024 * 1024;

export interface HaMasterParts {
  readonly env: Pick<Env, 'clock' | 'timers' | 'net' | 'log'>;
  readonly options: ReplicationOptions;
  readonly source: LogSource;
  readonly progress: ReplicaProgress;
}

/**
 * Serves the log to those who follow it. What a turn has written is pushed in the same turn, straight from the slabs; who
 * lags gets what is left of the turn's budget, block by block, as fast as its connection drains.
 */
export class HaMaster {
  readonly #parts: HaMasterParts;
  readonly #limits: ReplicaLimits;
  readonly #said = new SaidOnce();
  readonly #sessions: ReplicaSession[] = [];
  /** Replicas that got the last file only and do not count yet: see `#mayCount`. */
  readonly #uncounted = new Set<ReplicaSession>();
  #listener: Listener | undefined;
  #sweep: Timer | undefined;
  #pushSoon: Timer | undefined;
  #acked = 0;
  #isAvailable = false;
  /** Sweeps since a replica was available. */
  #sweepsWithout = SWEEPS_UNTIL_NOBODY_WAITS;

  constructor(parts: HaMasterParts) {
    this.#parts = parts;
    const { haSendHeartbeatInterval, haHousekeepingInterval, haSlaveFallbehindMax } = parts.options;
    this.#limits = {
      heartbeatIntervalMs: haSendHeartbeatInterval,
      silenceMs: haHousekeepingInterval,
      firstReportMs: Math.max(haHousekeepingInterval, FIRST_REPORT_MS_MIN),
      fallbehindBytesMax: haSlaveFallbehindMax,
    };
  }

  get replicas(): readonly ReplicaStatus[] {
    const { end } = this.#parts.source;
    return this.#sessions.map(({ address, state }) => ({
      address,
      state: !state.isBegun ? 'waiting' : state.isNear(end) ? 'following' : 'catching up',
      ackedOffset: Math.max(state.ackedOffset, 0),
      lagBytes: state.isBegun ? state.lagBytes(end) : end,
    }));
  }

  get ackedOffset(): number {
    return this.#acked;
  }

  get isReplicaAvailable(): boolean {
    return this.#isAvailable;
  }

  /** Undefined while it does not listen. */
  get listenPort(): number | undefined {
    return this.#listener?.port;
  }

  /** @throws NetError, with the key to be changed in its message */
  async start(): Promise<void> {
    const { env, options } = this.#parts;
    const { haListenPort: port, haBindAddress: host } = options;
    try {
      this.#listener = await env.net.listen({ port, ...(host === undefined ? {} : { host }) }, (conn) => this.#accept(conn));
    } catch (error) {
      throw error instanceof NetError ? new NetError(error.systemCode, error.address, listenFailure(port, host, error), error) : error;
    }
    this.#sweep = env.timers.every(sweepPeriodMs(options), () => this.#tick());
  }

  async stop(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#sweep?.cancel();
    for (const session of [...this.#sessions]) session.close();
    this.#pushSoon?.cancel();
    await listener?.close();
  }

  /** The log has become longer, or more of it durable. */
  advanced(): void {
    if (this.#sessions.length === 0) return;
    this.#push(this.#pushSoon === undefined);
  }

  #accept(conn: Conn): void {
    const { env, source, options } = this.#parts;
    const session = new ReplicaSession({
      conn,
      clock: env.clock,
      source,
      limits: this.#limits,
      batchBytes: Math.min(options.haTransferBatchSize, HA_PUSH_BODY_BYTES_MAX),
      onBegun: (begun) => this.#begun(begun),
      onAcked: (acked) => this.#ackedBy(acked),
      onDrain: () => this.#requestPush(),
      onEnd: (ended, refusal) => this.#ended(ended, refusal),
    });
    conn.handler = session;
    if (this.#listener !== undefined && this.#sessions.length < REPLICAS_MAX) {
      this.#sessions.push(session);
      return;
    }
    session.end(undefined);
    if (this.#said.isNew('', 'too many')) {
      env.log.warn('A replica is turned away: too many are connected.', { replica: addressText(conn.remote), most: REPLICAS_MAX });
    }
  }

  #begun(session: ReplicaSession): void {
    const { state } = session;
    if (state.hasSkipped) this.#uncounted.add(session);
    this.#parts.env.log.info('A replica follows.', { replica: session.address, from: state.startOffset, behindBytes: session.backlogBytes });
    this.#updateAvailability();
    this.#requestPush();
  }

  #ackedBy(session: ReplicaSession): void {
    const { source, progress } = this.#parts;
    if (this.#mayCount(session)) {
      const acked = Math.min(session.state.ackedOffset, source.end);
      if (acked > this.#acked) {
        this.#acked = acked;
        progress.acked(acked);
      }
    }
    this.#updateAvailability();
  }

  /**
   * A replica that was given the last file only (its first report was 0, as that of an empty Java slave is) lacks what lies
   * before it, and so must not release those who wait for older bytes. It counts when these have been confirmed by another
   * replica, or when nobody waits because no replica was there to be waited for.
   */
  #mayCount(session: ReplicaSession): boolean {
    if (!this.#uncounted.has(session)) return true;
    if (session.state.startOffset > this.#acked && this.#sweepsWithout < SWEEPS_UNTIL_NOBODY_WAITS) return false;
    this.#uncounted.delete(session);
    return true;
  }

  #ended(session: ReplicaSession, refusal: ReplicaRefusal | undefined): void {
    const { log } = this.#parts.env;
    const at = this.#sessions.indexOf(session);
    if (at < 0) return;
    this.#sessions.splice(at, 1);
    this.#said.over('');
    this.#uncounted.delete(session);
    const replica = session.address;
    if (refusal !== undefined) {
      // It comes back with the same report, from another port; others may come from the same host.
      if (this.#said.isNew(`${session.host} ${session.state.position}`, refusal.cause)) log.warn(`A replica is not served: ${refusal.reason}`, { replica });
    } else if (session.state.isBegun) {
      log.info('A replica is gone.', { replica, acked: Math.max(session.state.ackedOffset, 0) });
    }
    this.#updateAvailability();
  }

  #updateAvailability(): void {
    const { source, progress } = this.#parts;
    const { end } = source;
    const isAvailable = this.#sessions.some((session) => session.state.isNear(end) && this.#mayCount(session));
    if (isAvailable === this.#isAvailable) return;
    this.#isAvailable = isAvailable;
    this.#sweepsWithout = 0;
    progress.setAvailable(isAvailable);
  }

  #requestPush(): void {
    this.#pushSoon ??= this.#parts.env.timers.after(0, () => {
      this.#pushSoon = undefined;
      this.#push(true);
    });
  }

  /** `withFar`: also to those who lag; they have their next turn when their connection drains, or at once. */
  #push(withFar: boolean): void {
    // Backwards, because a session that ends takes itself out.
    for (let index = this.#sessions.length - 1; index >= 0; index -= 1) {
      const session = this.#sessions[index] as ReplicaSession;
      if (session.state.hasReported && !session.state.isBegun) session.tryBegin();
      if (session.isHungry && session.backlogBytes <= NEAR_BYTES) session.push(NEAR_BYTES);
    }
    if (withFar) this.#pushFar();
    this.#updateAvailability();
  }

  #pushFar(): void {
    const far = this.#sessions.filter((session) => session.isHungry);
    for (const session of far) session.push(Math.ceil(FAR_TURN_BYTES / far.length));
    if (far.some((session) => session.isHungry)) this.#requestPush();
  }

  #tick(): void {
    const { env, options } = this.#parts;
    const nowMs = env.clock.monotonicMs();
    if (!this.#isAvailable) this.#sweepsWithout += 1;
    for (const session of [...this.#sessions]) {
      if (session.tick(nowMs) !== 'silent') continue;
      if (session.state.hasReported) {
        env.log.warn('A replica has not reported for too long; its connection is closed.', {
          replica: session.address,
          haHousekeepingInterval: options.haHousekeepingInterval,
        });
      }
      session.end(undefined);
    }
    this.#push(this.#pushSoon === undefined);
  }
}

function listenFailure(port: number, host: string | undefined, error: NetError): string {
  switch (error.systemCode) {
    case 'EADDRINUSE':
      return `Address already in use: port ${port}, where slaves copy the log (listenPort + 1), is taken by another process; stop that process or set another listenPort`;
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${host ?? ''} to serve slaves at (haBindAddress); port ${port} is listenPort + 1`;
    case 'EACCES':
      return `Permission denied: port ${port}, where slaves copy the log (listenPort + 1), may not be opened by this user; set a higher listenPort`;
    default:
      return `cannot listen for slaves on port ${port} (listenPort + 1): ${error.message}`;
  }
}
