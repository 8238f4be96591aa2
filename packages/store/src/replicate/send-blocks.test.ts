import { describe, expect, it } from 'vitest';
import { SEND_BLOCK_BYTES, SendBlocks } from './send-blocks.ts';

describe('blocks on their way to a replica', () => {
  it('are used again when the system has taken their bytes, and not before', () => {
    const blocks = new SendBlocks();
    const first = blocks.next();
    blocks.sendsUpTo(SEND_BLOCK_BYTES);
    const second = blocks.next();
    blocks.sendsUpTo(2 * SEND_BLOCK_BYTES);
    blocks.passedOn(SEND_BLOCK_BYTES - 1);
    const third = blocks.next();
    blocks.sendsUpTo(3 * SEND_BLOCK_BYTES);
    expect(new Set([first, second, third]).size).toBe(3);
    blocks.passedOn(SEND_BLOCK_BYTES);
    expect(blocks.next()).toBe(first);
    blocks.sendsUpTo(4 * SEND_BLOCK_BYTES);
    blocks.passedOn(4 * SEND_BLOCK_BYTES);
    expect(blocks.next()).toBe(second);
  });

  it('are no more than a connection has under way', () => {
    const blocks = new SendBlocks();
    let count = 0;
    for (; blocks.isAnyFree; count++) {
      blocks.next();
      blocks.sendsUpTo((count + 1) * SEND_BLOCK_BYTES);
    }
    expect(count).toBe(9);
    blocks.passedOn(SEND_BLOCK_BYTES);
    expect(blocks.isAnyFree).toBe(true);
  });

  it('are given back when nothing is under way', () => {
    const blocks = new SendBlocks();
    const block = blocks.next();
    blocks.sendsUpTo(10);
    blocks.release();
    blocks.passedOn(10);
    expect(blocks.next()).toBe(block);
    blocks.sendsUpTo(20);
    blocks.passedOn(20);
    blocks.release();
    expect(blocks.next() === block).toBe(false);
  });
});
