import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHECKPOINT_FILE_SIZE, decodeCheckpoint, encodeSlot, encodeStamps, newestSlot, SLOT_SIZE, slotPosition, STAMPS_SIZE } from './checkpoint-layout.ts';

const STAMPS = { physicMsgTimestamp: 1_700_000_000_001, logicsMsgTimestamp: 1_700_000_000_002, indexMsgTimestamp: 1_700_000_000_003 };

function withSlot(file: Buffer, slot: number, flushedOffset: number): Buffer {
  const bytes = Buffer.alloc(SLOT_SIZE);
  encodeSlot(bytes, STAMPS, { flushedOffset, consumeQueueOffset: 5, indexOffset: -1, commitLogFileSize: 1 << 30 }, file.subarray(0, STAMPS_SIZE));
  bytes.copy(file, slotPosition(slot));
  return file;
}

describe('checkpoint', () => {
  it('gives back what the newer sound slot says', () => {
    const file = withSlot(withSlot(Buffer.alloc(CHECKPOINT_FILE_SIZE), 0, 2 ** 40), 1, 77);
    expect(decodeCheckpoint(file)).toEqual({ stamps: STAMPS, offsets: { flushedOffset: 2 ** 40, consumeQueueOffset: 5, indexOffset: -1, commitLogFileSize: 1 << 30 } });
    expect(newestSlot(file)).toBe(0);
  });

  it('falls back to the other slot for every byte of a torn one', () => {
    for (let at = 0; at < SLOT_SIZE; at++) {
      const file = withSlot(withSlot(Buffer.alloc(CHECKPOINT_FILE_SIZE), 0, 200), 1, 100);
      const place = slotPosition(0) + at;
      file[place] = (file[place] as number) ^ 0x5a;
      expect(decodeCheckpoint(file)?.offsets?.flushedOffset, `byte ${at}`).toBe(100);
    }
  });

  it('is void when a Java broker has written its stamps since', () => {
    const file = withSlot(Buffer.alloc(CHECKPOINT_FILE_SIZE), 0, 200);
    encodeStamps(file, 0, { ...STAMPS, physicMsgTimestamp: 1_700_000_000_999 });
    expect(decodeCheckpoint(file)).toEqual({ stamps: { ...STAMPS, physicMsgTimestamp: 1_700_000_000_999 }, offsets: undefined });
  });

  it('reads what Java wrote', () => {
    const file = readFileSync(new URL('../../test/golden/store/root/checkpoint', import.meta.url));
    const content = decodeCheckpoint(file);
    expect(content?.offsets).toBeUndefined();
    const { physicMsgTimestamp, logicsMsgTimestamp } = content?.stamps ?? { physicMsgTimestamp: 0, logicsMsgTimestamp: 0 };
    expect(physicMsgTimestamp).toBe(Number(file.readBigInt64BE(0)));
    expect(logicsMsgTimestamp).toBe(Number(file.readBigInt64BE(8)));
    expect(physicMsgTimestamp).toBeGreaterThan(1_500_000_000_000);
  });

  it('is nothing when there is too little of it', () => {
    expect(decodeCheckpoint(Buffer.alloc(23))).toBeUndefined();
  });
});
