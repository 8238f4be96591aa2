/**
 * A world of one thread for these tests: a clock that moves when told, sockets whose bytes arrive in the next turn, and a
 * receive window, so that a reader that pauses makes the other side's queue grow. Deterministic: first in, first out.
 */
import {
  assert,
  type Conn,
  type ConnectOptions,
  type ConnHandler,
  createSeededRandom,
  type Env,
  type Listener,
  type ListenOptions,
  NetError,
  type PeerAddress,
  silentLog,
  type Timer,
  type TurnTask,
} from '@rocketmq-ts/kernel';

const WINDOW_BYTES = 64 * 1024;
const OVER_LIMIT_BYTES = 1024 * 1024;

export class FakeEnv implements Pick<Env, 'clock' | 'timers' | 'turn' | 'net' | 'random' | 'log'> {
  readonly log = silentLog;
  readonly random = createSeededRandom(1);
  /** Sockets opened, and calls of `write` that carried bytes. */
  readonly seen = { connects: 0, writes: 0 };
  /** Connects hang until their timeout. */
  isUnreachable = false;
  #nowMs = 1000;
  #timers: { atMs: number; periodMs: number | undefined; callback: () => void; isCancelled: boolean }[] = [];
  #arrivals: (() => void)[] = [];
  #work: TurnTask[] = [];
  #output: TurnTask[] = [];
  #listeners = new Map<number, (conn: Conn) => void>();
  #nextPort = 50_000;

  /** This fake has no disk; remoting needs none. */
  get env(): Env {
    return this as unknown as Env;
  }

  get timerCount(): number {
    return this.#timers.filter((timer) => !timer.isCancelled).length;
  }

  readonly clock = { wallMs: () => this.#nowMs, monotonicMs: () => this.#nowMs };

  readonly timers = {
    after: (delayMs: number, callback: () => void): Timer => this.#addTimer(delayMs, undefined, callback),
    every: (periodMs: number, callback: () => void): Timer => this.#addTimer(periodMs, periodMs, callback),
  };

  readonly turn = {
    work: (task: TurnTask) => void this.#work.push(task),
    output: (task: TurnTask) => void this.#output.push(task),
  };

  readonly net = {
    listen: async (options: ListenOptions, onConnection: (conn: Conn) => void): Promise<Listener> => {
      const { port } = options;
      if (this.#listeners.has(port)) throw new NetError('EADDRINUSE', `:${port}`, 'in use');
      this.#listeners.set(port, onConnection);
      return { host: '0.0.0.0', port, close: async () => void this.#listeners.delete(port) };
    },
    connect: async (options: ConnectOptions): Promise<Conn> => {
      this.seen.connects++;
      const remote = { host: options.host, port: options.port };
      if (this.isUnreachable) {
        await new Promise<void>((resolve) => this.timers.after(options.timeoutMs, resolve));
        throw new NetError('ETIMEDOUT', `${options.host}:${options.port}`, 'connect timed out');
      }
      await Promise.resolve();
      const accept = this.#listeners.get(options.port);
      if (accept === undefined) throw new NetError('ECONNREFUSED', `${options.host}:${options.port}`, 'connection refused');
      const local = { host: '10.0.0.99', port: this.#nextPort++ };
      const near = new FakeConn(this, local, remote);
      const far = new FakeConn(this, remote, local);
      near.peer = far;
      far.peer = near;
      accept(far);
      return near;
    },
  };

  arrive(callback: () => void): void {
    this.#arrivals.push(callback);
  }

  /** Turns and microtasks until nothing moves any more; time stands still. */
  async settle(): Promise<void> {
    for (;;) {
      // Promises first, as between two callbacks of the real loop.
      for (let count = 0; count < 20; count++) await Promise.resolve();
      if (this.#arrivals.length + this.#work.length + this.#output.length === 0) return;
      this.#runTurn();
    }
  }

  async runFor(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.settle();
    for (;;) {
      const next = this.#timers.filter((timer) => !timer.isCancelled && timer.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#nowMs = next.atMs;
      if (next.periodMs === undefined) next.isCancelled = true;
      else next.atMs += next.periodMs;
      next.callback();
      await this.settle();
    }
    this.#nowMs = endMs;
    this.#timers = this.#timers.filter((timer) => !timer.isCancelled);
  }

  #runTurn(): void {
    for (const arrival of this.#arrivals.splice(0)) arrival();
    for (;;) {
      const task = this.#work.shift() ?? this.#output.shift();
      if (task === undefined) return;
      task.runTurn();
    }
  }

  #addTimer(delayMs: number, periodMs: number | undefined, callback: () => void): Timer {
    const timer = { atMs: this.#nowMs + delayMs, periodMs, callback, isCancelled: false };
    this.#timers.push(timer);
    return {
      cancel: () => {
        timer.isCancelled = true;
      },
    };
  }
}

class FakeConn implements Conn {
  readonly local: PeerAddress;
  readonly remote: PeerAddress;
  handler: ConnHandler = { onData: () => assert(false, 'no handler'), onDrain() {}, onClose() {} };
  peer: FakeConn | undefined;
  readonly #world: FakeEnv;
  #queue: Buffer[] = [];
  /** Bytes on their way, or held by a paused reader. */
  #inbox: Buffer[] = [];
  #inboxBytes = 0;
  #isPaused = false;
  #isClosed = false;
  #isOverLimit = false;
  pendingBytes = 0;

  constructor(world: FakeEnv, local: PeerAddress, remote: PeerAddress) {
    this.#world = world;
    this.local = local;
    this.remote = remote;
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#isClosed) return false;
    this.#world.seen.writes++;
    // The system copies what it takes; here everything is taken over at once and only accounted as queued.
    for (const chunk of chunks) {
      this.#queue.push(Buffer.from(chunk));
      this.pendingBytes += chunk.length;
    }
    this.#transmit();
    if (this.pendingBytes >= OVER_LIMIT_BYTES) this.#isOverLimit = true;
    return !this.#isOverLimit;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#world.arrive(() => this.#deliver());
  }

  end(): void {
    this.#world.arrive(() => this.destroy());
  }

  destroy(): void {
    if (this.#isClosed) return;
    const { peer } = this;
    this.#close();
    this.#world.arrive(() => {
      if (peer !== undefined) peer.#close();
    });
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#world.arrive(() => this.handler.onClose(undefined));
  }

  #transmit(): void {
    const { peer } = this;
    while (peer !== undefined && this.#queue.length > 0 && peer.#inboxBytes < WINDOW_BYTES) {
      const head = this.#queue.shift() as Buffer;
      const part = head.subarray(0, WINDOW_BYTES - peer.#inboxBytes);
      if (part.length < head.length) this.#queue.unshift(head.subarray(part.length));
      this.pendingBytes -= part.length;
      peer.#inbox.push(part);
      peer.#inboxBytes += part.length;
      this.#world.arrive(() => peer.#deliver());
    }
    if (this.#isOverLimit && this.pendingBytes === 0) {
      this.#isOverLimit = false;
      this.#world.arrive(() => {
        if (!this.#isClosed) this.handler.onDrain();
      });
    }
  }

  #deliver(): void {
    if (this.#isPaused || this.#isClosed) return;
    const chunks = this.#inbox.splice(0);
    this.#inboxBytes = 0;
    for (const chunk of chunks) {
      if (!this.#isClosed) this.handler.onData(chunk);
    }
    if (this.peer !== undefined) this.peer.#transmit();
  }
}
