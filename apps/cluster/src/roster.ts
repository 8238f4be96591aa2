/**
 * The note of what `up` has started, `data/cluster.json` in the workspace, so that `down` and `status` find it again
 * whatever the environment says then.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { RmqError } from '@rocketmq-ts/kernel';

export interface Entry {
  /** A member's name, or `namesrv`. */
  readonly name: string;
  readonly pid: number;
}

export interface Roster {
  readonly dataFolder: string;
  readonly started: readonly Entry[];
}

/** Undefined when nothing was noted, or what was noted can't be read: then nothing is ours to stop. */
export function readRoster(workspace: string): Roster | undefined {
  try {
    const { dataFolder, started } = JSON.parse(readFileSync(fileOf(workspace), 'utf8')) as Partial<Roster>;
    if (typeof dataFolder !== 'string' || !Array.isArray(started)) return undefined;
    return { dataFolder, started: started.filter(isEntry) };
  } catch {
    return undefined;
  }
}

/** @throws RmqError NOTE when the workspace can't be written */
export function writeRoster(workspace: string, roster: Roster): void {
  const file = fileOf(workspace);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.tmp`, `${JSON.stringify(roster, undefined, 2)}\n`);
    renameSync(`${file}.tmp`, file);
  } catch (error) {
    throw new RmqError('NOTE', `can't note in ${file} what was started (${(error as NodeJS.ErrnoException).code}); make that folder writable for this user`, { cause: error });
  }
}

function fileOf(workspace: string): string {
  return join(workspace, 'data', 'cluster.json');
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { name, pid } = value as Partial<Entry>;
  return typeof name === 'string' && Number.isInteger(pid);
}
