import { NetError } from '../errors.ts';
import type { Conn, ConnectOptions, Listener, ListenOptions, Net } from '../net.ts';
import type { Scheduler } from './scheduler.ts';
import type { Life } from './sim-life.ts';
import type { SimConn} from './sim-conn.ts';
import { connectPair } from './sim-conn.ts';

/** How bytes travel from one host to another; each direction on its own. */
export interface LinkState {
  minMs: number;
  maxMs: number;
  /** Infinity unless the line is to be slow. */
  bytesPerMs: number;
  /** Nothing arrives, nobody is told; what was sent arrives after the heal, as TCP sends it again. */
  isPartitioned: boolean;
}

interface ListenerEntry {
  readonly life: Life;
  readonly hostAddress: string;
  /** Undefined: all addresses of the host. */
  readonly boundTo: string | undefined;
  readonly port: number;
  readonly onConnection: (conn: Conn) => void;
}

const LOOPBACK = '127.0.0.1';

/**
 * The network between the simulated hosts, as a test sees it. Streams keep their order and lose no byte while
 * both ends live; chunks are cut and joined by seed. Fair faults: delay, slow lines, partition (also one way),
 * reset of connections, hosts that vanish without a word.
 */
export class SimNet {
  readonly scheduler: Scheduler;
  private readonly addressOfName = new Map<string, string>();
  private readonly links = new Map<string, LinkState>();
  private readonly listeners = new Set<ListenerEntry>();
  private readonly conns = new Set<SimConn>();
  private portNext = 49_152;

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
  }

  /** Gives a host its address; names resolve to it. */
  addHost(name: string): string {
    const address = `10.0.${this.addressOfName.size >> 8}.${(this.addressOfName.size & 0xff) + 1}`;
    this.addressOfName.set(name, address);
    return address;
  }

  /** The line from one host (name or address) to another; its fields may be set. */
  link(from: string, to: string): LinkState {
    const key = `${this.resolve(from) ?? from}>${this.resolve(to) ?? to}`;
    let state = this.links.get(key);
    if (state === undefined) {
      state = { minMs: 0.02, maxMs: 0.3, bytesPerMs: Infinity, isPartitioned: false };
      this.links.set(key, state);
    }
    return state;
  }

  partition(a: string, b: string): void {
    this.link(a, b).isPartitioned = true;
    this.link(b, a).isPartitioned = true;
  }

  heal(a: string, b: string): void {
    this.link(a, b).isPartitioned = false;
    this.link(b, a).isPartitioned = false;
    this.wakeAll();
  }

  healAll(): void {
    for (const state of this.links.values()) state.isPartitioned = false;
    this.wakeAll();
  }

  /** Resets every connection between two hosts. */
  cut(a: string, b: string): void {
    const [from, to] = [this.resolve(a), this.resolve(b)];
    for (const conn of [...this.conns]) {
      // Seen from either end, each connection is met once in this direction.
      if (conn.hostAddress === from && conn.peer?.hostAddress === to) conn.reset();
    }
  }

  /** Open connections of a host, counted at its side. */
  connectionsOf(host: string): number {
    const address = this.resolve(host);
    return [...this.conns].filter((conn) => conn.hostAddress === address).length;
  }

  /** The network as one process of a host sees it. */
  open(hostAddress: string, life: Life): Net {
    return {
      listen: (options, onConnection) => this.listen(hostAddress, life, options, onConnection),
      connect: (options) => this.connect(hostAddress, life, options),
    };
  }

  track(conn: SimConn): void {
    this.conns.add(conn);
  }

  forget(conn: SimConn): void {
    this.conns.delete(conn);
  }

  /** An end that is closed already may still have bytes on their way to the other. */
  private wakeAll(): void {
    for (const conn of this.conns) {
      conn.wake();
      conn.peer?.wake();
    }
  }

  private listen(hostAddress: string, life: Life, options: ListenOptions, onConnection: (conn: Conn) => void): Promise<Listener> {
    const { host } = options;
    const boundTo = host === undefined || host === '0.0.0.0' || host === '::' ? undefined : this.resolve(host, hostAddress);
    const port = options.port === 0 ? this.portNext++ : options.port;
    return new Promise((resolve, reject) => {
      life.schedule('work', 0, () => {
        const where = `${host ?? '*'}:${port}`;
        if (this.listenerAt(hostAddress, boundTo, port) !== undefined) return reject(netError('EADDRINUSE', where, 'listen on'));
        const entry: ListenerEntry = { life, hostAddress, boundTo, port, onConnection };
        this.listeners.add(entry);
        life.whenDead(() => this.listeners.delete(entry));
        resolve({
          host: host ?? '::',
          port,
          close: () => {
            this.listeners.delete(entry);
            return new Promise((closed) => void life.schedule('work', 0, closed));
          },
        });
      });
    });
  }

  private connect(fromHost: string, life: Life, options: ConnectOptions): Promise<Conn> {
    const { host, port, timeoutMs } = options;
    const where = `${host}:${port}`;
    return new Promise((resolve, reject) => {
      const address = this.resolve(host, fromHost);
      const refuse = (code: string, afterMs: number): void => {
        life.schedule('work', afterMs, () => reject(netError(code, where, 'connect to')));
      };
      if (address === undefined) return refuse('ENOTFOUND', 0);
      const target = address === LOOPBACK ? fromHost : address;
      const there = this.link(fromHost, target);
      const back = this.link(target, fromHost);
      const thereMs = this.scheduler.between(there.minMs, there.maxMs);
      const backMs = this.scheduler.between(back.minMs, back.maxMs);
      if (there.isPartitioned || back.isPartitioned || thereMs + backMs > timeoutMs) return refuse('ETIMEDOUT', timeoutMs);
      life.schedule('work', thereMs, () => {
        const listener = this.listenerAt(target, address, port);
        if (listener === undefined) return refuse('ECONNREFUSED', backMs);
        const [near, far] = connectPair(this, {
          near: { life, hostAddress: fromHost, shown: { host: address === LOOPBACK ? LOOPBACK : fromHost, port: this.portNext++ } },
          far: { life: listener.life, hostAddress: target, shown: { host: address, port } },
        });
        listener.life.schedule('work', 0, () => {
          listener.onConnection(far);
          far.handOver();
        });
        life.schedule('work', backMs, () => {
          resolve(near);
          // The one who waits for the connection sets its handler before the next event.
          life.schedule('work', 0, () => near.handOver());
        });
      });
    });
  }

  /** Who answers at an address of a host; for `boundTo` undefined, who is in the way of listening on all. */
  private listenerAt(hostAddress: string, boundTo: string | undefined, port: number): ListenerEntry | undefined {
    for (const entry of this.listeners) {
      if (entry.hostAddress !== hostAddress || entry.port !== port) continue;
      if (entry.boundTo === undefined || boundTo === undefined || entry.boundTo === boundTo) return entry;
    }
    return undefined;
  }

  private resolve(host: string, own?: string): string | undefined {
    if (host === 'localhost' || host === '::1' || host === LOOPBACK) return own === undefined ? undefined : LOOPBACK;
    const named = this.addressOfName.get(host);
    if (named !== undefined) return named;
    return [...this.addressOfName.values()].includes(host) ? host : undefined;
  }
}

export function netError(systemCode: string, address: string, action: string): NetError {
  return new NetError(systemCode, address, `cannot ${action} ${address}: simulated ${systemCode}`);
}
