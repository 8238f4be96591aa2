// What the benchmarks in this folder have in common: a folder of their own, a name server, an end that leaves nothing
// behind, and a report of what was measured, also when somebody did not want to wait for all of it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempFolder } from '@rocketmq-ts/testkit';
import { freeNamesrvPort, rocketmqTs } from '../contenders/installations.ts';

export interface Bench {
  readonly folder: string;
  readonly namesrvAddr: string;
  /** Aborted by Ctrl-C; the programs have been ended by then. */
  readonly signal: AbortSignal;
}

export interface BenchmarkParts {
  readonly name: string;
  /** File for the report; undefined: standard output. */
  readonly reportFile: string | undefined;
  readonly measure: (bench: Bench) => Promise<void>;
  /** Of what has been measured so far. */
  readonly report: () => string;
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export async function runBenchmark({ name, reportFile, measure, report }: BenchmarkParts): Promise<void> {
  const interrupted = new AbortController();
  for (const [signal, exitCode] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      process.exitCode = exitCode;
      interrupted.abort(new Error(`ended by ${signal}`));
    });
  }
  using folder = makeTempFolder(`bench-${name}`);
  try {
    await withNameServer(folder.path, (namesrvAddr) => measure({ folder: folder.path, namesrvAddr, signal: interrupted.signal }));
  } catch (error) {
    // Whoever waits for a program that was ended fails.
    if (!interrupted.signal.aborted) throw error;
  }
  if (interrupted.signal.aborted) process.stderr.write('\ninterrupted: the report has what was measured so far\n');
  if (reportFile === undefined) process.stdout.write(report());
  else writeFileSync(reportFile, report());
}

async function withNameServer(folder: string, run: (namesrvAddr: string) => Promise<void>): Promise<void> {
  const port = await freeNamesrvPort();
  const program = await rocketmqTs.startNamesrv(join(folder, 'namesrv'), port);
  try {
    await run(`127.0.0.1:${port}`);
  } finally {
    await program.stop();
  }
}

export const say = (text: string): void => void process.stderr.write(text);

export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
