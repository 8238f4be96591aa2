// What the micro benchmarks are made of.

/** One way to do the work of a subject. */
export interface Contestant {
  readonly name: string;
  /** Does it once; what it gives is kept, so that nothing can be left out. */
  readonly run: () => unknown;
}

/** One that ends in a later turn of the event loop. */
export interface WaitingContestant {
  readonly name: string;
  readonly runThen: (done: () => void) => void;
}

/** A figure that is to be reached: so many times as fast as another contestant, or so many of what is counted in a second. */
export type Goal = { readonly id: string; readonly atLeast: number } & ({ readonly timesAsFastAs: string } | { readonly perSecond: true });

export interface Subject {
  readonly id: string;
  readonly title: string;
  /** What one run does so many times, such as `message`. */
  readonly unit: string;
  readonly unitsPerRun: number;
  /** Bytes that one unit moves, where they are the point; the report shows MiB/s then. */
  readonly bytesPerUnit?: number;
  /** The first is ours and what the goal is asked of. */
  readonly contestants: readonly (Contestant | WaitingContestant)[];
  readonly goal?: Goal;
  /** At most so long a sample, where every run fills the disk. */
  readonly secondsMax?: number;
  /** @throws when the contestants do not give the same content. Called before anything is timed. */
  check(): void | Promise<void>;
  close?(): Promise<void>;
}

/** A file of `subjects/`: builds its subjects when they are asked for, since some hold a store. */
export type OpenSubjects = () => Promise<readonly Subject[]>;
