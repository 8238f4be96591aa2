/**
 * Units of one queue's files, read some at a time: for whoever compares them with the log one after the other. A call
 * to the system for each of a million units takes longer than all else that a recovery does.
 */
import { UNIT_SIZE } from '../format/consume-queue-unit.ts';
import type { QueueFiles } from './queue-files.ts';

/** Small enough for ten thousand queues at once. */
const UNITS_MAX = 128;

export class UnitsAhead {
  /** From Node's pool. */
  readonly buffer = Buffer.allocUnsafe(UNITS_MAX * UNIT_SIZE);
  #from = 0;
  #until = 0;

  /** Where in `buffer` the unit is. Nothing at or behind `limit` is read. @throws DiskError */
  show(files: QueueFiles, unit: number, limit: number): number {
    if (unit < this.#from || unit >= this.#until) this.#read(files, unit, limit);
    return (unit - this.#from) * UNIT_SIZE;
  }

  #read(files: QueueFiles, unit: number, limit: number): void {
    const count = Math.min(UNITS_MAX, limit - unit);
    this.#until = 0;
    files.read(unit * UNIT_SIZE, this.buffer, 0, count * UNIT_SIZE);
    this.#from = unit;
    this.#until = unit + count;
  }
}
