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
  /** `unclear`: the rounds lie far apart, on both sides of what is asked for. */
  readonly is: 'met' | 'not met' | 'unclear';
}

/** What the goal says of the first contestant. */
export function verdictsOf({ goal, contestants }: SubjectResult): Verdict[] {
  if (goal === undefined) return [];
  const first = contestants[0];
  if (first === undefined) return [];
  if ('perSecond' in goal) return [verdictOf(goal, first, first.nsPerUnit.map((ns) => 1e9 / ns))];
  const other = contestants.find(({ name }) => name === goal.timesAsFastAs);
  if (other === undefined) return [];
  return [verdictOf(goal, first, timesAsFast(first, other))];
}

/** Rounds that differ by more than their median say nothing while they contradict each other. */
function verdictOf({ id, atLeast }: Goal, { name }: ContestantResult, rounds: readonly number[]): Verdict {
  const reached = median(rounds);
  const [least, most] = [Math.min(...rounds), Math.max(...rounds)];
  const isUnclear = most - least > reached && least < atLeast && most >= atLeast;
  return { id, contestant: name, reached, atLeast, is: isUnclear ? 'unclear' : reached >= atLeast ? 'met' : 'not met' };
}
