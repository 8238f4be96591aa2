import { type Conn, type Env, NetError, parsePeerAddress, type Timer } from '@rocketmq-ts/kernel';
import { detach } from '../detached.ts';
import type { MasterStatus, MasterToFollow } from '../ports.ts';
import { type LogEnds, planFirstReport } from './first-report.ts';
import type { ReplicaTail } from './log-ports.ts';
import type { ReplicationOptions } from './replication.ts';
import { SaidOnce } from './said-once.ts';
import { sweepPeriodMs } from './sweep-period.ts';
import { type SessionEnd, SlaveSession } from './slave-session.ts';

const CONNECT_TIMEOUT_MS = 5000;
/** A slave that catches up takes much at a time; what fits into the processor's cache is copied fastest. */
const READ_BUFFER_BYTES = 256 * 1024;
/** The question for the log's ends goes through the master's main port; without an answer we do without. */
const LOG_ENDS_TIMEOUT_MS = 5000;
const RETRY_MS_FIRST = 100;
const RETRY_MS_MAX = 5000;
/** Nothing changes until somebody acts. */
const REFUSED_RETRY_MS = 30_000;

export interface HaSlaveParts {
  readonly env: Pick<Env, 'clock' | 'timers' | 'net' | 'log'>;
  readonly options: ReplicationOptions;
  readonly tail: ReplicaTail;
  /** Of our own master side, so that a slave that is sent to itself is noticed. */
  readonly ownListenPort: () => number | undefined;
}

/**
 * Keeps one connection to the master that is to be followed.
 *
 *   unknown ──follow──► connecting ──► verifying ──► following
 *                         ▲   └──────────────┴──► refused
 *                         └── later, growing ─────────┘
 */
export class HaSlave {
  readonly #parts: HaSlaveParts;
  readonly #said = new SaidOnce();
  #master: MasterToFollow | undefined;
  /** HA address of the attempt or session that is going on. */
  #target: string | undefined;
  #session: SlaveSession | undefined;
  /** Numbers the attempts, so that an answer that comes too late is known for what it is. */
  #attempt = 0;
  #retry: Timer | undefined;
  #retryMs = RETRY_MS_FIRST;
  #sweep: Timer | undefined;
  #reason: string | undefined;
  #state: 'idle' | 'running' | 'stopped' = 'idle';

  constructor(parts: HaSlaveParts) {
    this.#parts = parts;
  }

