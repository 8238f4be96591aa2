// How late the event loop of a broker comes, asked in its process.
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly count: number;
  /** Share of the time in which the loop was not idle, 0 to 1. */
  readonly utilization: number;
}

const POLL_MS = 5;
const LIMIT_MS = 10_000;

export class LoopDelayProbe {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** A program that is started while this runs measures itself. */
  whileStarting<T>(start: () => Promise<T>): Promise<T> {
    const { NODE_OPTIONS: before } = process.env;
    process.env['NODE_OPTIONS'] = `${before ?? ''} --import ${new URL('loop-delay-probe.mjs', import.meta.url).href}`;
    process.env['LOOP_DELAY_FILE'] = this.#file;
    return start().finally(() => {
      delete process.env['LOOP_DELAY_FILE'];
      if (before === undefined) delete process.env['NODE_OPTIONS'];
      else process.env['NODE_OPTIONS'] = before;
    });
  }

  /** What was measured since it was asked last, or since the start. @throws Error when it does not answer */
  async ask(pid: number): Promise<LoopDelay> {
    rmSync(this.#file, { force: true });
    process.kill(pid, 'SIGUSR2');
    for (let waited = 0; waited < LIMIT_MS; waited += POLL_MS) {
      await wait(POLL_MS);
      const text = readIfThere(this.#file);
      if (text !== undefined) return JSON.parse(text) as LoopDelay;
    }
    throw new Error(`process ${pid} did not say within ${LIMIT_MS} ms how late its event loop comes`);
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
