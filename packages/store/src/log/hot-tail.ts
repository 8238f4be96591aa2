import { assert } from '@rocketmq-ts/kernel';

/** Memory of slabs that have made way, kept for the next ones: fresh memory costs more than what is written into it. */
const SPARES_MAX = 8;

/**
 * Bytes of the log in memory, contiguous and inside one file. Written once, front to back. Views of it are valid until the
 * end of the turn, for its memory is used again when it has made way; unless somebody needs it longer and keeps it.
 */
export class Slab {
  readonly baseOffset: number;
  readonly buffer: Buffer;
  /** Bytes of `buffer` that hold log. */
  used = 0;
  /** Bytes of `buffer` that are in the file. */
  written = 0;
  /** Bytes behind `used` that a replica has received of a record that is not whole yet. */
  partial = 0;
  /** Somebody has views that outlive their turn. */
  isKept = false;
  /** Where the log goes on behind this slab: behind `used`, or at the next file once a blank ends this one. */
  endOffset: number;

  /** @param buffer need not be cleared, for nothing is handed out beyond `used` */
  constructor(baseOffset: number, buffer: Buffer) {
    this.baseOffset = baseOffset;
    this.buffer = buffer;
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
 * The newest bytes of the log as slabs, oldest first. Replicas and consumers that keep up are served from here, without a
 * disk call.
 *
 * Fresh slabs would be the greatest cost of a send: memory that the system has to find and clear, and a full collection
 * of garbage for every few of them that grow old (a quarter of a broker's processor time, docs/decisions/0014).
 */
export class HotTail {
  readonly #keepBytes: number;
  #slabs: Slab[] = [];
  readonly #spares: Buffer[] = [];
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
    const slab = new Slab(baseOffset, this.#memory(capacityBytes));
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

  /** Views of what lies between outlive their turn. */
  keep(from: number, end: number): void {
    const slabs = this.#slabs;
    for (let index = slabs.length - 1; index >= 0; index--) {
      const slab = slabs[index] as Slab;
      if (slab.endOffset <= from) return;
      if (slab.baseOffset < end) slab.isKept = true;
    }
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
      if (!slab.isKept && this.#spares.length < SPARES_MAX) this.#spares.push(slab.buffer);
      this.#capacityBytes -= slab.buffer.length;
      dropCount += 1;
    }
    if (dropCount > 0) this.#slabs = this.#slabs.slice(dropCount);
  }

  #memory(capacityBytes: number): Buffer {
    const spare = this.#spares.pop();
    return spare?.length === capacityBytes ? spare : Buffer.allocUnsafeSlow(capacityBytes);
  }

  #dropNewest(): void {
    const dropped = this.#slabs.pop();
    this.#capacityBytes -= dropped?.buffer.length ?? 0;
  }
}
