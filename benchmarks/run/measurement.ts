// How a benchmark runs: in a folder of its own, to an end that leaves nothing behind, and to a report of what has been
// measured, also when somebody did not want to wait for all of it or something failed on the way.
import { writeFileSync } from 'node:fs';
import { makeTempFolder } from '@rocketmq-ts/testkit';
import { untilInterrupted } from './interruption.ts';

export interface Place {
  readonly folder: string;
  /** Aborted by Ctrl-C; the programs have been ended by then. */
  readonly signal: AbortSignal;
}

export interface Measurement {
  readonly name: string;
  /** File for the report; undefined: standard output. */
  readonly reportFile: string | undefined;
  readonly measure: (place: Place) => Promise<void>;
  /** Of what has been measured so far, beginning with its heading; undefined when there is nothing yet. */
  readonly report: () => string | undefined;
}

/** The exit code is 0 only when everything was measured. */
export async function measureAndReport({ name, reportFile, measure, report }: Measurement): Promise<void> {
  const signal = untilInterrupted();
  let missing: string | undefined;
  {
    using folder = makeTempFolder(`bench-${name}`);
    try {
      await measure({ folder: folder.path, signal });
    } catch (error) {
      // Whoever waits for a program that was ended fails.
      missing = (error as Error).message;
    }
  }
  if (signal.aborted) missing = (signal.reason as Error).message;
  if (missing !== undefined) process.exitCode ??= 1;
  if (missing !== undefined) say(`\nbenchmarks:${name}: ${missing}\n`);
  const text = report();
  if (text === undefined) say('nothing was measured, so there is no report\n');
  else write(missing === undefined ? text : incomplete(text, missing), reportFile);
}

/** Says behind the heading why not everything is there. */
function incomplete(report: string, why: string): string {
  const [heading = '', ...rest] = report.split('\n');
  return [heading, '', `**Incomplete**, with what was measured until then: ${why.split('\n', 1)[0]}.`, ...rest].join('\n');
}

function write(text: string, file: string | undefined): void {
  if (file === undefined) process.stdout.write(text);
  else writeFileSync(file, text);
}

export const say = (text: string): void => void process.stderr.write(text);

/** @throws what the signal was aborted with */
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
