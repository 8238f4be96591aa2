// A load that is under way in one or more generators: starts them together, follows the processes meanwhile, merges the reports.
import { cpus } from 'node:os';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import type { RoundTripTimes } from '../sync-replication/results.ts';
import type { FromGenerator, GeneratorReport, Times, ToGenerator } from './generator.ts';
import { cpuMs, residentMiB } from './process-figures.ts';
import { RtHistogram } from './rt-histogram.ts';

export type Role = 'send' | 'receive';

/** A piscina worker file and its task without the port. */
export interface GeneratorJob {
  readonly role: Role;
  readonly file: URL;
  readonly task: object;
}

export interface RunFigures {
  /** Answered with SUCCESS (sends) or received (consumers), per second of the measured time. */
  readonly perSecond: number;
  readonly done: number;
  readonly failed: number;
  readonly firstFailure: string | undefined;
  /** Sent, but not answered within 3 s; also in `failed`. */
  readonly unanswered: number;
  /** Open loop: due, but never sent, as the most were under way; their waiting is in `rt`. */
  readonly unsent: number;
  readonly measuredSeconds: number;
  /** From the begin of the measured time to the last message: less than it when consumers had read everything. */
  readonly lastDoneSeconds: number;
  /** Microseconds; to 0.1 µs or 0.1 %. NaN when nothing was answered. */
  readonly rt: RoundTripTimes;
  /** Open loop: how late messages left, microseconds; the generator's part of the times. */
  readonly lateness: RoundTripTimes | undefined;
  /** Of each watched process, in the order given; empty when the run was stopped too early to tell, NaN per send when nothing succeeded. */
  readonly processes: readonly { readonly cpuUsPerSend: number; readonly residentMiB: number }[];
  readonly generator: {
    /** Of this whole process. */
    readonly cpuUsPerSend: number;
    /** How late timers of the busiest generator's loop came, p99. */
    readonly loopDelayP99Ms: number;
    /** Share of the measured time in which the busiest generator's loop was not idle, 0 to 1. */
    readonly utilization: number;
  };
}

export interface Progress {
  readonly done: number;
  readonly failed: number;
  readonly firstFailure: string | undefined;
}

/** What is left out at both ends, so that the readings lie inside the measured time. */
const MARGIN_MS = 50;

/** Worker threads that make sense here: half of the cores are the brokers'. */
export function threadsFor(connections: number): number {
  return Math.max(1, Math.min(connections, Math.floor(cpus().length / 2)));
}

export class RunningLoad {
  /**
   * Of each role that has jobs. Processor times are per message of that role.
   * @throws Error that names the cause when a connection cannot be had or is lost
   */
  readonly figures: Promise<ReadonlyMap<Role, RunFigures>>;
  /** Resolves when all connections are there and the warm-up begins; rejects like `figures`. */
  readonly began: Promise<void>;
  readonly #ports: readonly MessagePort[];
  readonly #progress: Progress[] = [];
  readonly #stopped: AbortController = new AbortController();

  constructor(pool: Piscina, jobs: readonly GeneratorJob[], times: Times, pids: readonly number[]) {
    const channels = jobs.map(() => new MessageChannel());
    this.#ports = channels.map(({ port1 }) => port1);
    const abandoned = new AbortController();
    const reports = jobs.map(({ file, task }, at) => {
      const { port2 } = channels[at] as MessageChannel;
      return pool.run({ ...task, port: port2 }, { filename: file.href, transferList: [port2], signal: abandoned.signal }) as Promise<GeneratorReport>;
    });
    // When a generator ends without having begun, it has failed.
    const all = Promise.all(reports);
    this.began = Promise.race([this.#allReady(), all]).then(() => this.#tell({ kind: 'go', times }));
    this.figures = this.#follow(jobs, all, times, pids).finally(() => {
      // When one generator has failed the others have nothing to do any more; each ends by itself when its port closes.
      abandoned.abort();
      this.#stopped.abort();
      for (const port of this.#ports) port.close();
    });
    this.began.catch(() => undefined);
    this.figures.catch(() => undefined);
  }

  /** Of all generators, since they began, warm-up included; some tenths of a second old. */
  get progress(): Progress {
    const known = this.#progress.filter((part) => part !== undefined);
    return {
      done: known.reduce((sum, { done }) => sum + done, 0),
      failed: known.reduce((sum, { failed }) => sum + failed, 0),
      firstFailure: known.find(({ firstFailure }) => firstFailure !== undefined)?.firstFailure,
    };
  }

  /** Ends the measured time now; `figures` are then of the time so far. */
  stop(): void {
    this.#stopped.abort();
    this.#tell({ kind: 'stop' });
  }

  async #follow(jobs: readonly GeneratorJob[], reports: Promise<readonly GeneratorReport[]>, times: Times, pids: readonly number[]): Promise<Map<Role, RunFigures>> {
    await this.began;
    const [parts, watched] = await Promise.all([reports, this.#watch(times, pids)]);
    const roles = new Set(jobs.map(({ role }) => role));
    return new Map([...roles].map((role) => [role, merged(parts.filter((_, at) => jobs[at]?.role === role), watched)]));
  }

  #allReady(): Promise<unknown> {
    return Promise.all(
      this.#ports.map(
        (port, at) =>
          new Promise<void>((resolve) => {
            port.on('message', (message: FromGenerator) => {
              if (message.kind === 'ready') resolve();
              else this.#progress[at] = message;
            });
          }),
      ),
    );
  }

