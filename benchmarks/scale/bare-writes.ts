// The floor under "one message for all": a bare Node loop, in a thread of its own, that does nothing but write an answer to
// each of its connections.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { dialAll } from '../load/dial.ts';

/** About as long as the answer to a pull that has found one message of 128 B. */
const ANSWER_BYTES = 500;

/** From the request to the arrival at each of `count` connections, ms; a list for each run. */
export async function bareWrites(count: number, runs: number, port: number): Promise<number[][]> {
  const worker = new Worker(new URL('./bare-writes-thread.mjs', import.meta.url), { workerData: { port, answerBytes: ANSWER_BYTES } });
  let sockets: Socket[] = [];
  try {
    await once(worker, 'message');
    sockets = await dialAll({ host: '127.0.0.1', port }, count);
    const found: number[][] = [];
    for (let run = 0; run < runs; run++) {
      const times: number[] = [];
      const startedAt = performance.now();
      const all = Promise.all(sockets.map((socket) => new Promise<void>((resolve) => void socket.once('data', () => resolve(void times.push(performance.now() - startedAt))))));
      worker.postMessage('write');
      await all;
      found.push(times);
    }
    return found;
  } finally {
    for (const socket of sockets) socket.destroy();
    await worker.terminate();
  }
}
