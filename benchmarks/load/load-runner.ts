// Runs the closed loop in a worker thread and reads the processor time of the brokers meanwhile.
import { Piscina } from 'piscina';
import type { ClosedLoopResult, ClosedLoopTask } from './closed-loop.ts';
import { cpuMs, residentMiB } from './process-figures.ts';

export interface Load {
  readonly connections: number;
  readonly inFlight: number;
  readonly bodyBytes: number;
}

export interface LoadFigures {
  readonly tps: number;
  readonly failed: number;
  readonly firstFailure: string | undefined;
  readonly rt: ClosedLoopResult['rt'];
  /** Of each watched process, in the order given. */
  readonly processes: readonly { readonly cpuUsPerSend: number; readonly loadedMiB: number }[];
}

/** What is left out at both ends, so that the readings lie inside the measured time. */
const MARGIN_MS = 50;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class LoadRunner {
  readonly #pool = new Piscina({ filename: new URL('./closed-loop.ts', import.meta.url).href, execArgv: ['--import', 'tsx'], maxThreads: 1, minThreads: 1 });
  #runs = 0;

  /** `seconds` of load after half as much of warm-up. */
  async run(port: number, load: Load, seconds: number, pids: readonly number[]): Promise<LoadFigures> {
    const task: ClosedLoopTask = {
      ...load,
      host: '127.0.0.1',
      port,
      topic: 'BenchmarkTest',
      queues: 4,
      waitStoreMsgOk: true,
      warmUpMs: seconds * 500,
      measureMs: seconds * 1000,
      runId: ((Date.now() + this.#runs++) >>> 0).toString(16).toUpperCase().padStart(8, '0'),
    };
    const outcome = this.#pool.run(task) as Promise<ClosedLoopResult>;
    await sleep(task.warmUpMs + MARGIN_MS);
    const before = pids.map(cpuMs);
    await sleep(task.measureMs - 2 * MARGIN_MS);
    const after = pids.map((pid) => ({ cpu: cpuMs(pid), loadedMiB: residentMiB(pid) }));
    const { sent, elapsedMs, failed, firstFailure, rt } = await outcome;
    const tps = (sent * 1000) / elapsedMs;
    const sentBetween = (tps * (task.measureMs - 2 * MARGIN_MS)) / 1000;
    const processes = after.map(({ cpu, loadedMiB }, index) => ({ cpuUsPerSend: ((cpu - (before[index] ?? 0)) * 1000) / sentBetween, loadedMiB }));
    return { tps, failed, firstFailure, rt, processes };
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
