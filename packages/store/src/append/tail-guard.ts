import { crc32 } from 'node:zlib';
import { encodeGuard, GUARD_SIZE, GUARD_SLOTS, guardSlotPosition, isGuarded } from '../format/tail-guard-layout.ts';
import type { SegmentFile } from '../segment/segment-file.ts';
import type { Watermarks } from '../watermarks.ts';

const NONE = -1;

/**
 * Vouches for what is written and not yet durable: one guard with each turn's write, in one of three slots, so that
 * neither the guard that is durable nor the one on its way to the disk is ever written over.
 *
 *   open ──freeze (a datasync begins)──► in flight ──flushed (it has succeeded)──► durable
 *
 * Recovery goes from guard to guard as long as the bytes agree, and cuts the log off there.
 */
export class TailGuard {
  readonly #marks: Watermarks;
  readonly #buffer = Buffer.alloc(GUARD_SIZE);
  readonly #isUsed: boolean;
  #openSlot = 0;
  #inFlightSlot = NONE;
  #durableSlot = NONE;
  /** What the open guard vouches for: from `#start` on, with this CRC, in a slot of this file. */
  #start: number;
  #dataCrc = 0;
  #segment: SegmentFile | undefined;

  constructor(marks: Watermarks, segmentSizeBytes: number) {
    this.#marks = marks;
    this.#isUsed = isGuarded(segmentSizeBytes);
    this.#start = marks.written;
  }

  get dataCrc(): number {
    return this.#dataCrc;
  }

  /** The CRC with these bytes behind what it has seen. Changes nothing: the bytes may still be refused. */
  extended(dataCrc: number, buffer: Buffer, start: number, end: number): number {
    return this.#isUsed ? crc32(buffer.subarray(start, end), dataCrc) : 0;
  }

  /** The open guard now vouches for everything up to `end`. In the file in which the log ends. @throws DiskError */
  write(segment: SegmentFile, end: number, dataCrc: number): void {
    if (!this.#isUsed) return;
    this.#writeSlot(segment, end, dataCrc);
    this.#segment = segment;
    this.#dataCrc = dataCrc;
  }

  /** A datasync begins: what is written from now on gets a guard of its own. @throws DiskError */
  freeze(): void {
    const segment = this.#segment;
    if (segment === undefined || this.#start === this.#marks.written) return;
    // Once more, because by now everything before it is durable, which it has to say.
    this.#writeSlot(segment, this.#marks.written, this.#dataCrc);
    this.#inFlightSlot = this.#openSlot;
    for (let slot = 0; slot < GUARD_SLOTS; slot++) {
      if (slot !== this.#inFlightSlot && slot !== this.#durableSlot) this.#openSlot = slot;
    }
    this.#start = this.#marks.written;
    this.#dataCrc = 0;
    this.#segment = undefined;
  }

  /** The datasync has succeeded. */
  flushed(): void {
    if (this.#inFlightSlot === NONE) return;
    this.#durableSlot = this.#inFlightSlot;
    this.#inFlightSlot = NONE;
  }

  #writeSlot(segment: SegmentFile, end: number, dataCrc: number): void {
    encodeGuard(this.#buffer, { flushed: this.#marks.flushed, start: this.#start, end, dataCrc });
    segment.writeAt(segment.baseOffset + guardSlotPosition(segment.sizeBytes, this.#openSlot), this.#buffer, 0, GUARD_SIZE);
  }
}
