import type { SegmentSet } from '../segment/segment-set.ts';

const BLOCK_SIZE = 64 * 1024;
const BLOCKS_MAX = 8;

interface Block {
  readonly startOffset: number;
  /** Bytes read; the rest was not readable then. */
  readonly endOffset: number;
  readonly buffer: Buffer;
}

/**
 * Single records from the files. Consumers that lag read neighbours, so whole blocks are read and a few kept. A block
 * is filled once and never changed: what is handed out are slices of it, which may be kept.
 */
export class BlockCache {
  readonly #segments: SegmentSet;
  /** Most recently used last. */
  readonly #blocks: Block[] = [];

  constructor(segments: SegmentSet) {
    this.#segments = segments;
  }

  /**
   * `length` bytes of one file; undefined when they are not all there.
   * @param limit nothing at or behind it may be read: it may still change
   * @throws DiskError
   */
  read(physicalOffset: number, length: number, limit: number): Buffer | undefined {
    const segment = this.#segments.find(physicalOffset);
    const end = physicalOffset + length;
    if (segment === undefined || end > segment.endOffset || end > limit) return undefined;
    const blockStart = segment.baseOffset + Math.floor((physicalOffset - segment.baseOffset) / BLOCK_SIZE) * BLOCK_SIZE;
    const block = this.#block(blockStart, end, Math.min(limit, segment.endOffset, blockStart + BLOCK_SIZE));
    if (block !== undefined) return block.buffer.subarray(physicalOffset - block.startOffset, end - block.startOffset);
    const own = Buffer.allocUnsafeSlow(length);
    return segment.readAt(physicalOffset, own, 0, length) === length ? own : undefined;
  }

  /** Forgets what lies before: the files are gone. */
  dropBefore(minOffset: number): void {
    for (let index = this.#blocks.length - 1; index >= 0; index--) {
      if ((this.#blocks[index] as Block).startOffset < minOffset) this.#blocks.splice(index, 1);
    }
  }

  /** The block from `startOffset` with bytes up to `end` at least; undefined when `end` lies behind the block. */
  #block(startOffset: number, end: number, readableEnd: number): Block | undefined {
    if (end > readableEnd) return undefined;
    const index = this.#blocks.findIndex((block) => block.startOffset === startOffset);
    const cached = this.#blocks[index];
    if (cached !== undefined) {
      this.#blocks.splice(index, 1);
      if (cached.endOffset >= end) {
        this.#blocks.push(cached);
        return cached;
      }
    }
    const buffer = Buffer.allocUnsafeSlow(readableEnd - startOffset);
    const count = this.#segments.find(startOffset)?.readAt(startOffset, buffer, 0, buffer.length) ?? 0;
    const block: Block = { startOffset, endOffset: startOffset + count, buffer };
    this.#blocks.push(block);
    if (this.#blocks.length > BLOCKS_MAX) this.#blocks.shift();
    return block.endOffset >= end ? block : undefined;
  }
}
