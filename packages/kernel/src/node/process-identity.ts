import { readFileSync } from 'node:fs';

/**
 * Who a process is, beyond its number, which the system gives again: since when it runs (in the system's ticks)
 * and in which boot of the machine. Where there is no /proc both are '-' and the number alone decides.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: string;
  readonly bootId: string;
}

export function identityOfThisProcess(): ProcessIdentity {
  return { pid: process.pid, startTicks: startTicksOf(process.pid) ?? '-', bootId: bootId() };
}

export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.bootId !== bootId()) return false;
  if (!isPidAlive(identity.pid)) return false;
  const startTicks = startTicksOf(identity.pid);
  return startTicks === undefined || startTicks === identity.startTicks;
}

/** A zombie has a number but no longer runs. */
export function isPidAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const state = statFields(pid)?.[0];
  return state !== 'Z' && state !== 'X';
}

/** Field 22 of /proc/<pid>/stat. */
function startTicksOf(pid: number): string | undefined {
  return statFields(pid)?.[19];
}

/** The fields from the third on (state first): the second is the program's name, which may hold blanks and brackets. */
function statFields(pid: number): string[] | undefined {
  const text = readProc(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** '-' where the system does not tell. */
export function bootId(): string {
  return readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? '-';
}

/** Undefined where the system has no /proc, or no such process. */
export function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
