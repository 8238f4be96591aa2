// The proxy's own thread: what comes in at either end leaves at the other one some time later.
import { connect, createServer, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { DelayLine } from './delay-line.ts';
import type { DelayProxyTask } from './delay-proxy.ts';

const { delayMs, target, port } = workerData as DelayProxyTask;

/** Where a direction holds more than this, its source waits. */
const HELD_BYTES = 16 << 20;
/**
 * Timers of Node are too coarse (1 ms), spinning would take a core from the brokers: the thread naps, and looks at its sockets
 * after each nap. The kernel makes a nap about 0.06 ms longer than asked for.
 */
const NAP_MS = delayMs / 10;
const NAP_OVERRUN_MS = 0.07;
const nap = new Int32Array(new SharedArrayBuffer(4));

class Direction {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #line = new DelayLine(delayMs);
  #ended = false;

  constructor(from: Socket, to: Socket) {
    this.#from = from;
    this.#to = to;
    from.on('data', (chunk) => {
      this.#line.put(chunk, performance.now());
      if (this.#line.bytes + to.writableLength > HELD_BYTES) from.pause();
      wake();
    });
    from.on('end', () => {
      this.#ended = true;
      wake();
    });
    to.on('drain', () => this.#resume());
  }

  get nextAt(): number | undefined {
    return this.#line.nextAt;
  }

  deliver(now: number): void {
    const chunks = this.#line.take(now);
    if (chunks.length > 0) {
      this.#to.cork();
      for (const chunk of chunks) this.#to.write(chunk);
      this.#to.uncork();
      this.#resume();
    }
    if (this.#ended && this.#line.nextAt === undefined) this.#to.end();
  }

  #resume(): void {
    if (this.#from.isPaused() && this.#line.bytes + this.#to.writableLength <= HELD_BYTES) this.#from.resume();
  }
}

const directions = new Set<Direction>();
let awake = false;

function wake(): void {
  if (awake) return;
  awake = true;
  setImmediate(turn);
}

function turn(): void {
  const now = performance.now();
  let next = Number.POSITIVE_INFINITY;
  for (const direction of directions) {
    direction.deliver(now);
    next = Math.min(next, direction.nextAt ?? next);
  }
  awake = next < Number.POSITIVE_INFINITY;
  if (!awake) return;
  if (next - performance.now() > NAP_OVERRUN_MS + NAP_MS) Atomics.wait(nap, 0, 0, NAP_MS);
  setImmediate(turn);
}

const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
  const far = connect({ ...target, noDelay: true, allowHalfOpen: true });
  const pair = [new Direction(near, far), new Direction(far, near)];
  for (const direction of pair) directions.add(direction);
  for (const [socket, other] of [[near, far], [far, near]] as const) {
    socket.on('error', () => other.destroy());
    socket.on('close', (failed) => {
      if (failed) other.destroy();
      for (const direction of pair) if (near.destroyed && far.destroyed) directions.delete(direction);
    });
  }
});
server.once('error', (error) => parentPort?.postMessage({ error: error.message }));
server.listen(port, '127.0.0.1', () => parentPort?.postMessage({ listening: true }));
