/**
 * One socket: bytes in, frames to the dispatcher; commands out, one write per turn. Owned by an `Endpoint`.
 *
 *   onData ─► decoder ─► raw handler │ decodeCommand ─► dispatcher │ in-flight
 *   respond, invoke ─► outbox ─► (turn output) one conn.write
 *
 * A peer that does not read is not read from either; its frames wait in its own socket.
 */
import { addressText, type Conn, type ConnHandler, type PeerAddress, RmqError, type TurnTask } from '@rocketmq-ts/kernel';
import { decodeCommand, type Frame, FrameDecoder, type RemotingCommand, SerializeType } from '@rocketmq-ts/remoting-protocol';
import type { Answerable, Connection, EncodedAnswer } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { RemotingSendRequestError, RemotingTooMuchRequestError } from './errors.ts';
import { InFlight } from './in-flight.ts';
import { Invocation } from './invocation.ts';
import { Liveness } from './liveness.ts';
import { Outbox } from './outbox.ts';

/** Requests of a turn that leave before its end. */
const EARLY_REQUEST_BYTES = 16 * 1024;

export class SocketConnection implements Connection, TurnTask {
  readonly id: number;
  readonly remote: PeerAddress;
  readonly remoteAddress: string;
  readonly attributes = new Map<string, unknown>();
  readonly inFlight = new InFlight();
  /** The socket's side of this object. */
  readonly handler: ConnHandler = {
    onData: (chunk) => this.#onData(chunk),
    onDrain: () => this.#onDrain(),
    onClose: (error) => this.#finish(error === undefined ? 'the connection was closed' : error.message, error),
  };
  readonly #endpoint: Endpoint;
  readonly #conn: Conn;
  readonly #decoder: FrameDecoder;
  readonly #outbox: Outbox;
  readonly #liveness: Liveness;
  #closeListeners: ((connection: Connection) => void)[] = [];
  /** Ending: what was written still goes out, nothing else happens. */
  #state: 'open' | 'ending' | 'closed' = 'open';
  #isFlushRegistered = false;
  /** The system does not take more of our bytes. */
  #isBlocked = false;
  /** Frames wait for this turn's output to leave. */
  #isStalled = false;
  /** Those frames, in memory of their own: the received bytes are gone by then. */
  #backlog: Frame[] = [];
  /** What this connection has charged to the budgets of the endpoint. */
  #heldBytes = 0;
  #queuedBytes = 0;

