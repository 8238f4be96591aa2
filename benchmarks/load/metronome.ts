// Wakes a generator's loop more often than once a millisecond, which is as fine as Node's timers are: a thread that sleeps in
// `Atomics.wait` and posts a message for each beat. A beat that comes while the one before it was not heard yet is left out.
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { makePool } from './pool.ts';

const BEAT_MS = 0.2;
const STATE = 0;
const UNHEARD = 1;
/** Values of STATE. */
const WAITING = 0;
const BEATING = 1;
const STOPPED = 2;

export interface Metronome {
  /** Resolves when the thread is there. */
  readonly ready: Promise<void>;
  /** @param firstBeat of this thread's `performance.now()`, ms */
  start(firstBeat: number): void;
  stop(): Promise<void>;
}

interface MetronomeTask {
  readonly port: MessagePort;
  readonly state: Int32Array;
  /** When the first beat is, ms since 1970; written before STATE becomes BEATING. */
  readonly first: Float64Array;
  readonly beatMs: number;
}

/** Calls `beat` in this thread every 0.2 ms, or whenever a message of the rate is due when that is more seldom. */
export function makeMetronome(perSecond: number, beat: () => void, failed: (error: Error) => void): Metronome {
  const state = new Int32Array(new SharedArrayBuffer(8));
  const first = new Float64Array(new SharedArrayBuffer(8));
  const { port1, port2 } = new MessageChannel();
  const ready = new Promise<void>((resolve) => {
    port1.once('message', () => {
      resolve();
      port1.on('message', () => {
        Atomics.store(state, UNHEARD, 0);
        beat();
      });
    });
  });
  const pool = makePool(1);
  const task: MetronomeTask = { port: port2, state, first, beatMs: Math.max(BEAT_MS, 1000 / perSecond) };
  const ended = pool.run(task, { filename: import.meta.url, transferList: [port2] }).catch(failed);
  const become = (next: number): void => {
    Atomics.store(state, STATE, next);
    Atomics.notify(state, STATE);
  };
  return {
    ready,
    start: (firstBeat) => {
      first[0] = performance.timeOrigin + firstBeat;
      become(BEATING);
    },
    stop: async () => {
      become(STOPPED);
      port1.close();
      await ended;
      await pool.destroy();
    },
  };
}

/** The thread. */
export default function keepTime({ port, state, first, beatMs }: MetronomeTask): void {
  port.postMessage(0);
  Atomics.wait(state, STATE, WAITING);
  const startedAt = (first[0] as number) - performance.timeOrigin;
  for (let beats = 0; Atomics.load(state, STATE) !== STOPPED; beats = Math.max(beats + 1, Math.ceil((performance.now() - startedAt) / beatMs))) {
    Atomics.wait(state, STATE, BEATING, Math.max(0, startedAt + beats * beatMs - performance.now()));
    if (Atomics.exchange(state, UNHEARD, 1) === 0) port.postMessage(0);
  }
}
