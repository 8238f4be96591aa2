/**
 * Turns repeated short texts (header keys, topics, groups) from bytes into the same string object, so that a header like
 * the last one allocates almost nothing and Map lookups compare pointers. Bounded: a fixed number of slots, the newest text
 * of a slot wins, and only short ASCII gets in.
 */
import { javaHashOfAscii } from './java-hash.ts';
import { latin1Text } from './text.ts';

const SLOT_COUNT = 2048;
/** Longer texts are not looked up. */
export const CACHED_TEXT_BYTES_MAX = 48;

export class TextCache {
  readonly #texts: string[] = new Array<string>(SLOT_COUNT).fill('');
  /** What each slot's text is made of: bytes compare with bytes twice as fast as with characters. */
  readonly #bytes = new Uint8Array(SLOT_COUNT * CACHED_TEXT_BYTES_MAX);

  /** The text of `buffer[start, end)`, all of it ASCII and not longer than `CACHED_TEXT_BYTES_MAX`. */
  ascii(buffer: Buffer, start: number, end: number): string {
    const hash = javaHashOfAscii(buffer, start, end);
    const slot = (hash ^ (hash >>> 11)) & (SLOT_COUNT - 1);
    const known = this.#texts[slot] as string;
    const bytesAt = slot * CACHED_TEXT_BYTES_MAX;
    if (known.length === end - start && startsWith(this.#bytes, bytesAt, buffer, start, end)) return known;
    const text = latin1Text(buffer, start, end);
    this.#texts[slot] = text;
    for (let at = start; at < end; at++) this.#bytes[bytesAt + at - start] = buffer[at] as number;
    return text;
  }
}

function startsWith(bytes: Uint8Array, bytesAt: number, buffer: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[bytesAt + at - start] !== buffer[at]) return false;
  }
  return true;
}

/** Shared by all header decoders, so that a topic is one string object whichever way it came in. */
export const headerTexts = new TextCache();
