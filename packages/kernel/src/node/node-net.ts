import * as net from 'node:net';
import { NetError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Conn, ConnectOptions, Listener, ListenOptions, Net } from '../net.ts';
import { addressText } from '../peer-address.ts';
import { reportOrCrash } from './callback-guard.ts';
import { NodeConn, plainHost } from './node-conn.ts';
import { netErrorOf } from './system-error.ts';

const KEEP_ALIVE_DELAY_MS = 60_000;
const SOCKET_OPTIONS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS, allowHalfOpen: false } as const;

export function createNodeNet(log: Log): Net {
  return {
    listen: (options, onConnection) => listen(log, options, onConnection),
    connect: (options) => connect(log, options),
  };
}

function listen(log: Log, options: ListenOptions, onConnection: (conn: Conn) => void): Promise<Listener> {
  const server = net.createServer(SOCKET_OPTIONS);
  server.on('connection', (socket) => {
    // A peer that is gone already has no address any more.
    if (socket.remoteAddress === undefined) return void socket.destroy();
    const conn = new NodeConn(socket, log);
    try {
      onConnection(conn);
    } catch (error) {
      conn.destroy();
      reportOrCrash(log, 'connection', error);
    }
  });
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(netErrorOf(error, 'listen on', placeText(options.host, options.port)) as Error);
    server.once('error', failed);
    server.listen({ port: options.port, ...(options.host === undefined ? {} : { host: options.host }) }, () => {
      server.off('error', failed);
      // From now on: accepting failed, for want of descriptors for instance. The next connection may succeed.
      server.on('error', (error) => log.error('A connection could not be accepted', { error }));
      resolve(listenerOf(server));
    });
  });
}

function listenerOf(server: net.Server): Listener {
  const address = server.address() as net.AddressInfo;
  return {
    host: plainHost(address.address),
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        // The server's own callback waits for its connections too; the port is free as soon as its handle is closed.
        if (server.listening) server.close();
        setImmediate(resolve);
      }),
  };
}

function connect(log: Log, options: ConnectOptions): Promise<Conn> {
  const { host, port, timeoutMs, readBufferBytes } = options;
  const address = addressText({ host, port });
  return new Promise((resolve, reject) => {
    let conn: NodeConn | undefined;
    const received = (bytes: number, buffer: Uint8Array): boolean => {
      conn?.receive((buffer as Buffer).subarray(0, bytes));
      return true;
    };
    const socket = net.connect({
      host,
      port,
      ...SOCKET_OPTIONS,
      ...(readBufferBytes === undefined ? {} : { onread: { buffer: Buffer.allocUnsafeSlow(readBufferBytes), callback: received } }),
      // Node's 250 ms per address of a name would be too little on a long line.
      autoSelectFamilyAttemptTimeout: Math.max(250, Math.floor(timeoutMs / 2)),
    });
    const timeout = setTimeout(() => {
      socket.destroy();
      reject(new NetError('ETIMEDOUT', address, `cannot connect to ${address}: no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    const failed = (error: Error): void => {
      clearTimeout(timeout);
      reject(netErrorOf(error, 'connect to', address) as Error);
    };
    socket.once('error', failed);
    socket.once('connect', () => {
      clearTimeout(timeout);
      socket.off('error', failed);
      conn = new NodeConn(socket, log);
      resolve(conn);
    });
  });
}

function placeText(host: string | undefined, port: number): string {
  return host === undefined ? `*:${port}` : addressText({ host, port });
}
