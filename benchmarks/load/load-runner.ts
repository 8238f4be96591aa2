// Sends raw frames to a broker from worker threads, and reads the processor time and memory of the brokers meanwhile.
import type { LoadShape } from '../sync-replication/results.ts';
import type { Target } from './dial.ts';
import type { FrameSenderTask } from './frame-sender.ts';
import type { Times } from './generator.ts';
import { makePool } from './pool.ts';
import { type GeneratorJob, type RunFigures, RunningLoad, threadsFor } from './running-load.ts';

export interface LoadOptions {
  readonly waitStoreMsgOk?: boolean;
  /** Default BenchmarkTest; several are numbered: BenchmarkTest0, BenchmarkTest1 … */
  readonly topic?: string;
  readonly topics?: number;
  /** Of each topic. Default 4. */
  readonly queues?: number;
}

export interface LoadFigures extends Omit<RunFigures, 'perSecond' | 'done'> {
  readonly sendsPerSecond: number;
}

/** The most that an open loop keeps under way on all connections together; what is due beyond it waits, and its time counts. */
export const OPEN_LOOP_IN_FLIGHT = 4096;

export class LoadRunner {
  readonly #pool = makePool(threadsFor(Number.MAX_SAFE_INTEGER));

  /**
   * `failed` are refused sends and those without an answer; that all were refused is not an error of the run.
   * @param pids processes on this machine whose processor time and memory are read
   * @throws Error that names the cause: address dead, connection lost, nothing answered at all; `signal.reason` when aborted
   */
  async run(target: Target, load: LoadShape & LoadOptions, times: Times, pids: readonly number[], signal?: AbortSignal): Promise<LoadFigures> {
    signal?.throwIfAborted();
    const running = new RunningLoad(this.#pool, sendJobs(target, load), times, pids);
    const stop = (): void => running.stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const { perSecond, done, ...figures } = await running.figures;
      signal?.throwIfAborted();
      if (done === 0 && figures.failed === figures.unanswered) throw new Error(`${target.host}:${target.port} answered no send within ${times.measureSeconds} s`);
      return { sendsPerSecond: perSecond, ...figures };
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

let runs = 0;

/** Generators that send together what `load` says, each with its share of connections and rate. */
export function sendJobs(target: Target, load: LoadShape & LoadOptions): GeneratorJob[] {
  const threads = threadsFor(load.connections);
  const topic = load.topic ?? 'BenchmarkTest';
  const topics = (load.topics ?? 1) === 1 ? [topic] : Array.from({ length: load.topics ?? 1 }, (_, n) => `${topic}${n}`);
  const hex = (n: number): string => (n >>> 0).toString(16).toUpperCase().padStart(8, '0');
  const run = hex(Date.now()) + hex(runs++);
  return Array.from({ length: threads }, (_, thread) => {
    const connections = Math.floor(load.connections / threads) + (thread < load.connections % threads ? 1 : 0);
    const task: Omit<FrameSenderTask, 'port'> = {
      target,
      topics,
      queues: load.queues ?? 4,
      bodyBytes: load.bodyBytes,
      waitStoreMsgOk: load.waitStoreMsgOk ?? true,
      connections,
      inFlight: load.kind === 'closed' ? load.inFlight : Math.max(1, Math.ceil(OPEN_LOOP_IN_FLIGHT / load.connections)),
      perSecond: load.kind === 'open' ? (load.perSecond * connections) / load.connections : undefined,
      uniqPrefix: run + hex(thread),
    };
    return { file: new URL('./frame-sender.ts', import.meta.url), task };
  });
}
