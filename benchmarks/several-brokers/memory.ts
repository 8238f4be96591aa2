// What the kernel says of a process's memory and of what it has given to the disk. Linux.
import { readFileSync } from 'node:fs';

/** MiB. */
export interface Memory {
  readonly resident: number;
  /** Pages that n processes share count 1/n (PSS). */
  readonly proportional: number;
  /** Pages that no other process has: what would be free without this one. */
  readonly own: number;
}

/** @param rollup the text of `/proc/PID/smaps_rollup` */
export function memoryIn(rollup: string): Memory {
  const mebibytes = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(rollup)?.[1] ?? Number.NaN) / 1024;
  return { resident: mebibytes('Rss'), proportional: mebibytes('Pss'), own: mebibytes('Private_Clean') + mebibytes('Private_Dirty') };
}

/** Of several processes together. @throws Error when one is gone */
export function memoryOf(pids: readonly number[]): Memory {
  const each = pids.map((pid) => memoryIn(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')));
  const sum = (of: (memory: Memory) => number): number => each.reduce((total, memory) => total + of(memory), 0);
  return { resident: sum(({ resident }) => resident), proportional: sum(({ proportional }) => proportional), own: sum(({ own }) => own) };
}

/** Bytes that several processes together have made the disk write, now or later: pages of files that they were the first to change. */
export function diskBytesOf(pids: readonly number[]): number {
  return pids.reduce((total, pid) => total + Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? Number.NaN), 0);
}
