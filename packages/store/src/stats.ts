import type { StoreStats } from './ports.ts';

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
}
