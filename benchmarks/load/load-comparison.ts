// Two sides under load in interleaved rounds: ratios are formed within a round.
import { withoutFailure } from './failures.ts';
import { type Both, measureBoth } from './interleaved.ts';
import type { LoadFigures } from './load-runner.ts';

export type Side = keyof Both<unknown>;
export type LoadFigure = (figures: LoadFigures) => number;

export const sendsPerSecond: LoadFigure = (figures) => figures.sendsPerSecond;
/** Of the first process that was watched. */
export const cpuUsPerSend: LoadFigure = ({ processes }) => processes[0]?.cpuUsPerSend ?? Number.NaN;

export class LoadComparison {
  readonly title: string;
  readonly #rounds: Both<LoadFigures>[] = [];

  constructor(title: string) {
    this.title = title;
  }

  /** What was complete before it failed stays. @throws what a side throws, and when sends have failed */
  async measure(rounds: number, sides: Readonly<Record<Side, () => Promise<LoadFigures>>>, onRound: (round: number) => void): Promise<void> {
    const honest = (side: Side) => async () => withoutFailure(await sides[side]());
    for await (const both of measureBoth(rounds, { without: honest('without'), withIt: honest('withIt') }, onRound)) this.#rounds.push(both);
  }

  /** A round has been completed. */
  get isMeasured(): boolean {
    return this.#rounds.length > 0;
  }

  /** Of each round. */
  of(side: Side, figure: LoadFigure): number[] {
    return this.#rounds.map((both) => figure(both[side]));
  }

  /** With it to without, of each round. */
  ratios(figure: LoadFigure): number[] {
    return this.#rounds.map(({ without, withIt }) => figure(withIt) / figure(without));
  }
}
