import type { Socket } from 'node:net';
import { encodeCommand, ByteWriter, encodeHeartbeatData, RemotingCommand, RequestCode } from '@rocketmq-ts/remoting-protocol';
import { closed, dialAll, type Target } from '../load/dial.ts';

/** Connections of producers that are there and send nothing. */
export class IdleConnections {
  readonly #sockets: readonly Socket[];

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
  }

  /** Opens them; each has sent one heartbeat, and the broker has answered it. */
  static async open(target: Target, count: number): Promise<IdleConnections> {
    const sockets = await dialAll(target, count);
    await Promise.all(sockets.map((socket, index) => heartbeat(socket, `idle@${index}`)));
    return new IdleConnections(sockets);
  }

  /** Resolves when all are closed on both sides. */
  async close(): Promise<void> {
    await Promise.all(this.#sockets.map((socket) => closed(socket.end())));
  }
}

function heartbeat(socket: Socket, clientID: string): Promise<void> {
  const command = new RemotingCommand(RequestCode.HEART_BEAT);
  command.opaque = 1;
  command.body = encodeHeartbeatData({ clientID, producerDataSet: [{ groupName: 'idle' }], consumerDataSet: [] });
  const out = new ByteWriter();
  encodeCommand(out, command);
  return new Promise((resolve, reject) => {
    socket.once('data', () => resolve());
    socket.once('close', () => reject(new Error('the broker has closed a connection')));
    socket.write(out.view());
  });
}
