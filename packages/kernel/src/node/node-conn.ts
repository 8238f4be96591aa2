import type { Socket } from 'node:net';
import { assert } from '../assert.ts';
import type { Log } from '../log.ts';
import type { Conn, ConnHandler, PeerAddress } from '../net.ts';
import { reportOrCrash } from './callback-guard.ts';
import { netErrorOf } from './system-error.ts';

/** Beyond this `write` says no: the peer reads slower than we answer. */
const WRITE_QUEUE_BYTES_MAX = 1024 * 1024;
/** Up to this, one copy is cheaper than a system call with a vector. */
const JOINED_BYTES_MAX = 64 * 1024;
/** How long a peer may take to close its side after `end`. */
const LINGER_MS = 5_000;

/** For all sockets of the process, one after the other. Undefined: a socket still holds on to the last one. */
let joinRoom: Buffer | undefined;

/**
 * A connected socket. Invariant: `handler` hears nothing after `onClose`, and hears that exactly once.
 */
export class NodeConn implements Conn {
  readonly remote: PeerAddress;
  readonly local: PeerAddress;
  handler: ConnHandler = unattended;
  private readonly socket: Socket;
  private readonly log: Log;
  private isOverLimit = false;
  private isEnding = false;
  private failure: Error | undefined;
  private linger: NodeJS.Timeout | undefined;

  constructor(socket: Socket, log: Log) {
    this.socket = socket;
    this.log = log;
    this.remote = { host: plainHost(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 };
    this.local = { host: plainHost(socket.localAddress ?? ''), port: socket.localPort ?? 0 };
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('drain', () => this.drained());
    socket.on('error', (error) => {
      this.failure = netErrorOf(error, 'talk to', `${this.remote.host}:${this.remote.port}`) as Error;
    });
    socket.on('close', () => this.closed());
  }

  get pendingBytes(): number {
    return this.socket.writableLength;
  }

  /** What the socket has read; it reads into a buffer of ours when it was told to, and then emits no 'data'. */
  receive(chunk: Buffer): void {
    this.guarded(() => this.handler.onData(chunk));
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const { socket } = this;
    if (socket.destroyed || this.isEnding) return false;
    let bytes = 0;
    for (const chunk of chunks) bytes += chunk.length;
    if (bytes === 0) return !this.isOverLimit;
    if (chunks.length === 1) socket.write(chunks[0] as Uint8Array);
    else if (bytes <= JOINED_BYTES_MAX) this.writeJoined(chunks);
    else this.writeVector(chunks);
    if (socket.writableLength >= WRITE_QUEUE_BYTES_MAX) this.isOverLimit = true;
    return !this.isOverLimit;
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /**
   * Closing at once with unread bytes in the kernel would reset the connection and take the last answer with it:
   * so our side is closed first, and what still comes in is dropped until the peer has closed its own.
   */
  end(): void {
    if (this.isEnding || this.socket.destroyed) return;
    this.isEnding = true;
    this.socket.end();
    this.socket.resume();
    this.linger = setTimeout(() => this.socket.destroy(), LINGER_MS);
  }

  destroy(): void {
    this.socket.destroy();
  }

  private writeJoined(chunks: readonly Uint8Array[]): void {
    const room = joinRoom ?? Buffer.allocUnsafeSlow(JOINED_BYTES_MAX);
    let bytes = 0;
    for (const chunk of chunks) {
      room.set(chunk, bytes);
      bytes += chunk.length;
    }
    this.socket.write(room.subarray(0, bytes));
    joinRoom = this.socket.writableLength === 0 ? room : undefined;
  }

  private writeVector(chunks: readonly Uint8Array[]): void {
    this.socket.cork();
    for (const chunk of chunks) this.socket.write(chunk);
    this.socket.uncork();
  }

  private drained(): void {
    if (!this.isOverLimit) return;
    this.isOverLimit = false;
    this.guarded(() => this.handler.onDrain());
  }

  private closed(): void {
    clearTimeout(this.linger);
    const { handler } = this;
    this.handler = closedHandler;
    try {
      handler.onClose(this.failure);
    } catch (error) {
      reportOrCrash(this.log, 'socket', error);
    }
  }

  /** What one peer's bytes make go wrong costs that peer its connection and nobody else anything. */
  private guarded(callback: () => void): void {
    if (this.isEnding || this.socket.destroyed) return;
    try {
      callback();
    } catch (error) {
      this.socket.destroy();
      reportOrCrash(this.log, 'socket', error);
    }
  }
}

const unattended: ConnHandler = {
  onData: () => assert(false, 'a connection gets its handler in the turn in which it is handed over'),
  onDrain() {},
  onClose() {},
};

const closedHandler: ConnHandler = { onData() {}, onDrain() {}, onClose() {} };

/** IPv4 peers of a dual-stack socket appear as `::ffff:1.2.3.4`; everybody else writes 1.2.3.4. */
export function plainHost(host: string): string {
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(host) ? host.slice('::ffff:'.length) : host;
}
