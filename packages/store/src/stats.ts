import { Histogram } from './histogram.ts';
import type { StoreStats } from './ports.ts';

/** ms; a wait for a datasync or for a slave nearby is a fraction of one. */
const SYNC_WAIT_BOUNDS_MS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1000, 5000] as const;

/** The store's counters since start. One object for the whole store; whoever does the work adds to it. */
export class StoreCounters implements StoreStats {
  putTimesTotal = 0;
  putSizeTotal = 0;
  putFailedTimes = 0;
  getFoundTimes = 0;
  getMissTimes = 0;
  getTransferredMessages = 0;
  putEntireTimeMax = 0;
  getEntireTimeMax = 0;
  readonly syncWaitMs = new Histogram(SYNC_WAIT_BOUNDS_MS);
}
