import { assert } from '../assert.ts';
import type { Conn, ConnHandler, PeerAddress } from '../net.ts';
import type { Death } from './disk-faults.ts';
import { Outgoing } from './outgoing.ts';
import type { Life } from './sim-life.ts';
import type { LinkState, SimNet } from './sim-net.ts';
import { netError } from './sim-net.ts';

const WRITE_QUEUE_BYTES_MAX = 1024 * 1024;
const LINGER_MS = 5_000;

interface EndOptions {
  readonly life: Life;
  readonly hostAddress: string;
  readonly shown: PeerAddress;
}

export function connectPair(net: SimNet, ends: { near: EndOptions; far: EndOptions }): [SimConn, SimConn] {
  const near = new SimConn(net, ends.near, ends.far.shown);
  const far = new SimConn(net, ends.far, ends.near.shown);
  near.peer = far;
  far.peer = near;
  return [near, far];
}

/**
 * One end of a connection. It owns the direction in which it writes: `queue` (accepted, not taken by the system)
 * then `wire` (taken, not yet heard by the peer), then the end mark. A connection is closed when both directions
 * have ended. Invariant: `handler` hears nothing before it is set nor after `onClose`.
 */
export class SimConn implements Conn {
  readonly remote: PeerAddress;
  readonly local: PeerAddress;
  readonly hostAddress: string;
  handler: ConnHandler = unattended;
  peer: SimConn | undefined;
  private readonly net: SimNet;
  private readonly life: Life;
  private readonly outgoing = new Outgoing();
  private readonly forgetDeath: () => void;
  private state: 'open' | 'ending' | 'closed' = 'open';
  private isHandedOver = false;
  private isOverLimit = false;
  private isPaused = false;
  private isDelivering = false;
  /** How the end of this direction will look to the peer. */
  private endError: 'ECONNRESET' | undefined;

  constructor(net: SimNet, own: EndOptions, remote: PeerAddress) {
    this.net = net;
    this.life = own.life;
    this.hostAddress = own.hostAddress;
    this.local = own.shown;
    this.remote = remote;
    net.track(this);
    this.forgetDeath = own.life.whenDead((how) => this.ownerDied(how));
  }

  get pendingBytes(): number {
    return this.outgoing.queuedBytes;
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.state !== 'open' || !this.life.isAlive) return false;
    this.outgoing.add(chunks);
    if (this.outgoing.queuedBytes >= WRITE_QUEUE_BYTES_MAX) this.isOverLimit = true;
    this.wake();
    return !this.isOverLimit;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.peer?.wake();
  }

  end(): void {
    if (this.state !== 'open' || !this.life.isAlive) return;
    this.state = 'ending';
    this.life.schedule('timer', LINGER_MS, () => this.destroy());
    this.resume();
    this.wake();
  }

  destroy(): void {
    if (this.state === 'closed' || !this.life.isAlive) return;
    this.outgoing.dropQueue();
    this.close(undefined);
    this.wake();
  }

  /** From now on the handler is called. */
  handOver(): void {
    this.isHandedOver = true;
    this.peer?.wake();
  }

  /** Both ends learn of a reset. */
  reset(): void {
    this.peer?.failWithReset();
    this.failWithReset();
  }

  /** Sees to it that the next chunk, or the end, of this direction is under way. */
  wake(): void {
    const { peer } = this;
    if (this.isDelivering || peer === undefined || peer.state === 'closed') return;
    const isEnd = this.outgoing.isEmpty && this.state !== 'open';
    if (this.outgoing.isEmpty && !isEnd) return;
    // Where nobody lives any more, the machine itself answers.
    if ((peer.life.isAlive && !peer.isHearing) || this.link.isPartitioned) return;
    this.isDelivering = true;
    const { scheduler } = this.net;
    const bytes = isEnd ? 0 : this.outgoing.nextChunkBytes(scheduler.random);
    const delayMs = scheduler.between(this.link.minMs, this.link.maxMs) + bytes / this.link.bytesPerMs;
    scheduler.schedule('work', delayMs, () => this.arrive(bytes), undefined);
  }

  private get link(): LinkState {
    return this.net.link(this.hostAddress, this.peer?.hostAddress ?? this.hostAddress);
  }

  private get isHearing(): boolean {
    return this.isHandedOver && !this.isPaused;
  }

  private arrive(bytes: number): void {
    this.isDelivering = false;
    const { peer } = this;
    if (peer === undefined || peer.state === 'closed') return;
    if (!peer.life.isAlive) {
      // The host vanished without a word; the one that answers now has never heard of this connection.
      this.failWithReset();
      return;
    }
    if (peer.isHearing && !this.link.isPartitioned) this.deliver(peer, bytes);
    this.wake();
  }

  private deliver(peer: SimConn, bytes: number): void {
    if (bytes > 0) {
      const chunk = this.outgoing.take(bytes);
      this.tellDrained();
      peer.receive(chunk);
    } else if (this.endError !== undefined) {
      peer.failWithReset();
    } else {
      peer.peerEnded(this.state === 'closed');
      // Both directions have ended: this one now, the peer's when it was the first.
      if (this.state === 'ending' && peer.state === 'closed') this.close(undefined);
    }
  }

  /** The chunk is overwritten after the call: whoever kept it without a copy will read rubbish. */
  private receive(chunk: Buffer): void {
    if (this.state !== 'open') return;
    try {
      this.handler.onData(chunk);
    } catch (error) {
      if (this.life.isAlive) throw error;
    } finally {
      chunk.fill(0xdd);
    }
  }

  /** There are no half-open connections: what is queued goes out, then this side ends as well. */
  private peerEnded(isPeerGone: boolean): void {
    if (isPeerGone || (this.state === 'ending' && this.outgoing.isEmpty)) {
      this.close(undefined);
      return;
    }
    this.state = 'ending';
    this.wake();
  }

  private ownerDied(how: Death): void {
    this.net.forget(this);
    this.outgoing.dropQueue();
    if (how === 'crash') {
      // Nobody is left to say anything: the peer finds out when it sends.
      this.outgoing.dropWire();
      return;
    }
    // The system closes a dead process's sockets; with unread bytes that is a reset.
    this.state = 'closed';
    this.endError = this.net.scheduler.random.below(2) === 0 ? 'ECONNRESET' : undefined;
    this.wake();
  }

  private failWithReset(): void {
    this.close(netError('ECONNRESET', `${this.remote.host}:${this.remote.port}`, 'talk to'));
  }

  private close(error: Error | undefined): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.net.forget(this);
    this.forgetDeath();
    const { handler } = this;
    this.handler = closedHandler;
    this.life.schedule('work', 0, () => handler.onClose(error));
  }

  private tellDrained(): void {
    if (!this.isOverLimit || this.outgoing.queuedBytes > 0) return;
    this.isOverLimit = false;
    this.life.schedule('work', 0, () => this.handler.onDrain());
  }
}

const unattended: ConnHandler = {
  onData: () => assert(false, 'a connection gets its handler in the turn in which it is handed over'),
  onDrain() {},
  onClose() {},
};

const closedHandler: ConnHandler = { onData() {}, onDrain() {}, onClose() {} };
