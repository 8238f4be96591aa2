/**
 * Turns repeated short texts (header keys, topics, groups) from bytes into the same string object, so that a header like
 * the last one allocates almost nothing and Map lookups compare pointers. Bounded: a fixed number of slots, the newest text
 * of a slot wins, and only short ASCII gets in.
 */
import { latin1Text } from './text.ts';
import { javaHashOfAscii } from './java-hash.ts';

const SLOT_COUNT = 2048;
/** Longer texts are not looked up. */
export const CACHED_TEXT_BYTES_MAX = 48;

export class TextCache {
  readonly #slots: (string | undefined)[] = new Array<string | undefined>(SLOT_COUNT).fill(undefined);

  /** The text of `buffer[start, end)`, all of it ASCII and not longer than `CACHED_TEXT_BYTES_MAX`. */
  ascii(buffer: Buffer, start: number, end: number): string {
    return this.hashed(buffer, start, end, javaHashOfAscii(buffer, start, end));
  }

  /** The same for a caller that has computed the Java hash of the bytes while it looked for their end. */
  hashed(buffer: Buffer, start: number, end: number, hash: number): string {
    const slot = (hash ^ (hash >>> 11)) & (SLOT_COUNT - 1);
    const known = this.#slots[slot];
    if (known !== undefined && known.length === end - start && equalsAscii(known, buffer, start)) return known;
    const text = latin1Text(buffer, start, end);
    this.#slots[slot] = text;
    return text;
  }
}

function equalsAscii(text: string, buffer: Buffer, start: number): boolean {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== buffer[start + index]) return false;
  }
  return true;
}

/** Shared by all header decoders, so that a topic is one string object whichever way it came in. */
export const headerTexts = new TextCache();
