import { readFileSync } from 'node:fs';

/** MiB, from /proc; undefined on other systems. `proportional` counts pages that n processes share as 1/n. */
export function memoryOf(pids: readonly number[]): { readonly resident: number; readonly proportional: number } | undefined {
  if (process.platform !== 'linux') return undefined;
  const texts = pids.map((pid) => readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  const sum = (name: string): number => Math.round(texts.reduce((total, text) => total + Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1]), 0) / 1024);
  return { resident: sum('Rss'), proportional: sum('Pss') };
}
