/**
 * Builds the slots of an index file anew from its entries, after an exit that was not in order (Java would throw the
 * file away). Each entry names the one before it in its slot, so the entries prove themselves: the first that does not
 * fit what the others before it make of the slot is not whole, and the file ends there.
 */
import type { DiskFile } from '@rocketmq-ts/kernel';
import {
  ENTRY_SIZE,
  entryKeyHash,
  entryPhysicalOffset,
  entryPosition,
  entryPrevious,
  entrySeconds,
  type IndexHeader,
  type IndexShape,
} from '../format/index-layout.ts';
import type { SlotTable } from './slot-table.ts';

const BLOCK_ENTRIES = 32768;

export interface RebuiltSlots {
  /** Number behind the last whole entry. */
  readonly indexCount: number;
  readonly endPhysicalOffset: number;
  readonly endSeconds: number;
}

export interface EntriesToRead {
  readonly file: DiskFile;
  readonly shape: IndexShape;
  /** Only entries before this number. */
  readonly countMax: number;
  /** Entries of records at or behind this place of the log are left out. */
  readonly limit: number;
}

/**
 * @param slots all of them empty
 * @param pause awaited before each block: a full file takes a second
 * @throws DiskError
 */
export async function rebuildSlots(entries: EntriesToRead, slots: SlotTable, pause: () => Promise<void>): Promise<RebuiltSlots> {
  const { file, shape, countMax, limit } = entries;
  const block = Buffer.allocUnsafeSlow(Math.min(BLOCK_ENTRIES, shape.entryCountMax) * ENTRY_SIZE);
  let endPhysicalOffset = 0;
  let endSeconds = 0;
  let number = 1;
  while (number < countMax) {
    await pause();
    const wanted = Math.min(block.length, (countMax - number) * ENTRY_SIZE);
    const count = Math.floor(file.readAt(entryPosition(shape, number), block, 0, wanted) / ENTRY_SIZE);
    for (let index = 0; index < count; index++, number++) {
      const at = index * ENTRY_SIZE;
      const keyHash = entryKeyHash(block, at);
      const physicalOffset = entryPhysicalOffset(block, at);
      const slot = keyHash % shape.slotCount;
      const isWhole =
        keyHash >= 0 && entrySeconds(block, at) >= 0 && physicalOffset >= endPhysicalOffset && entryPrevious(block, at) === slots.get(slot);
      if (!isWhole || physicalOffset >= limit || isNeverWritten(block, at))
        return { indexCount: number, endPhysicalOffset, endSeconds };
      slots.set(slot, number);
      endPhysicalOffset = physicalOffset;
      endSeconds = entrySeconds(block, at);
    }
    if (count === 0) break;
  }
  return { indexCount: number, endPhysicalOffset, endSeconds };
}

/** All zeros could be a key with hash 0 in the very first record; it is not worth telling apart. */
function isNeverWritten(block: Buffer, at: number): boolean {
  for (let index = 0; index < ENTRY_SIZE; index++) if (block[at + index] !== 0) return false;
  return true;
}

/** What the header of a rebuilt file says. */
export function rebuiltHeader(
  known: IndexHeader,
  rebuilt: RebuiltSlots,
  storeTimestampAt: (physicalOffset: number) => number | undefined,
  firstPhysicalOffset: number,
): IndexHeader {
  const isKnown = known.beginTimestamp > 0 && known.beginPhysicalOffset === firstPhysicalOffset;
  const beginTimestamp = isKnown ? known.beginTimestamp : (storeTimestampAt(firstPhysicalOffset) ?? known.beginTimestamp);
  return {
    beginTimestamp,
    endTimestamp: storeTimestampAt(rebuilt.endPhysicalOffset) ?? beginTimestamp + rebuilt.endSeconds * 1000,
    beginPhysicalOffset: firstPhysicalOffset,
    endPhysicalOffset: rebuilt.endPhysicalOffset,
    hashSlotCount: rebuilt.indexCount - 1,
    indexCount: rebuilt.indexCount,
  };
}
