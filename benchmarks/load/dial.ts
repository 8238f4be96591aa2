import { connect, type Socket } from 'node:net';
import type { Tally } from './tally.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
}

const CONNECT_TIMEOUT_MS = 5000;

/** @throws Error that names the address and the cause, within 5 s */
export function dial({ host, port }: Target): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const fail = (why: string): void => {
      socket.destroy();
      reject(new Error(`no connection to ${host}:${port}: ${why}`));
    };
    const failed = (error: NodeJS.ErrnoException): void => fail(error.code ?? error.message);
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => fail(`no answer within ${CONNECT_TIMEOUT_MS / 1000} s`));
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeListener('error', failed);
      // 'close' follows an error; whoever wants its cause listens as well.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

/** Resolves when it is closed, at once when the other side has closed it before. */
export function closed(socket: Socket): Promise<void> {
  return socket.closed ? Promise.resolve() : new Promise((resolve) => void socket.once('close', () => resolve()));
}

/** `inBatches` at once, so that a broker's listen queue is not overrun by thousands. */
export async function dialAll(target: Target, count: number, inBatches: number = 64): Promise<Socket[]> {
  const sockets: Socket[] = [];
  try {
    while (sockets.length < count) {
      const batch = await Promise.allSettled(Array.from({ length: Math.min(inBatches, count - sockets.length) }, () => dial(target)));
      for (const outcome of batch) if (outcome.status === 'fulfilled') sockets.push(outcome.value);
      for (const outcome of batch) if (outcome.status === 'rejected') throw outcome.reason;
    }
    return sockets;
  } catch (error) {
    for (const socket of sockets) socket.destroy();
    throw error;
  }
}

/** A connection that is lost before the run has ended is the end of the run. */
export function watchConnection(socket: Socket, tally: Tally): void {
  const address = `${socket.remoteAddress}:${socket.remotePort}`;
  socket.on('error', (error: NodeJS.ErrnoException) => tally.connectionLost(address, error.code ?? error.message));
  socket.on('close', () => tally.connectionLost(address, 'closed by the broker'));
}
