/** Memory of processes, where the system shows it below /proc. */
import { readFileSync } from 'node:fs';

/** `724 MiB resident (257 MiB of their own, shared pages divided)`; undefined where it can't be known. */
export function residentText(pids: readonly number[]): string | undefined {
  const each = pids.map(memoryOf);
  if (each.length === 0 || each.includes(undefined)) return undefined;
  const sum = (of: (memory: Memory) => number): string => `${Math.round(each.reduce((total, memory) => total + (memory === undefined ? 0 : of(memory)), 0) / 1024)} MiB`;
  return `${sum(({ rss }) => rss)} resident (${sum(({ pss }) => pss)} with shared pages counted once)`;
}

/** KiB. */
export interface Memory {
  readonly rss: number;
  /** Pages that n processes share count 1/n. */
  readonly pss: number;
}

export function memoryOf(pid: number): Memory | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const [rss, pss] = ['Rss', 'Pss'].map((name) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(text)?.[1]));
    return rss === undefined || pss === undefined || Number.isNaN(rss + pss) ? undefined : { rss, pss };
  } catch {
    return undefined;
  }
}
