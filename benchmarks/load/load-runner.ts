// Sends raw frames to a broker from worker threads, and reads the processor time and memory of the brokers meanwhile.
import type { LoadShape } from '../sync-replication/results.ts';
import type { Target } from './dial.ts';
import type { FrameSenderTask } from './frame-sender.ts';
import type { Times } from './generator.ts';
import type { SenderTask } from './loops.ts';
import type { NatsSenderTask } from './nats-sender.ts';
import { makePool } from './pool.ts';
import { type GeneratorJob, type RunFigures, RunningLoad, threadsFor } from './running-load.ts';

export interface LoadOptions {
  readonly waitStoreMsgOk?: boolean | undefined;
  /** Default BenchmarkTest; several are numbered: BenchmarkTest0, BenchmarkTest1 … */
  readonly topic?: string | undefined;
  readonly topics?: number | undefined;
  /** Of each topic. Default 4. */
  readonly queues?: number | undefined;
}

export interface LoadFigures extends Omit<RunFigures, 'perSecond' | 'done' | 'lastDoneSeconds'> {
  readonly sendsPerSecond: number;
}

export interface LoadTarget extends Target {
  /** Default rocketmq. */
  readonly protocol?: 'rocketmq' | 'nats';
}

/** About as long as a header of send-frame.ts. */
const FRAME_HEAD_BYTES = 400;
const MOST_FRAME_BYTES = 1 << 29;

/** The most that an open loop keeps under way on all connections together; what is due beyond it waits, and its time counts. */
export const OPEN_LOOP_IN_FLIGHT = 4096;

export class LoadRunner {
  readonly #pool = makePool(threadsFor(Number.MAX_SAFE_INTEGER));

  /**
   * `failed` are refused sends and those without an answer; that all were refused is not an error of the run.
   * @param pids processes on this machine whose processor time and memory are read
   * @throws Error that names the cause: address dead, connection lost, nothing answered at all; `signal.reason` when aborted
   */
  async run(target: LoadTarget, load: LoadShape & LoadOptions, times: Times, pids: readonly number[], signal?: AbortSignal): Promise<LoadFigures> {
    signal?.throwIfAborted();
    const running = new RunningLoad(this.#pool, sendJobs(target, load), times, pids);
    const stop = (): void => running.stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const { perSecond, done, ...figures } = (await running.figures).get('send') as RunFigures;
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
const hex = (n: number): string => (n >>> 0).toString(16).toUpperCase().padStart(8, '0');

/** 16 hex digits that differ between the runs of this machine. */
export function nextRunId(): string {
  return hex(Date.now()) + hex(runs++);
}

/** One alone, or numbered from 0. */
export function topicNames({ topic = 'BenchmarkTest', topics = 1 }: LoadOptions): string[] {
  return topics === 1 ? [topic] : Array.from({ length: topics }, (_, n) => `${topic}${n}`);
}

/** Connections and rate of each of several generators that send together what `load` says. */
export function shares(load: LoadShape): Pick<SenderTask, 'bodyBytes' | 'connections' | 'inFlight' | 'perSecond'>[] {
  const threads = threadsFor(load.connections);
  return Array.from({ length: threads }, (_, thread) => {
    const connections = Math.floor(load.connections / threads) + (thread < load.connections % threads ? 1 : 0);
    return {
      bodyBytes: load.bodyBytes,
      connections,
      inFlight: load.kind === 'closed' ? load.inFlight : Math.max(1, Math.ceil(OPEN_LOOP_IN_FLIGHT / load.connections)),
      perSecond: load.kind === 'open' ? (load.perSecond * connections) / load.connections : undefined,
    };
  });
}

export function sendJobs({ host, port, protocol }: LoadTarget, load: LoadShape & LoadOptions, stamped: boolean = false): GeneratorJob[] {
  if (protocol === 'nats') return natsJobs(host, port, load);
  const topics = topicNames(load);
  const queues = load.queues ?? 4;
  const bytes = topics.length * queues * (FRAME_HEAD_BYTES + load.bodyBytes);
  if (bytes > MOST_FRAME_BYTES) throw new RangeError(`${topics.length} topics × ${queues} queues × ${load.bodyBytes} B are more than a generator keeps ready`);
  const run = nextRunId();
  return shares(load).map((share, thread) => {
    const { waitStoreMsgOk = true } = load;
    const task: Omit<FrameSenderTask, 'port'> = { ...share, target: { host, port }, topics, queues, waitStoreMsgOk, stamped, uniqPrefix: run + hex(thread) };
    return { role: 'send', file: new URL('./frame-sender.ts', import.meta.url), task };
  });
}

function natsJobs(host: string, port: number, load: LoadShape): GeneratorJob[] {
  return shares(load).map((share, thread) => {
    const task: Omit<NatsSenderTask, 'port'> = { ...share, target: { host, port }, inbox: `_INBOX.${nextRunId()}${hex(thread)}` };
    return { role: 'send', file: new URL('./nats-sender.ts', import.meta.url), task };
  });
}
