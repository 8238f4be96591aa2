import type { Random } from '../random.ts';
import type { SparseBytes } from './sparse-bytes.ts';
import { PAGE_BYTES } from './sparse-bytes.ts';

const SECTOR_BYTES = 512;
const ZERO_SECTOR = Buffer.alloc(SECTOR_BYTES);

/** Chances, in percent, of what happens to a sector that was not synced; the rest is garbled. */
interface Temper {
  readonly kept: number;
  readonly lost: number;
  readonly torn: number;
}

/** All or nothing finds other defects than a mixture does. */
const TEMPERS: readonly Temper[] = [
  { kept: 0, lost: 100, torn: 0 },
  { kept: 100, lost: 0, torn: 0 },
  { kept: 50, lost: 50, torn: 0 },
  { kept: 90, lost: 5, torn: 4 },
  { kept: 30, lost: 30, torn: 20 },
];

/**
 * One failure of power. Decides for every 512-byte sector and every change of a name or size that was not synced.
 * Fair: bytes that are durable and were not written again stay as they are, even in a sector that is
 * torn or garbled ("power-safe overwrite"): an append-only log could promise nothing without that.
 */
export class PowerLoss {
  private readonly random: Random;
  private readonly temper: Temper;

  constructor(random: Random) {
    this.random = random;
    this.temper = TEMPERS[random.below(TEMPERS.length)] as Temper;
  }

  /** Names and sizes are entries of a journal: there or not, never half. */
  keepsChange(): boolean {
    const { kept, lost } = this.temper;
    return this.random.below(kept + lost) < kept;
  }

  /** Makes `base` one possible mixture of itself and `next`, in one page. */
  mixPage(base: SparseBytes, next: SparseBytes, pageIndex: number): void {
    const newPage = next.page(pageIndex);
    for (let start = 0; start < PAGE_BYTES; start += SECTOR_BYTES) {
      const before = base.page(pageIndex)?.subarray(start, start + SECTOR_BYTES) ?? ZERO_SECTOR;
      const after = newPage?.subarray(start, start + SECTOR_BYTES) ?? ZERO_SECTOR;
      if (before.equals(after)) continue;
      const mixed = this.mixSector(before, after);
      if (mixed !== before) base.write(pageIndex * PAGE_BYTES + start, mixed, 0, SECTOR_BYTES);
    }
  }

  private mixSector(before: Buffer, after: Buffer): Buffer {
    const { kept, lost, torn } = this.temper;
    const draw = this.random.below(100);
    if (draw < kept) return after;
    if (draw < kept + lost) return before;
    return draw < kept + lost + torn ? this.tear(before, after) : this.garble(before, after);
  }

  private tear(before: Buffer, after: Buffer): Buffer {
    let first = 0;
    while (before[first] === after[first]) first++;
    let last = SECTOR_BYTES - 1;
    while (before[last] === after[last]) last--;
    // Where both halves of the tear show, unless a single byte differs.
    const cut = first === last ? last : first + 1 + this.random.below(last - first);
    const [head, tail] = this.random.below(2) === 0 ? [after, before] : [before, after];
    return Buffer.concat([head.subarray(0, cut), tail.subarray(cut)]);
  }

  private garble(before: Buffer, after: Buffer): Buffer {
    const garbled = Buffer.from(before);
    for (let at = 0; at < SECTOR_BYTES; at++) {
      if (before[at] !== after[at]) garbled[at] = this.random.below(256);
    }
    return garbled;
  }
}
