/**
 * The newest units of one queue in memory: those not yet in the file, and some behind them for readers that keep up.
 * Small while the queue is quiet, growing with its traffic, dropped when it falls silent.
 */
import { UNIT_SIZE, writeBlankUnits, writeUnit } from '../format/consume-queue-unit.ts';

const UNITS_FIRST = 16;
const UNITS_FULL = 3264;

export class UnitTail {
  /** From Node's pool while it is small: a start makes one for each of a thousand queues. */
  buffer = Buffer.allocUnsafe(UNITS_FIRST * UNIT_SIZE);
  /** Queue offset of the first unit held. */
  baseUnit: number;
  count = 0;

  constructor(baseUnit: number) {
    this.baseUnit = baseUnit;
  }

  get isFull(): boolean {
    return (this.count + 1) * UNIT_SIZE > this.buffer.length;
  }

  /** Full, and grown as far as a queue whose file takes its units ever needs. */
  get isAtLimit(): boolean {
    return this.isFull && this.count >= UNITS_FULL;
  }

  grow(): void {
    const larger = Buffer.allocUnsafeSlow(this.buffer.length * 2);
    this.buffer.copy(larger, 0, 0, this.count * UNIT_SIZE);
    this.buffer = larger;
  }

  /** There is room. */
  push(physicalOffset: number, sizeBytes: number, tagsCode: number): void {
    writeUnit(this.buffer, this.count * UNIT_SIZE, physicalOffset, sizeBytes, tagsCode);
    this.count++;
  }

  pushBlank(): void {
    writeBlankUnits(this.buffer, this.count * UNIT_SIZE, 1);
    this.count++;
  }

  /** Forgets the oldest units. */
  dropFirst(count: number): void {
    this.buffer.copyWithin(0, count * UNIT_SIZE, this.count * UNIT_SIZE);
    this.baseUnit += count;
    this.count -= count;
  }
}
