// Where brokers and generators run in each part of the benchmark, and what one part finds.
import type { RunFigures } from '../load/running-load.ts';
import type { Memory } from './memory.ts';

export const COUNTS = [1, 2, 4, 8];
export const MOST = Math.max(...COUNTS);
/** Enough of them to show what one more takes. */
export const THREADS = 4;
export const LOAD = { kind: 'closed', connections: 4, inFlight: 16, bodyBytes: 128 } as const;

/** All brokers share the processors, and each is to have had about as many sends before it is measured; a bare loop has little to compile. */
export const warmUpSeconds = (brokers: number): number => 0.5 + 0.5 * brokers;

export type Layout = 'all processors' | 'threads' | 'apart' | 'one core each' | 'crowded' | 'bare on all processors' | 'bare on one core each';

export const LAYOUTS: Readonly<Record<Layout, string>> = {
  'all processors': 'processes, all on all processors',
  threads: 'threads of one process, on all processors',
  apart: 'each broker on a core of its own, generators on the others',
  'one core each': 'each broker on a core of its own, its generator there too',
  crowded: 'both on one core, generators on the others',
  'bare on all processors': 'for comparison: bare Node loops, all on all processors',
  'bare on one core each': 'for comparison: bare Node loops, each on a core of its own, its generator there too',
};

/** Where one broker is what several of a layout are held against. */
export const ALONE: Readonly<Record<Layout, Layout>> = {
  'all processors': 'all processors',
  threads: 'all processors',
  apart: 'apart',
  'one core each': 'one core each',
  crowded: 'apart',
  'bare on all processors': 'bare on all processors',
  'bare on one core each': 'bare on one core each',
};

export interface Case {
  readonly layout: Layout;
  readonly brokers: number;
  /** Of the n-th broker and of its generator, as `taskset` takes them; undefined: any. */
  readonly broker: (n: number) => string | undefined;
  readonly generator: (n: number) => string | undefined;
}

export interface Sample {
  readonly layout: Layout;
  readonly brokers: number;
  /** What is held against each other is of one lap. */
  readonly lap: number;
  readonly figures: RunFigures;
  /** Of all brokers together, for each send. */
  readonly brokersCpuUs: number;
  readonly diskBytesPerSend: number;
  readonly idle: Memory;
  readonly loaded: Memory;
}