  get status(): MasterStatus {
    return { haAddress: this.#target ?? this.#master?.haAddress, state: this.#stateName(), reason: this.#reason, receivedOffset: this.#parts.tail.receivedEnd };
  }

  start(): void {
    const { options, env } = this.#parts;
    this.#state = 'running';
    this.#sweep = env.timers.every(sweepPeriodMs(options), () => this.#session?.tick(env.clock.monotonicMs()));
    this.#dialNow();
  }

  stop(): void {
    this.#state = 'stopped';
    this.#sweep?.cancel();
    this.#abandon('this broker stops');
  }

  follow(master: MasterToFollow | undefined): void {
    const hasMoved = master !== undefined && master.haAddress !== this.#target;
    this.#master = master;
    if (this.#state !== 'running' || !hasMoved) return;
    if (this.#session?.isFollowing === true) this.#parts.env.log.info('The master has moved.', { from: this.#target, to: master.haAddress });
    this.#abandon('the master has moved');
    this.#retryMs = RETRY_MS_FIRST;
    this.#reason = undefined;
    this.#dialNow();
  }

  advanced(): void {
    this.#session?.advanced();
  }

  #stateName(): MasterStatus['state'] {
    if (this.#session !== undefined) return this.#session.isFollowing ? 'following' : 'verifying';
    if (this.#reason !== undefined) return 'refused';
    return this.#target === undefined ? 'unknown' : 'connecting';
  }

  /** Whatever is going on with the master so far is over; its end is not heard. */
  #abandon(reason: string): void {
    this.#attempt += 1;
    this.#retry?.cancel();
    this.#retry = undefined;
    const session = this.#session;
    this.#session = undefined;
    this.#target = undefined;
    session?.end({ kind: 'broken', reason });
  }

  #dialNow(): void {
    this.#retry = undefined;
    this.#target = this.#master?.haAddress;
    if (this.#master === undefined) this.#reason = undefined;
    else detach(this.#parts.env.timers, this.#dial(this.#master, ++this.#attempt));
  }

  async #dial(master: MasterToFollow, attempt: number): Promise<void> {
    const { env, options, tail } = this.#parts;
    const address = parsePeerAddress(master.haAddress);
    if (address === undefined) return this.#refused('address', `'${master.haAddress}' is not an address: expected host:port of the master's HA port (haMasterAddress)`);
    const ends = await this.#askLogEnds(master);
    if (attempt !== this.#attempt) return;
    const first = planFirstReport({ minOffset: tail.minOffset, maxOffset: tail.receivedEnd }, ends, options.mappedFileSizeCommitLog);
    if (first.kind === 'refused') return this.#refused(first.cause, first.reason);
    const conn = await this.#connect(address);
    if (attempt !== this.#attempt) return conn instanceof NetError ? undefined : discard(conn);
    if (conn instanceof NetError) return this.#unreachable(conn);
    if (this.#isOwn(conn)) {
      discard(conn);
      return this.#refused('itself', `${master.haAddress} is this broker itself; set haMasterAddress to the master's address, and see that brokerName and brokerId are right`);
    }
    this.#session = new SlaveSession({
      conn,
      clock: env.clock,
      tail,
      first,
      masterEnd: ends?.maxOffset,
      fileBytes: options.mappedFileSizeCommitLog,
      heartbeatIntervalMs: options.haSendHeartbeatInterval,
      silenceMs: options.haHousekeepingInterval,
      onFollowing: () => this.#following(master.haAddress),
      onEnd: (end) => this.#ended(attempt, end),
    });
  }

  /** Never rejects and never waits for ever. */
  #askLogEnds(master: MasterToFollow): Promise<LogEnds | undefined> {
    return new Promise((resolve) => {
      const timeout = this.#parts.env.timers.after(LOG_ENDS_TIMEOUT_MS, () => resolve(undefined));
      const settle = (ends: LogEnds | undefined): void => {
        timeout.cancel();
        resolve(ends);
      };
      master.logEnds().then(settle, () => settle(undefined));
    });
  }

  async #connect(address: { readonly host: string; readonly port: number }): Promise<Conn | NetError> {
    try {
      return await this.#parts.env.net.connect({ ...address, timeoutMs: CONNECT_TIMEOUT_MS, readBufferBytes: READ_BUFFER_BYTES });
    } catch (error) {
      if (error instanceof NetError) return error;
      throw error;
    }
  }

  /** Connected to our own listener: the other end is at our own address, at our own port. */
  #isOwn(conn: Conn): boolean {
    const { haBindAddress } = this.#parts.options;
    if (conn.remote.port !== this.#parts.ownListenPort() || conn.remote.host !== conn.local.host) return false;
    return haBindAddress === undefined || haBindAddress === conn.remote.host;
  }

  #following(haAddress: string): void {
    this.#reason = undefined;
    this.#said.over(haAddress);
    this.#parts.env.log.info('This slave follows its master.', { master: haAddress, from: this.#parts.tail.receivedEnd });
  }

  #ended(attempt: number, end: SessionEnd): void {
    if (attempt !== this.#attempt) return;
    const session = this.#session;
    this.#session = undefined;
    if (end.kind === 'refused') return this.#refused(end.cause, end.reason);
    // A connection that breaks right after it was made is tried ever more slowly.
    if (session?.isFollowing === true && session.ageMs >= RETRY_MS_MAX) this.#retryMs = RETRY_MS_FIRST;
    const message = end.kind === 'broken' ? `The connection to the master is lost: ${end.reason}.` : `The master's log is not taken for now: ${end.reason}`;
    this.#say(end.kind, message, 'warn');
    this.#retryLater(end.kind === 'broken' ? this.#growingDelay() : RETRY_MS_MAX);
  }

  #unreachable(error: NetError): void {
    this.#reason = undefined;
    this.#say('unreachable', `The master cannot be reached, it is tried again: ${error.message}`, 'warn');
    this.#retryLater(this.#growingDelay());
  }

  #refused(cause: string, reason: string): void {
    this.#reason = reason;
    this.#say(`refused: ${cause}`, `This slave does not follow its master: ${reason}`, 'error');
    this.#retryLater(REFUSED_RETRY_MS);
  }

  /** Not again at each retry; following makes everything new. */
  #say(what: string, message: string, level: 'warn' | 'error'): void {
    const master = this.#target ?? '';
    if (this.#said.isNew(master, what)) this.#parts.env.log[level](message, { master });
  }

  #growingDelay(): number {
    const delayMs = this.#retryMs;
    this.#retryMs = Math.min(RETRY_MS_MAX, delayMs * 2);
    return delayMs;
  }

  #retryLater(delayMs: number): void {
    this.#retry = this.#parts.env.timers.after(delayMs, () => this.#dialNow());
  }
}

function discard(conn: Conn): void {
  conn.handler = { onData() {}, onDrain() {}, onClose() {} };
  conn.destroy();
}
