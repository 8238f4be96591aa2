/**
 * Turns repeated short texts (header keys, topics, groups) from bytes into the same string object, so that a header like
 * the last one allocates almost nothing and Map lookups compare pointers. Bounded: a fixed number of slots, two for each hash,
 * of which the older one makes way, and only short ASCII gets in.
 *
 * Some thousands of busy topics fit: a text that is not here is a new string each time, hashed and compared in every table
 * that it is looked up in.
 */
import { javaHashOfAscii } from './java-hash.ts';
import { latin1Text } from './text.ts';

const SLOT_COUNT = 16384;
/** Longer texts are not looked up. */
export const CACHED_TEXT_BYTES_MAX = 48;

export class TextCache {
  readonly #texts: string[] = new Array<string>(SLOT_COUNT).fill('');
  /** What each slot's text is made of: bytes compare with bytes twice as fast as with characters. */
  readonly #bytes = new Uint8Array(SLOT_COUNT * CACHED_TEXT_BYTES_MAX);

  /** The text of `buffer[start, end)`, all of it ASCII and not longer than `CACHED_TEXT_BYTES_MAX`. */
  ascii(buffer: Buffer, start: number, end: number): string {
    const hash = javaHashOfAscii(buffer, start, end);
    const slot = ((hash ^ (hash >>> 13)) << 1) & (SLOT_COUNT - 2);
    if (this.#holds(slot, buffer, start, end)) return this.#texts[slot] as string;
    if (this.#holds(slot + 1, buffer, start, end)) return this.#texts[slot + 1] as string;
    const text = latin1Text(buffer, start, end);
    this.#texts[slot + 1] = this.#texts[slot] as string;
    this.#bytes.copyWithin((slot + 1) * CACHED_TEXT_BYTES_MAX, slot * CACHED_TEXT_BYTES_MAX, (slot + 1) * CACHED_TEXT_BYTES_MAX);
    this.#texts[slot] = text;
    const bytesAt = slot * CACHED_TEXT_BYTES_MAX;
    for (let at = start; at < end; at++) this.#bytes[bytesAt + at - start] = buffer[at] as number;
    return text;
  }

  #holds(slot: number, buffer: Buffer, start: number, end: number): boolean {
    if ((this.#texts[slot] as string).length !== end - start) return false;
    const bytesAt = slot * CACHED_TEXT_BYTES_MAX - start;
    for (let at = start; at < end; at++) {
      if (this.#bytes[bytesAt + at] !== buffer[at]) return false;
    }
    return true;
  }
}

/** Shared by all header decoders, so that a topic is one string object whichever way it came in. */
export const headerTexts = new TextCache();
