/**
 * Stream sockets without a protocol. Callbacks run on the event loop; nothing is called after `onClose`.
 */
export interface Net {
  /** Resolves when the socket is bound. @throws NetError EADDRINUSE, EACCES … */
  listen(options: ListenOptions, onConnection: (conn: Conn) => void): Promise<Listener>;
  /** Resolves when connected. @throws NetError ECONNREFUSED, ETIMEDOUT (after `timeoutMs`), ENOTFOUND … */
  connect(options: ConnectOptions): Promise<Conn>;
}

export interface ListenOptions {
  readonly host?: string;
  /** 0 lets the system choose; `Listener.port` tells. */
  readonly port: number;
}

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  /**
   * For connections that bring much: reads of up to so many bytes, all into one buffer, which is overwritten by the next
   * one. Otherwise each read is small and has memory of its own.
   */
  readonly readBufferBytes?: number;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Stops accepting; open connections stay. Resolves when the port is free. */
  close(): Promise<void>;
}

/** `ip:port` texts as the system gives them (IPv6 without brackets in `host`). */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

export interface ConnHandler {
  /** `chunk` belongs to the receiver until it returns; copy what must live longer. */
  onData(chunk: Buffer): void;
  /** The write queue, over its limit before, is empty again. */
  onDrain(): void;
  /** The connection is gone, for whatever reason; called exactly once. */
  onClose(error: Error | undefined): void;
}

export interface Conn {
  readonly remote: PeerAddress;
  readonly local: PeerAddress;
  /** Must be set in the same turn in which the connection was handed over. */
  handler: ConnHandler;
  /** Bytes accepted but not yet taken by the system. None right after a `write`: its buffers may be used again. */
  readonly pendingBytes: number;
  /**
   * Queues the bytes; the buffers must not change until they are sent. False: over the limit, wait for `onDrain`.
   * After `onClose` a no-op that returns false.
   */
  write(chunks: readonly Uint8Array[]): boolean;
  pause(): void;
  resume(): void;
  /** Sends what is queued, then closes. */
  end(): void;
  /** Closes at once; queued bytes are lost. */
  destroy(): void;
}
