// Publishes to a JetStream stream and counts its acknowledgements, as light as the raw frames of frame-sender.ts. A piscina worker.
//
// Source: NATS client protocol (docs.nats.io), JetStream publish acknowledgements
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { dialAll, type Target, watchConnection } from './dial.ts';
import { type GeneratorReport, runGenerator } from './generator.ts';
import { type Answered, type Lane, makeLoop, type SenderTask } from './loops.ts';
import { NatsSplitter } from './nats-protocol.ts';
import { Slots } from './slots.ts';
import type { Tally } from './tally.ts';

export interface NatsSenderTask extends SenderTask {
  readonly target: Target;
  /** Differs between generators and runs. */
  readonly inbox: string;
}

/** Of the stream that contenders/nats makes. */
export const BENCHMARK_SUBJECT = 'BenchmarkTest';
const SLOT_DIGITS = 6;
const PONG = Buffer.from('PONG\r\n', 'latin1');

export default function natsSender(task: NatsSenderTask): Promise<GeneratorReport> {
  return runGenerator(task.port, async (tally) => {
    const sockets = await dialAll(task.target, task.connections);
    return makeLoop(task, tally, (answered) => sockets.map((socket, n) => new NatsConnection(socket, task, `${task.inbox}.${n}`, tally, answered)));
  });
}

class NatsConnection implements Lane {
  readonly #socket: Socket;
  readonly #tally: Tally;
  readonly #slots: Slots;
  /** `PUB subject inbox.000000 bytes`, body; only the slot changes. */
  readonly #publish: Buffer;
  readonly #slotAt: number;
  #now = 0;

  constructor(socket: Socket, { inFlight, bodyBytes }: NatsSenderTask, inbox: string, tally: Tally, answered: Answered) {
    this.#socket = socket;
    this.#tally = tally;
    this.#slots = new Slots(inFlight, tally);
    const head = `PUB ${BENCHMARK_SUBJECT} ${inbox}.`;
    this.#publish = Buffer.from(`${head}${'0'.repeat(SLOT_DIGITS)} ${bodyBytes}\r\n${'a'.repeat(bodyBytes)}\r\n`, 'latin1');
    this.#slotAt = head.length;
    watchConnection(socket, tally);
    const splitter = new NatsSplitter({
      acknowledged: (slot, isStored, text) => this.#acknowledged(slot, isStored, text),
      ping: () => socket.write(PONG),
      failed: (text) => tally.broke(new Error(`the NATS server says ${text}`)),
    });
    socket.on('data', (chunk) => {
      this.#now = performance.now();
      splitter.push(chunk);
      answered(this, this.#now);
    });
    socket.write(`CONNECT {"verbose":false,"pedantic":false,"lang":"raw","version":"1","protocol":1}\r\nSUB ${inbox}.* 1\r\n`);
  }

  get free(): number {
    return this.#slots.free;
  }

  get underWay(): number {
    return this.#slots.underWay;
  }

  send(count: number, firstSince: number, intervalMs: number): void {
    const one = this.#publish;
    const out = Buffer.allocUnsafe(one.length * count);
    for (let n = 0; n < count; n++) {
      const at = n * one.length;
      one.copy(out, at);
      let rest = this.#slots.take(firstSince + n * intervalMs);
      for (let digit = SLOT_DIGITS - 1; digit >= 0; digit--) {
        out[at + this.#slotAt + digit] = 0x30 + (rest % 10);
        rest = Math.floor(rest / 10);
      }
    }
    this.#socket.write(out);
  }

  giveUp(now: number): number {
    return this.#slots.giveUp(now);
  }

  close(): void {
    this.#socket.destroy();
  }

  #acknowledged(slot: number, isStored: boolean, text: () => string): void {
    const since = this.#slots.release(slot);
    if (Number.isNaN(since)) return;
    if (isStored) this.#tally.succeeded(since, this.#now);
    else this.#tally.refused(since, text());
  }
}
