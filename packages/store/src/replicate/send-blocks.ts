import { assert } from '@rocketmq-ts/kernel';
import type { ReadRoom } from './log-ports.ts';

/** One read of the log. */
export const SEND_BLOCK_BYTES = 512 * 1024;
/** As many as a connection has under way when its window is full, and one that is read meanwhile. */
const BLOCKS_MAX = 9;

interface SendBlock {
  readonly bytes: Buffer;
  /** Free when the connection has passed on so many bytes. */
  freeAt: number;
}

/**
 * Memory for what is read from files on its way to one connection. Fresh memory for each read would cost more than the
 * reading itself, so a block is used again as soon as the system has taken its bytes; they go out in turn.
 */
export class SendBlocks implements ReadRoom {
  /** Under way or free, the one that was used longest ago first. */
  readonly #blocks: SendBlock[] = [];
  #given: SendBlock | undefined;
  #passedOn = 0;

  /** The system has taken so many bytes of the connection so far. */
  passedOn(bytes: number): void {
    this.#passedOn = bytes;
  }

  get isAnyFree(): boolean {
    return this.#blocks.length < BLOCKS_MAX || this.#isOldestFree;
  }

  next(): Buffer {
    assert(this.isAnyFree && this.#given === undefined, 'one block is asked for at a time, and when one is free');
    this.#given = this.#isOldestFree ? (this.#blocks.shift() as SendBlock) : { bytes: Buffer.allocUnsafeSlow(SEND_BLOCK_BYTES), freeAt: 0 };
    return this.#given.bytes;
  }

  /** What `next` gave, if it was asked, goes out with the connection's bytes before `end`. */
  sendsUpTo(end: number): void {
    if (this.#given === undefined) return;
    this.#given.freeAt = end;
    this.#blocks.push(this.#given);
    this.#given = undefined;
  }

  /** Gives the memory back, when nothing of it is under way. */
  release(): void {
    if (this.#blocks.every(({ freeAt }) => freeAt <= this.#passedOn)) this.#blocks.length = 0;
  }

  get #isOldestFree(): boolean {
    const [oldest] = this.#blocks;
    return oldest !== undefined && oldest.freeAt <= this.#passedOn;
  }
}