  #tell(order: ToGenerator): void {
    for (const port of this.#ports) port.postMessage(order);
  }

  async #watch({ warmUpSeconds, measureSeconds }: Times, pids: readonly number[]): Promise<Watched | undefined> {
    if (!(await this.#pause(warmUpSeconds * 1000 + MARGIN_MS))) return undefined;
    const startedAt = performance.now();
    const own = process.cpuUsage();
    const before = pids.map(cpuMs);
    await this.#pause(measureSeconds * 1000 - 2 * MARGIN_MS);
    const { user, system } = process.cpuUsage(own);
    const processes = pids.map((pid, at) => ({ cpuMs: cpuMs(pid) - (before[at] as number), residentMiB: residentMiB(pid) }));
    return { ms: performance.now() - startedAt, ownCpuMs: (user + system) / 1000, processes };
  }

  /** @returns false when the run was stopped meanwhile */
  #pause(ms: number): Promise<boolean> {
    const { signal } = this.#stopped;
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', early);
        resolve(true);
      }, ms);
      const early = (): void => {
        clearTimeout(timer);
        resolve(false);
      };
      signal.addEventListener('abort', early, { once: true });
    });
  }
}

interface Watched {
  readonly ms: number;
  readonly ownCpuMs: number;
  readonly processes: readonly { readonly cpuMs: number; readonly residentMiB: number }[];
}

function merged(parts: readonly GeneratorReport[], watched: Watched | undefined): RunFigures {
  const sum = (of: (part: GeneratorReport) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const measuredMs = Math.max(...parts.map((part) => part.measuredMs));
  const perSecond = measuredMs > 0 ? sum((part) => (part.measuredMs > 0 ? part.done / part.measuredMs : 0)) * 1000 : 0;
  const meanwhile = (perSecond * (watched?.ms ?? 0)) / 1000;
  const lateness = parts.flatMap((part) => part.lateness ?? []);
  return {
    perSecond,
    done: sum((part) => part.done),
    failed: sum((part) => part.failed),
    firstFailure: parts.find((part) => part.firstFailure !== undefined)?.firstFailure,
    unanswered: sum((part) => part.unanswered),
    unsent: sum((part) => part.unsent),
    measuredSeconds: measuredMs / 1000,
    lastDoneSeconds: Math.max(...parts.map((part) => (Number.isNaN(part.lastDoneMs) ? 0 : part.lastDoneMs))) / 1000,
    rt: RtHistogram.merged(parts.map((part) => part.rt)).times(),
    lateness: lateness.length === 0 ? undefined : RtHistogram.merged(lateness).times(),
    processes: watched?.processes.map((one) => ({ cpuUsPerSend: meanwhile > 0 ? (one.cpuMs * 1000) / meanwhile : Number.NaN, residentMiB: one.residentMiB })) ?? [],
    generator: {
      cpuUsPerSend: meanwhile > 0 ? ((watched?.ownCpuMs ?? Number.NaN) * 1000) / meanwhile : Number.NaN,
      loopDelayP99Ms: Math.max(...parts.map(({ loop }) => loop.delayP99Ms)),
      utilization: Math.max(...parts.map(({ loop }) => loop.utilization)),
    },
  };
}
