/** A peer that speaks in bytes and is as rude as a test wants. */
import type { Conn, Env } from '@rocketmq-ts/kernel';
import { ByteWriter, decodeCommand, encodeCommand, type Frame, FrameDecoder, RemotingCommand } from '@rocketmq-ts/remoting-protocol';

export class RawPeer {
  readonly conn: Conn;
  readonly received: RemotingCommand[] = [];
  isClosed = false;
  readonly #decoder = new FrameDecoder();

  private constructor(conn: Conn) {
    this.conn = conn;
    conn.handler = {
      onData: (chunk) => {
        this.#decoder.push(Buffer.from(chunk));
        for (let frame: Frame | undefined; (frame = this.#decoder.next()) !== undefined; ) this.received.push(decodeCommand(frame));
      },
      onDrain: () => {},
      onClose: () => {
        this.isClosed = true;
      },
    };
  }

  static async connect(env: Env, host: string, port: number): Promise<RawPeer> {
    return new RawPeer(await env.net.connect({ host, port, timeoutMs: 1000 }));
  }

  send(bytes: Uint8Array): void {
    this.conn.write([bytes]);
  }
}

export function command(code: number, opaque: number, body?: Buffer): RemotingCommand {
  const request = new RemotingCommand(code, new Map([['key', 'value']]), body);
  request.opaque = opaque;
  return request;
}

export function frameOf(request: RemotingCommand): Buffer {
  const out = new ByteWriter();
  encodeCommand(out, request);
  return out.copy();
}
