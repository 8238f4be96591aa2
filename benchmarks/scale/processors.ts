// Who runs on which processor: a generator that takes the broker's processor away is no fault of the broker's. Linux (`taskset`).
import { execFileSync, spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { cpus } from 'node:os';

/** Whether there is a choice, and somebody who can make it. */
export function canPlace(): boolean {
  return cpus().length > 1 && spawnSync('taskset', ['--version']).status === 0;
}

/** All threads of a process. @param processors as `taskset` takes them: `0`, `0-1` */
export function runOn(processors: string, pid: number): void {
  taskset('-a', '-p', '-c', processors, String(pid));
}

/** The thread that calls, which may be a worker. */
export function runThisThreadOn(processors: string): void {
  const [thread = ''] = readlinkSync('/proc/thread-self').split('/').slice(-1);
  taskset('-p', '-c', processors, thread);
}

function taskset(...args: readonly string[]): void {
  execFileSync('taskset', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
