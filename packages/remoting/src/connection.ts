import type { PeerAddress } from '@rocketmq-ts/kernel';
import type { ByteWriter, RemotingCommand } from '@rocketmq-ts/remoting-protocol';

/** What an answer has to know of its request; a request itself will do. */
export interface Answerable {
  readonly opaque: number;
  readonly isOneway: boolean;
}

/** An answer that writes its own frame, JSON header and all, with opaque and response flag: for the hottest requests. */
export interface EncodedAnswer extends Answerable {
  encodeTo(out: ByteWriter): void;
}

/**
 * One open socket as handlers see it. Everything given to it in a turn leaves as one socket write in the turn's output
 * phase; after the close every method is a no-op, except `invoke`, which rejects.
 */
export interface Connection {
  /** Unique in this process; never reused. */
  readonly id: number;
  /** `ip:port` (`[ip]:port` for IPv6), as logs and Java's tables show it. */
  readonly remoteAddress: string;
  readonly remote: PeerAddress;
  readonly isOpen: boolean;
  /** What the layers above remember about this peer, such as its client id. */
  readonly attributes: Map<string, unknown>;
  /**
   * Answers `request`; its opaque and the response flag are set here. Suppressed when the request was oneway.
   * The response is encoded before the call returns, body included.
   */
  respond(request: Answerable, response: RemotingCommand): void;
  /**
   * Like `respond`, the body given as pieces that must never change again: large ones go to the socket by reference,
   * small ones are copied. `response.body` is ignored.
   */
  respondParts(request: Answerable, response: RemotingCommand, body: readonly Buffer[]): void;
  /**
   * Like `respond`, without a command. False: this side answers with another form of header than JSON; nothing was
   * written and `respond` is to be used.
   */
  respondEncoded(answer: EncodedAnswer): boolean;
  /**
   * Sends a request of our own and resolves with its answer, whatever its code; the answer's body is a copy.
   * @throws RemotingTimeoutError, RemotingSendRequestError, RemotingTooMuchRequestError
   */
  invoke(command: RemotingCommand, timeoutMs: number): Promise<RemotingCommand>;
  /** Sends a request that has no answer. */
  oneway(command: RemotingCommand): void;
  /** Closes at once; pending invokes fail, output that was not yet written is lost. `reason` is for the log. */
  close(reason: string): void;
  /** Calls `listener` once, after the close; at once when it is closed already. */
  onClose(listener: (connection: Connection) => void): void;
}

/** Sees every request and its answer, on either side. A hook that throws fails the request. */
export interface RequestHook {
  beforeRequest(address: string, request: RemotingCommand): void;
  /** `response` is undefined when there is none, or when it is given later. */
  afterResponse(address: string, request: RemotingCommand, response: RemotingCommand | undefined): void;
}
