/**
 * Listens and keeps the connections: bounded in number, in bytes and in time (`limits.ts`).
 */
import { type Env, type Listener, NetError, type Timer } from '@rocketmq-ts/kernel';
import { SerializeType } from '@rocketmq-ts/remoting-protocol';
import type { Connection } from './connection.ts';
import type { Dispatcher } from './dispatcher.ts';
import { Endpoint } from './endpoint.ts';
import { RemotingListenError } from './errors.ts';
import type { RemotingCounters, RemotingLimits } from './limits.ts';

export interface RemotingServerOptions {
  readonly env: Env;
  /** All interfaces when absent. */
  readonly host?: string | undefined;
  /** 0: any free port; `RemotingServer.port` tells. */
  readonly port: number;
  readonly dispatcher: Dispatcher;
  readonly limits?: Partial<RemotingLimits> | undefined;
  /** How our own headers are written; JSON as Java's default. */
  readonly serializeType?: SerializeType | undefined;
  readonly onConnect?: ((connection: Connection) => void) | undefined;
  readonly onClose?: ((connection: Connection) => void) | undefined;
}

export interface RemotingServer {
  /** @throws RemotingListenError */
  start(): Promise<void>;
  readonly port: number;
  readonly connections: ReadonlySet<Connection>;
  readonly counters: Readonly<RemotingCounters>;
  /** Stops accepting, lets written answers go out for a moment, closes. Idempotent. */
  stop(): Promise<void>;
}

/** How long written answers may take to leave during a stop. */
const STOP_GRACE_MS = 1000;

export function createRemotingServer(options: RemotingServerOptions): RemotingServer {
  const { env } = options;
  let listener: Listener | undefined;
  let isStopping = false;
  let onLastGone: (() => void) | undefined;

  const endpoint = new Endpoint({
    env,
    dispatcher: options.dispatcher,
    serializeType: options.serializeType ?? SerializeType.JSON,
    limits: options.limits,
    onClose: (connection) => {
      options.onClose?.(connection);
      if (endpoint.connections.size === 0) onLastGone?.();
    },
  });

  async function start(): Promise<void> {
    const { host, port } = options;
    try {
      listener = await env.net.listen(host === undefined ? { port } : { host, port }, (conn) => {
        if (isStopping || endpoint.connections.size >= endpoint.limits.connectionsMax) {
          conn.handler = { onData() {}, onDrain() {}, onClose() {} };
          conn.destroy();
          if (endpoint.counters.connectionsRefused++ === 0) {
            env.log.warn('a connection was refused: too many are open', { connectionsMax: endpoint.limits.connectionsMax });
          }
          return;
        }
        const connection = endpoint.adopt(conn);
        options.onConnect?.(connection);
      });
    } catch (error) {
      if (error instanceof NetError) throw new RemotingListenError(port, listenFailure(port, error), error);
      throw error;
    }
  }

  async function stop(): Promise<void> {
    if (isStopping) return;
    isStopping = true;
    await listener?.close();
    for (const connection of endpoint.connections) connection.end('the server is stopping');
    if (endpoint.connections.size > 0) {
      let grace: Timer | undefined;
      await new Promise<void>((resolve) => {
        onLastGone = resolve;
        grace = env.timers.after(STOP_GRACE_MS, resolve);
      });
      grace?.cancel();
      for (const connection of endpoint.connections) connection.close('the server is stopping');
    }
    endpoint.dispose();
  }

  return {
    start,
    stop,
    get port() {
      return listener?.port ?? options.port;
    },
    connections: endpoint.connections,
    counters: endpoint.counters,
  };
}

function listenFailure(port: number, error: NetError): string {
  switch (error.systemCode) {
    case 'EADDRINUSE':
      return `Address already in use: port ${port} is taken by another process; stop that process or set another listenPort`;
    case 'EACCES':
      return `Permission denied: port ${port} may not be opened by this user; set a listenPort of 1024 or above`;
    default:
      return `cannot listen on port ${port}: ${error.message}`;
  }
}
