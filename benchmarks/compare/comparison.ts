// What two trees took for the same work, round by round. Pure.
import { median } from '../report/statistics.ts';

/** Nanoseconds, fixed loops, milliseconds … by name: less is better. */
export type Times = Readonly<Record<string, number>>;

/** What was measured on both sides one right after the other. */
export interface Round {
  readonly base: Times;
  readonly work: Times;
}

export interface ComparisonLine {
  readonly name: string;
  /** How many times as fast as the base the working tree is, one number a round. */
  readonly ratios: readonly number[];
  readonly verdict: 'faster' | 'slower' | 'within noise' | 'only in the working tree' | 'only in the base';
}

/** A difference smaller than this says nothing, however often it is seen. */
const LEAST_DIFFERENCE = 0.03;

/** A verdict needs every round on the same side, and a median beyond the least difference. */
export function compareTimes(rounds: readonly Round[]): ComparisonLine[] {
  const names = [...new Set([...rounds.map(({ work }) => work), ...rounds.map(({ base }) => base)].flatMap((times) => Object.keys(times)))];
  return names.map((name) => {
    const ratios = rounds.flatMap(({ base: { [name]: base }, work: { [name]: work } }) => (base === undefined || work === undefined ? [] : [base / work]));
    if (ratios.length > 0) return { name, ratios, verdict: verdictOf(ratios) };
    return { name, ratios, verdict: rounds.some(({ work }) => name in work) ? 'only in the working tree' : 'only in the base' };
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
