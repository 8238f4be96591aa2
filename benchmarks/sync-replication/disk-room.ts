// Whether the disk holds the stores of a step. A broker whose disk fills up refuses sends in the midst of a measurement.
import { statfsSync } from 'node:fs';
import type { Step, StepTimes } from './plan.ts';

/** Beside its body, a record has 91 bytes of its own, topic and properties; its queue entry has 20, index and file ahead the rest. */
const RECORD_OVERHEAD = 300;
/** More than any broker of this shape has done on one machine. */
const MOST_PER_SECOND = 300_000;
/** Files that Java makes ahead of need, for each broker. */
const AHEAD_BYTES = 2.1 * 2 ** 30;
/** A broker stops taking messages when its disk is fuller than 90 %; Java at 75 % begins to throw old ones away. */
const KEEP_FREE = 0.1;

/** Bytes that the stores of one step take at most. */
export function roomFor(step: Step, times: StepTimes): number {
  const brokers = 1 + step.variant.slaves;
  const perLoad = step.loads.map(({ shape }) => {
    const rate = shape.kind === 'closed' ? Math.min(MOST_PER_SECOND, shape.connections * shape.inFlight * 30_000) : MOST_PER_SECOND * shape.shareOfAsyncMaximum;
    return rate * (times.warmUpSeconds + times.measureSeconds) * (shape.bodyBytes + RECORD_OVERHEAD);
  });
  const warmUp = MOST_PER_SECOND * times.pairWarmUpSeconds * (128 + RECORD_OVERHEAD);
  return brokers * (warmUp + perLoad.reduce((sum, bytes) => sum + bytes, 0) + AHEAD_BYTES);
}

export interface Disk {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** @throws Error when the step's stores might fill the disk */
export function checkDiskRoom(step: Step, times: StepTimes, { freeBytes, totalBytes }: Disk, folder: string): void {
  const needed = roomFor(step, times) + totalBytes * KEEP_FREE;
  if (freeBytes < needed) {
    throw new Error(
      `the disk of ${folder} has ${gib(freeBytes)} GiB free, ${gib(needed)} GiB may be needed (stores, and a tenth of the disk that brokers want free); TMPDIR names another one, --seconds takes less`,
    );
  }
}

export function diskOf(folder: string): Disk {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
