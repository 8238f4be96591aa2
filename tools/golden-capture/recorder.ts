/**
 * A TCP proxy that understands frames: it passes every byte on unchanged and keeps each request with its response,
 * together with the name of the step that was going on when the request passed.
 *
 *   client ──► proxy:port ──► server:port
 *                 │ exchanges[]  (request first; the response is paired by opaque and direction)
 *
 * It reads lengths, header type, code, opaque and flag by itself, so that no codec of ours can colour what it keeps.
 */
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

export interface Exchange {
  readonly step: string;
  /** Which way the request went: 'up' from the one who dialled, 'down' from the server. */
  readonly from: 'up' | 'down';
  readonly requestCode: number;
  readonly request: Buffer;
  readonly oneway: boolean;
  response: Buffer | undefined;
}

interface FrameFacts {
  readonly code: number;
  readonly opaque: number;
  readonly isResponse: boolean;
  readonly oneway: boolean;
}

const RESPONSE_BIT = 1;
const ONEWAY_BIT = 2;

export class Recorder {
  readonly exchanges: Exchange[] = [];
  step = 'start';
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  /** Listens on `port` and passes on to `target`, both on loopback. */
  async proxy(port: number, target: number): Promise<void> {
    const server = createServer((client) => this.#join(client, connect(target, '127.0.0.1')));
    this.#servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '0.0.0.0', resolve);
    });
  }

  stop(): void {
    for (const server of this.#servers) server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket, server: Socket): void {
    const pending = new Map<string, Exchange>();
    const pass = (from: Socket, to: Socket, direction: 'up' | 'down'): void => {
      const frames = new FrameCutter((frame) => this.#keep(frame, direction, pending));
      from.setNoDelay(true);
      from.on('data', (chunk: Buffer) => {
        frames.push(chunk);
        to.write(chunk);
      });
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
      this.#sockets.add(from);
      from.once('close', () => this.#sockets.delete(from));
    };
    pass(client, server, 'up');
    pass(server, client, 'down');
  }

  #keep(frame: Buffer, direction: 'up' | 'down', pending: Map<string, Exchange>): void {
    const facts = factsOf(frame);
    if (facts.isResponse) {
      const key = `${direction === 'up' ? 'down' : 'up'}:${facts.opaque}`;
      const exchange = pending.get(key);
      if (exchange !== undefined) exchange.response = frame;
      pending.delete(key);
      return;
    }
    const exchange: Exchange = { step: this.step, from: direction, requestCode: facts.code, request: frame, oneway: facts.oneway, response: undefined };
    this.exchanges.push(exchange);
    if (!facts.oneway) pending.set(`${direction}:${facts.opaque}`, exchange);
  }
}

/** Cuts a byte stream at the length fields. */
class FrameCutter {
  readonly #onFrame: (frame: Buffer) => void;
  #rest = Buffer.alloc(0);

  constructor(onFrame: (frame: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  push(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 4) {
      const total = 4 + this.#rest.readInt32BE(0);
      if (this.#rest.length < total) return;
      this.#onFrame(Buffer.from(this.#rest.subarray(0, total)));
      this.#rest = this.#rest.subarray(total);
    }
  }
}

function factsOf(frame: Buffer): FrameFacts {
  const mark = frame.readUInt32BE(4);
  const header = frame.subarray(8, 8 + (mark & 0xffffff));
  const binary = mark >>> 24 === 1;
  const json = binary ? undefined : (JSON.parse(header.toString('utf8')) as { code: number; opaque: number; flag: number });
  const flag = json?.flag ?? header.readInt32BE(9);
  return {
    code: json?.code ?? header.readInt16BE(0),
    opaque: json?.opaque ?? header.readInt32BE(5),
    isResponse: (flag & RESPONSE_BIT) !== 0,
    oneway: (flag & ONEWAY_BIT) !== 0,
  };
}

/** 'json' or 'rocketmq', by the frame itself: the two ends of one exchange need not agree. */
export function headerKindOf(frame: Buffer): 'json' | 'rocketmq' {
  return frame[4] === 1 ? 'rocketmq' : 'json';
}