  constructor(id: number, conn: Conn, endpoint: Endpoint) {
    this.id = id;
    this.remote = conn.remote;
    this.remoteAddress = addressText(this.remote);
    this.#endpoint = endpoint;
    this.#conn = conn;
    this.#decoder = new FrameDecoder(endpoint.limits.frame);
    this.#outbox = new Outbox(conn, endpoint.writers);
    this.#liveness = new Liveness(endpoint.env.clock.monotonicMs());
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  respond(request: Answerable, response: RemotingCommand): void {
    if (this.#state !== 'open' || request.isOneway) return;
    response.opaque = request.opaque;
    response.markResponse();
    response.serializeType = this.#endpoint.serializeType;
    this.#outbox.append(response);
    this.#registerFlush();
  }

  respondParts(request: Answerable, response: RemotingCommand, body: readonly Buffer[]): void {
    if (this.#state !== 'open' || request.isOneway) return;
    response.opaque = request.opaque;
    response.markResponse();
    response.serializeType = this.#endpoint.serializeType;
    this.#outbox.appendParts(response, body);
    this.#registerFlush();
  }

  respondEncoded(answer: EncodedAnswer): boolean {
    if (this.#endpoint.serializeType !== SerializeType.JSON) return false;
    if (this.#state !== 'open' || answer.isOneway) return true;
    answer.encodeTo(this.#outbox.writer());
    this.#registerFlush();
    return true;
  }

  invoke(command: RemotingCommand, timeoutMs: number): Promise<RemotingCommand> {
    const deadlineMs = this.#endpoint.env.clock.monotonicMs() + timeoutMs;
    const invocation = new Invocation({ address: this.remoteAddress, command, timeoutMs, deadlineMs });
    this.send(invocation);
    return invocation.promise;
  }

  /** Sends the request of an invocation that may have waited for this connection. */
  send(invocation: Invocation): void {
    if (invocation.isSettled) return;
    if (this.#state !== 'open') {
      invocation.fail(new RemotingSendRequestError(this.remoteAddress, 'the connection is closed'));
      return;
    }
    const inFlightMax = this.#endpoint.limits.inFlightMax;
    if (this.inFlight.size >= inFlightMax) {
      invocation.fail(new RemotingTooMuchRequestError(this.remoteAddress, inFlightMax));
      return;
    }
    const opaque = this.#endpoint.nextOpaque(this.inFlight);
    invocation.command.opaque = opaque;
    this.#appendRequest(invocation.command);
    this.inFlight.add(opaque, invocation);
    invocation.markSent(this.inFlight);
    this.#endpoint.watchDeadlines();
    this.#leaveEarly();
  }

  oneway(command: RemotingCommand): void {
    if (this.#state !== 'open') return;
    command.opaque = this.#endpoint.nextOpaque(this.inFlight);
    command.markOneway();
    this.#appendRequest(command);
    this.#leaveEarly();
  }

  close(reason: string): void {
    if (this.#state === 'closed') return;
    this.#endpoint.env.log.info('closing a connection', { remote: this.remoteAddress, reason });
    this.#conn.destroy();
    this.#finish(reason, undefined);
  }

  /** Lets what was written go out, then closes; for an orderly stop. */
  end(reason: string): void {
    if (this.#state !== 'open') return;
    this.#outbox.flush();
    this.#state = 'ending';
    this.inFlight.failAll(new RemotingSendRequestError(this.remoteAddress, reason));
    this.#conn.end();
  }

  onClose(listener: (connection: Connection) => void): void {
    if (this.#state === 'closed') listener(this);
    else this.#closeListeners.push(listener);
  }

  /** Called by the endpoint once a second. */
  sweep(nowMs: number): void {
    if (this.#state !== 'open') return;
    this.#chargeQueued();
    const isMidFrame = this.#decoder.bufferedBytes > 0 && !this.#isBlocked && !this.#isStalled;
    const counters = this.#endpoint.counters;
    switch (this.#liveness.sweep(nowMs, isMidFrame, this.#endpoint.limits)) {
      case 'alive':
        return;
      case 'idle':
        counters.closedIdle++;
        return this.close('idle');
      case 'partial frame':
        counters.closedPartialFrame++;
        return this.close('a frame that was begun was not finished in time');
      case 'write deadline':
        counters.closedSlowReader++;
        return this.close('the peer did not read its answers in time');
    }
  }

  #onData(chunk: Buffer): void {
    if (this.#state !== 'open') return;
    this.#liveness.isActive = true;
    this.#decoder.push(chunk);
    if (this.#isStalled) this.#fillBacklog();
    else this.#readFrames();
  }

  #onDrain(): void {
    if (this.#state !== 'open') return;
    this.#liveness.isActive = true;
    this.#liveness.noteDrained();
    this.#isBlocked = false;
    this.#chargeQueued();
    this.#continueReading();
  }

  /** The turn's output phase. */
  runTurn(): void {
    this.#isFlushRegistered = false;
    if (this.#state !== 'open') return;
    const { limits, counters, budget } = this.#endpoint;
    if (this.#conn.pendingBytes > limits.writeQueueBytesMax) {
      counters.closedSlowReader++;
      this.close('the peer left too many bytes unread');
      return;
    }
    this.#liveness.isActive = true;
    const isAccepted = this.#outbox.flush();
    if (this.#state !== 'open') return;
    this.#chargeQueued();
    if (this.#queuedBytes > 0 && budget.queuedBytes > limits.queuedBytesMax) {
      counters.closedOverBudget++;
      this.close('all peers together left too many bytes unread');
      return;
    }
    if (isAccepted) {
      if (this.#isStalled) this.#continueReading();
    } else if (!this.#isBlocked) {
      this.#isBlocked = true;
      this.#liveness.noteBlocked(this.#endpoint.env.clock.monotonicMs());
      this.#conn.pause();
    }
  }

  #readFrames(): void {
    const turnOutputBytesMax = this.#endpoint.limits.turnOutputBytesMax;
    while (this.#state === 'open') {
      if (this.#outbox.collectedBytes > turnOutputBytesMax) {
        this.#isStalled = true;
        this.#conn.pause();
        this.#fillBacklog();
        break;
      }
      const frame = this.#backlog.shift() ?? this.#decoder.next();
      if (frame === undefined) break;
      this.#liveness.frameCount++;
      this.#handleFrame(frame);
    }
    if (this.#state !== 'open') return;
    const error = this.#decoder.error;
    if (error !== undefined) this.#closeOnBadFrame(error.message);
    else this.#chargeHeld();
  }

  #fillBacklog(): void {
    for (let frame = this.#decoder.next(); frame !== undefined; frame = this.#decoder.next()) this.#backlog.push(copyOf(frame));
  }

  #continueReading(): void {
    if (this.#isBlocked) return;
    const wasStalled = this.#isStalled;
    this.#isStalled = false;
    this.#conn.resume();
    if (wasStalled) this.#readFrames();
  }

  #handleFrame(frame: Frame): void {
    const dispatcher = this.#endpoint.dispatcher;
    if (dispatcher.dispatchRaw(frame, this)) return;
    let command: RemotingCommand;
    try {
      command = decodeCommand(frame);
    } catch (error) {
      if (!(error instanceof RmqError)) throw error;
      this.#closeOnBadFrame(error.message);
      return;
    }
    if (command.isResponse) this.#handleResponse(command);
    else dispatcher.dispatch(command, this);
  }

  #handleResponse(response: RemotingCommand): void {
    if (!this.inFlight.has(response.opaque)) {
      this.#endpoint.counters.responsesUnmatched++;
      return;
    }
    // The caller continues in a later microtask, when the received bytes may be gone.
    if (response.body !== undefined) response.body = Buffer.from(response.body);
    this.inFlight.complete(response.opaque, response);
  }

  #closeOnBadFrame(message: string): void {
    this.#endpoint.counters.framesBad++;
    this.close(`bad frame: ${message}`);
  }

  #appendRequest(command: RemotingCommand): void {
    command.serializeType = this.#endpoint.serializeType;
    this.#outbox.append(command);
    this.#registerFlush();
  }

  /** So much costs no more in a write of its own, and the peer can begin with it while the turn goes on. */
  #leaveEarly(): void {
    if (this.#outbox.collectedBytes >= EARLY_REQUEST_BYTES) this.runTurn();
  }

  #registerFlush(): void {
    if (this.#isFlushRegistered) return;
    this.#isFlushRegistered = true;
    this.#endpoint.env.turn.output(this);
  }

  /** Keeps the endpoint's count of unfinished frames' bytes; the one that breaks the budget goes. */
  #chargeHeld(): void {
    const { limits, counters, budget } = this.#endpoint;
    const heldBytes = this.#decoder.bufferedBytes;
    const grewBytes = heldBytes - this.#heldBytes;
    this.#heldBytes = heldBytes;
    budget.heldBytes += grewBytes;
    if (grewBytes > 0 && budget.heldBytes > limits.heldBytesMax) {
      counters.closedOverBudget++;
      this.close('all peers together sent too many bytes of unfinished frames');
    }
  }

  #chargeQueued(): void {
    const queuedBytes = this.#conn.pendingBytes;
    this.#endpoint.budget.queuedBytes += queuedBytes - this.#queuedBytes;
    this.#queuedBytes = queuedBytes;
  }

  #finish(reason: string, cause: Error | undefined): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#endpoint.budget.heldBytes -= this.#heldBytes;
    this.#endpoint.budget.queuedBytes -= this.#queuedBytes;
    this.#heldBytes = 0;
    this.#queuedBytes = 0;
    this.#outbox.discard();
    this.#endpoint.forget(this);
    this.inFlight.failAll(new RemotingSendRequestError(this.remoteAddress, reason, cause));
    const listeners = this.#closeListeners;
    this.#closeListeners = [];
    for (const listener of listeners) listener(this);
    this.#endpoint.announceClose(this);
  }
}

function copyOf({ serializeType, header, body }: Frame): Frame {
  return { serializeType, header: Buffer.from(header), body: body === undefined ? undefined : Buffer.from(body) };
}
