import { assert, AssertionError } from '@rocketmq-ts/kernel';
import { crc32 } from 'node:zlib';
import { encodeGuard, GUARD_SIZE, GUARD_SLOTS } from '../format/tail-guard-layout.ts';
import type { SegmentFile } from '../segment/segment-file.ts';
import type { Watermarks } from '../watermarks.ts';
import type { GuardPlace } from './guard-place.ts';

const NONE = -1;

/**
 * Vouches for what is written and not yet durable: one guard with each turn's write. It goes to a slot of its own, so
 * that a write that is torn or fails never spoils a guard that somebody's answer rests on:
 *
 *   newest ──freeze (a datasync begins)──► in flight ──flushed (it has succeeded)──► durable        + one that is free
 *
 * Recovery goes from guard to guard as long as the bytes agree, and cuts the log off there.
 */
export class TailGuard {
  readonly #marks: Watermarks;
  readonly #buffer = Buffer.alloc(GUARD_SIZE);
  readonly #place: GuardPlace | undefined;
  #newestSlot = NONE;
  #inFlightSlot = NONE;
  #durableSlot = NONE;
  /** The newest guard vouches from here on, by this CRC, in this file; without a file there is none yet. */
  #start: number;
  #dataCrc = 0;
  #segment: SegmentFile | undefined;
  /** Where a guard may have been written, or not: its turn has failed. */
  #doubtful: { readonly segment: SegmentFile; readonly slot: number } | undefined;

  /** @param place undefined: the files are too small for guards */
  constructor(marks: Watermarks, place: GuardPlace | undefined) {
    this.#marks = marks;
    this.#place = place;
    this.#start = marks.written;
  }

  /** An empty log begins at another place: see `Watermarks.start`. */
  startAnew(): void {
    assert(this.#segment === undefined, 'nothing has been vouched for');
    this.#start = this.#marks.written;
  }

  /** CRC of what the newest guard vouches for. */
  get dataCrc(): number {
    return this.#dataCrc;
  }

  /** The CRC with these bytes behind what it has seen. Changes nothing: the bytes may still be refused. */
  extended(dataCrc: number, buffer: Buffer, start: number, end: number): number {
    return this.#place !== undefined ? crc32(buffer.subarray(start, end), dataCrc) : 0;
  }

  /**
   * A new guard vouches for everything up to `end`. In the file in which the log ends.
   * @throws DiskError all of it may have reached the file nevertheless: `takeBack` has to succeed before the next
   */
  write(segment: SegmentFile, end: number, dataCrc: number): void {
    if (this.#place === undefined) return;
    assert(this.#doubtful === undefined, 'a guard in doubt is taken back before the next is written');
    const slot = this.#freeSlot();
    this.#doubtful = { segment, slot };
    this.#writeSlot(segment, slot, end, dataCrc);
    this.#doubtful = undefined;
    this.#newestSlot = slot;
    this.#segment = segment;
    this.#dataCrc = dataCrc;
  }

  /** After a failed turn: nothing vouches for it. @throws DiskError */
  takeBack(): void {
    if (this.#doubtful === undefined) return;
    // One that ends where it begins says nothing.
    this.#writeSlot(this.#doubtful.segment, this.#doubtful.slot, this.#start, 0);
    this.#doubtful = undefined;
  }

  /** A datasync begins: what is written from now on gets guards of its own. @throws DiskError */
  freeze(): void {
    const segment = this.#segment;
    if (segment === undefined) return;
    // Once more, because by now everything before it is durable, which it has to say.
    const slot = this.#freeSlot();
    this.#writeSlot(segment, slot, this.#marks.written, this.#dataCrc);
    this.#inFlightSlot = slot;
    this.#newestSlot = NONE;
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

  /** With the log's own datasync, after `freeze`. @throws DiskError */
  async datasync(): Promise<void> {
    await this.#place?.datasync();
  }

  #freeSlot(): number {
    for (let slot = 0; slot < GUARD_SLOTS; slot++) {
      const isTaken = slot === this.#newestSlot || slot === this.#inFlightSlot || slot === this.#durableSlot || slot === this.#doubtful?.slot;
      if (!isTaken) return slot;
    }
    throw new AssertionError('one of the slots is free');
  }

  #writeSlot(segment: SegmentFile, slot: number, end: number, dataCrc: number): void {
    encodeGuard(this.#buffer, { flushed: this.#marks.flushed, start: this.#start, end, dataCrc });
    this.#place?.write(segment, slot, this.#buffer);
  }
}
