import type { Socket } from 'node:net';
import { closed, dial, dialAll, type Target } from '../load/dial.ts';
import { pullFrame } from '../load/pull-frame.ts';
import { buildSendFrame, OPAQUE_BASE } from '../load/send-frame.ts';

const FOUND = '"code":0';
const SENDERS = 4;

/** A pull that waits at the broker, and what is known of it. */
interface Waiter {
  readonly socket: Socket;
  readonly queueId: number;
  offset: number;
  answeredAt: number;
}

/** Consumers, each on a connection of its own, each with a pull that waits. */
export class HeldPulls {
  readonly #topic: string;
  readonly #waiters: readonly Waiter[];
  readonly #senders: readonly Socket[];
  #left = 0;
  #onAll: () => void = () => {};
  #failure: string | undefined;

  private constructor(topic: string, waiters: readonly Waiter[], senders: readonly Socket[]) {
    this.#topic = topic;
    this.#waiters = waiters;
    this.#senders = senders;
    for (const waiter of waiters) waiter.socket.on('data', (chunk: Buffer) => this.#answered(waiter, chunk));
    for (const { socket } of waiters) socket.on('close', () => this.#fail('the broker has closed a connection that waited'));
  }

  /** @param queueOf which queue the n-th consumer waits for */
  static async open(target: Target, topic: string, count: number, queueOf: (index: number) => number): Promise<HeldPulls> {
    const sockets = await dialAll(target, count);
    const senders = await Promise.all(Array.from({ length: SENDERS }, () => dial(target)));
    for (const sender of senders) sender.resume();
    return new HeldPulls(topic, sockets.map((socket, index) => ({ socket, queueId: queueOf(index), offset: 0, answeredAt: 0 })), senders);
  }

  /** Every consumer asks. */
  pull(): void {
    for (const { socket, queueId, offset } of this.#waiters) socket.write(pullFrame({ topic: this.#topic, queueId }, 'held', offset, 32, 1));
  }

  /** One message into the queue that all wait for. Returns how long after it left each was answered, ms. */
  async wakeAll(): Promise<number[]> {
    const all = this.#all();
    const sentAt = performance.now();
    this.#send(0, (this.#waiters[0] as Waiter).queueId);
    await all;
    return this.#waiters.map(({ answeredAt }) => answeredAt - sentAt);
  }

  /** One message for each, `perMs` of them every millisecond. Returns how long after its message left each was answered, ms. */
  async wakeEach(perMs: number): Promise<number[]> {
    const all = this.#all();
    const sentAt = new Array<number>(this.#waiters.length);
    const startedAt = performance.now();
    for (let next = 0; next < sentAt.length; ) {
      const due = Math.min(sentAt.length, Math.floor((performance.now() - startedAt) * perMs));
      for (; next < due; next++) {
        sentAt[next] = performance.now();
        this.#send(next % SENDERS, (this.#waiters[next] as Waiter).queueId);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await all;
    return this.#waiters.map(({ answeredAt }, index) => answeredAt - (sentAt[index] as number));
  }

  async close(): Promise<void> {
    const sockets = [...this.#waiters.map(({ socket }) => socket), ...this.#senders];
    for (const socket of sockets) socket.removeAllListeners('close');
    await Promise.all(sockets.map((socket) => closed(socket.destroy())));
  }

  /** Resolves when every consumer has its message. */
  #all(): Promise<void> {
    this.#left = this.#waiters.length;
    const all = new Promise<void>((resolve, reject) => {
      this.#onAll = () => (this.#failure === undefined ? resolve() : reject(new Error(this.#failure)));
    });
    // It may fail before somebody waits for it.
    all.catch(() => undefined);
    return all;
  }

  #send(sender: number, queueId: number): void {
    const { bytes } = buildSendFrame({ topic: this.#topic, queueId, bodyBytes: 128, opaque: OPAQUE_BASE, uniqPrefix: '0'.repeat(24), waitStoreMsgOk: true });
    (this.#senders[sender] as Socket).write(bytes);
  }

  #answered(waiter: Waiter, chunk: Buffer): void {
    waiter.answeredAt = performance.now();
    if (!chunk.subarray(0, 400).includes(FOUND)) this.#fail(`a pull was answered without a message: ${chunk.subarray(8, 200).toString('latin1')}`);
    waiter.offset++;
    if (--this.#left === 0) this.#onAll();
  }

  #fail(reason: string): void {
    this.#failure ??= reason;
    this.#onAll();
  }
}
