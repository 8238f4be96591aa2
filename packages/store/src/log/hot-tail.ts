import { assert } from '@rocketmq-ts/kernel';

/** Bytes of the log in memory, contiguous and inside one file. Written once, front to back, and never recycled. */
export class Slab {
  readonly baseOffset: number;
  readonly buffer: Buffer;
  /** Bytes of `buffer` that hold log. */
  used = 0;
  /** Bytes of `buffer` that are in the file. */
  written = 0;
  /** Bytes behind `used` that a replica has received of a record that is not whole yet. */
  partial = 0;
  /** Where the log goes on behind this slab: behind `used`, or at the next file once a blank ends this one. */
  endOffset: number;

  constructor(baseOffset: number, capacityBytes: number) {
    this.baseOffset = baseOffset;
    // Never handed out beyond `used`, so it need not be cleared.
    this.buffer = Buffer.allocUnsafeSlow(capacityBytes);
    this.endOffset = baseOffset;
  }

  get isClosed(): boolean {
    return this.endOffset !== this.baseOffset + this.used;
  }

  get room(): number {
    return this.isClosed ? 0 : this.buffer.length - this.used;
  }
}

/**
 * The newest bytes of the log as immutable slabs, oldest first. Consumers that keep up are served from here by
 * slices, without a copy or a disk call; a slice keeps its slab alive as long as somebody needs it.
 */
export class HotTail {
  readonly #keepBytes: number;
  #slabs: Slab[] = [];
  #capacityBytes = 0;

  constructor(keepBytes: number) {
    this.#keepBytes = keepBytes;
  }

  get newest(): Slab | undefined {
    return this.#slabs[this.#slabs.length - 1];
  }

  get capacityBytes(): number {
    return this.#capacityBytes;
  }

  /** A fresh slab at the end of the log. */
  open(baseOffset: number, capacityBytes: number): Slab {
    // One that has nothing, or the beginning of a record that does not fit, makes way.
    if (this.newest?.used === 0) this.#dropNewest();
    const newest = this.newest;
    assert(newest === undefined || newest.endOffset === baseOffset, 'a new slab follows the newest one');
    const slab = new Slab(baseOffset, capacityBytes);
    this.#slabs.push(slab);
    this.#capacityBytes += capacityBytes;
    return slab;
  }

  /** The slab whose bytes include this one. */
  find(physicalOffset: number): Slab | undefined {
    const slabs = this.#slabs;
    // The newest is what nearly everybody asks for.
    for (let index = slabs.length - 1; index >= 0; index--) {
      const slab = slabs[index] as Slab;
      if (physicalOffset >= slab.baseOffset) return physicalOffset < slab.baseOffset + slab.used ? slab : undefined;
    }
    return undefined;
  }

  /** The slab whose stretch of the log includes this byte: one of `buffer`, or of the rest of a file behind its blank. */
  covering(physicalOffset: number): Slab | undefined {
    const slabs = this.#slabs;
    for (let index = slabs.length - 1; index >= 0; index--) {
      const slab = slabs[index] as Slab;
      if (physicalOffset >= slab.baseOffset) return physicalOffset < slab.endOffset ? slab : undefined;
    }
    return undefined;
  }

  /** Slabs with bytes that are not in a file yet, in log order. */
  unwritten(): Slab[] {
    let start = this.#slabs.length;
    for (; start > 0; start -= 1) {
      const slab = this.#slabs[start - 1] as Slab;
      if (slab.used > 0 && slab.written === slab.used) break;
    }
    return this.#slabs.slice(start);
  }

  /** Takes back every byte that is not in a file. */
  rollBack(): void {
    for (const slab of this.unwritten().reverse()) {
      slab.used = slab.written;
      slab.partial = 0;
      slab.endOffset = slab.baseOffset + slab.used;
      if (slab.used === 0) this.#dropNewest();
    }
  }

  /** Lets go of the oldest slabs beyond what is kept; never of unwritten ones, nor of the newest. */
  trim(): void {
    let dropCount = 0;
    while (this.#capacityBytes > this.#keepBytes && dropCount < this.#slabs.length - 1) {
      const slab = this.#slabs[dropCount] as Slab;
      if (slab.written < slab.used) break;
      this.#capacityBytes -= slab.buffer.length;
      dropCount += 1;
    }
    if (dropCount > 0) this.#slabs = this.#slabs.slice(dropCount);
  }

  #dropNewest(): void {
    const dropped = this.#slabs.pop();
    this.#capacityBytes -= dropped?.buffer.length ?? 0;
  }
}
