/**
 * The log of a program: lines into `<folder>/<program>.N.log`, a new file each 64 MiB, the last ten kept, and a link
 * `<program>.log` to the one in use, so that `tail -F ~/logs/rocketmqlogs/<program>.log` is all one has to know.
 *
 * Lines are written at once, not behind the scenes: they are few, and those of the last moment before an end matter
 * most.
 */
import { existsSync, lstatSync, mkdirSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Log } from '@rocketmq-ts/kernel';
import { createLineLog, type LogLevel } from '@rocketmq-ts/kernel/node';
import openRollingFile from 'pino-roll';

export interface RollingLog {
  readonly log: Log;
  /** What to show to people who look for the log. */
  readonly path: string;
}

/** How much waits in memory for a full disk to have room again; what is logged beyond that is lost. */
const WAITING_MAX_BYTES = 1024 * 1024;

/** @throws the system's error when the folder can't be written */
export async function openRollingLog(options: { readonly folder: string; readonly program: string; readonly level?: LogLevel }): Promise<RollingLog> {
  const { folder, program } = options;
  const path = join(folder, `${program}.log`);
  mkdirSync(folder, { recursive: true });
  const limit = { count: 10, removeOtherLogFiles: true };
  const stream = await openRollingFile({ file: join(folder, program), size: '64m', limit, sync: true, maxLength: WAITING_MAX_BYTES });
  // A full disk must not stop a server that can still answer.
  stream.on('error', () => {});
  const link = (): void => {
    try {
      replaceLink(path, basename(stream.file));
    } catch {
      // The numbered files are complete without it.
    }
  };
  stream.on('ready', link);
  link();
  const log = createLineLog((line) => void stream.write(`${line}\n`), options.level === undefined ? {} : { level: options.level });
  return { log, path };
}

function replaceLink(path: string, target: string): void {
  const present = lstatSync(path, { throwIfNoEntry: false });
  if (present?.isSymbolicLink() === true) unlinkSync(path);
  // A log that Java's server wrote under this name is kept.
  else if (present !== undefined) renameSync(path, existsSync(`${path}.old`) ? `${path}.${present.mtimeMs}.old` : `${path}.old`);
  symlinkSync(target, path);
}
