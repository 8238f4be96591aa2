// A number that was found once per round, how far it strayed, and what forbids to quote it bare.
import { median, middleHalf, spread } from './statistics.ts';

/** In the order of their signs. */
export const MARKS = ['wide', 'few rounds', 'failed sends', 'rate not reached', 'generator busy', 'no difference'] as const;
export type Mark = (typeof MARKS)[number];

/** Middle half of the rounds, as a share of the value. */
export const WIDE = 0.15;
export const ENOUGH_ROUNDS = 3;
/** Share of the offered rate that must have been answered. */
export const REACHED = 0.98;
/** Of the generator's loop, as a share of the time. */
export const BUSY = 0.9;

export const RULES: Readonly<Record<Mark, string>> = {
  wide: `the middle half of the rounds is wider than ${WIDE * 100} % of the median (of a cost or a difference: of the larger of its two sides)`,
  'few rounds': `fewer than ${ENOUGH_ROUNDS} rounds`,
  'failed sends': 'sends failed while it was measured',
  'rate not reached': `in an open loop less than ${REACHED * 100} % of the offered rate was answered: what waits grows, and RT with the length of the run`,
  'generator busy': `the load generator was busy for more than ${BUSY * 100} % of the time: the limit may be its own`,
  'no difference': 'no difference shown: the middle halves of both sides overlap',
};

/** The same within a sentence. */
export const REASONS: Readonly<Record<Mark, string>> = {
  wide: 'the rounds lie far apart',
  'few rounds': `fewer than ${ENOUGH_ROUNDS} rounds`,
  'failed sends': 'sends failed',
  'rate not reached': 'the rate was not reached',
  'generator busy': 'the load generator was busy',
  'no difference': 'no difference is shown',
};

export interface Figure {
  /** One per round. */
  readonly values: readonly number[];
  readonly median: number;
  readonly middleHalf: readonly [number, number];
  /** Sorted as in `MARKS`; a difference that was not shown is no reason for doubt. */
  readonly marks: readonly Mark[];
}

/** Undefined when no round has a value. `size` is what the spread is held against; the median when left out. */
export function figureOf(perRound: readonly number[], marks: ReadonlySet<Mark> = new Set(), size?: number): Figure | undefined {
  const values = perRound.filter(Number.isFinite);
  if (values.length === 0) return undefined;
  const middle = median(values);
  const half = middleHalf(values);
  const own = new Set(marks);
  if (half[1] - half[0] > WIDE * Math.abs(size ?? middle)) own.add('wide');
  if (values.length < ENOUGH_ROUNDS) own.add('few rounds');
  return { values, median: middle, middleHalf: half, marks: MARKS.filter((mark) => own.has(mark)) };
}

export function overlap(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] <= b[1] && b[0] <= a[1];
}

/** What makes a figure unfit to decide anything. */
export function doubts(figure: Figure): readonly Mark[] {
  return figure.marks.filter((mark) => mark !== 'no difference');
}

/**
 * Whether it passes a test that a greater (or a smaller) number passes too: when the middle half of the rounds agrees, of a wide one
 * when all do. Undefined when they do not, or when something else speaks against the figure.
 */
export function agrees(figure: Figure, test: (n: number) => boolean): boolean | undefined {
  const reasons = doubts(figure);
  if (reasons.some((mark) => mark !== 'wide')) return undefined;
  const [low, high] = reasons.includes('wide') ? [Math.min(...figure.values), Math.max(...figure.values)] : figure.middleHalf;
  return test(low) === test(high) ? test(low) : undefined;
}

const SIGNS = ['¹', '²', '³', '⁴', '⁵', '⁶'];

export function signOf(mark: Mark): string {
  return SIGNS[MARKS.indexOf(mark)] as string;
}

type Unit = (n: number) => string;
export const NOT_MEASURED = 'not measured';

/** `23 % (21 % … 25 %)`; with a mark `≈ 23 % (9 % … 35 %) ¹`. */
export function quote(figure: Figure | undefined, unit: Unit): string {
  return figure === undefined ? NOT_MEASURED : marked(figure, figure.values.length === 1 ? unit(figure.median) : spread(figure.values, unit));
}

/** The median alone, for narrow columns; marked all the same. */
export function quoteShort(figure: Figure | undefined, unit: Unit): string {
  return figure === undefined ? '–' : marked(figure, unit(figure.median));
}

function marked(figure: Figure, text: string): string {
  const signs = figure.marks.map(signOf).join('');
  return `${doubts(figure).length > 0 ? '≈ ' : ''}${text}${signs === '' ? '' : ` ${signs}`}`;
}
