// What two trees took for the same work, round by round. Pure.
import { median } from '../report/statistics.ts';

/** Nanoseconds or fixed loops by name: less is better. */
export type Times = Readonly<Record<string, number>>;

export interface ComparisonLine {
  readonly name: string;
  /** How many times as fast as the base the working tree is, one number a round. */
  readonly ratios: readonly number[];
  readonly verdict: 'faster' | 'slower' | 'within noise' | 'only in the working tree' | 'only in the base';
}

/** A difference smaller than this says nothing, however often it is seen. */
const LEAST_DIFFERENCE = 0.03;

/** A verdict needs every round on the same side, and a median beyond the least difference. */
export function compareTimes(base: readonly Times[], work: readonly Times[]): ComparisonLine[] {
  const names = [...new Set([...work, ...base].flatMap((times) => Object.keys(times)))];
  return names.map((name) => {
    if (base[0]?.[name] === undefined) return { name, ratios: [], verdict: 'only in the working tree' };
    if (work[0]?.[name] === undefined) return { name, ratios: [], verdict: 'only in the base' };
    const ratios = work.map((times, round) => (base[round]?.[name] ?? Number.NaN) / (times[name] ?? Number.NaN));
    return { name, ratios, verdict: verdictOf(ratios) };
  });
}

function verdictOf(ratios: readonly number[]): ComparisonLine['verdict'] {
  const middle = median(ratios);
  if (middle > 1 + LEAST_DIFFERENCE && ratios.every((ratio) => ratio > 1)) return 'faster';
  if (middle < 1 - LEAST_DIFFERENCE && ratios.every((ratio) => ratio < 1)) return 'slower';
  return 'within noise';
}

export function comparisonTable(lines: readonly ComparisonLine[]): string {
  const rows = lines.map(({ name, ratios, verdict }) => {
    const figures = ratios.length === 0 ? '–' : `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)})`;
    return `| ${name} | ${figures} | ${verdict} |`;
  });
  return ['| what | times as fast as the base, median (min … max) | |', '|---|---|---|', ...rows, ''].join('\n');
}
