// What a run of the micro benchmarks finds, and what it says about a goal. Pure.
import { median } from '../report/statistics.ts';
import type { Goal } from './subject.ts';

export interface ContestantResult {
  readonly name: string;
  /** Nanoseconds of one unit, one number a round. */
  readonly nsPerUnit: readonly number[];
}

export interface SubjectResult {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly bytesPerUnit?: number | undefined;
  readonly goal?: Goal | undefined;
  readonly contestants: readonly ContestantResult[];
}

/** How many times as fast as the other, round by round: what drifts with time hits both alike. */
export function timesAsFast(one: ContestantResult, other: ContestantResult): number[] {
  return one.nsPerUnit.map((ns, round) => (other.nsPerUnit[round] ?? Number.NaN) / ns);
}

export interface Verdict {
  readonly id: string;
  readonly contestant: string;
  readonly reached: number;
  readonly atLeast: number;
  readonly isMet: boolean;
}

/** Of each of our contestants that stands before the one that the goal names; of the first, where it names none. */
export function verdictsOf({ goal, contestants }: SubjectResult): Verdict[] {
  if (goal === undefined) return [];
  const first = contestants[0];
  if (first === undefined) return [];
  const verdict = (contestant: string, reached: number): Verdict => ({ id: goal.id, contestant, reached, atLeast: goal.atLeast, isMet: reached >= goal.atLeast });
  if ('perSecond' in goal) return [verdict(first.name, 1e9 / median(first.nsPerUnit))];
  const other = contestants.find(({ name }) => name === goal.timesAsFastAs);
  if (other === undefined) return [];
  return [verdict(first.name, median(timesAsFast(first, other)))];
}
