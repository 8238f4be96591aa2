import { ShortBytes } from '../bytes/short-bytes.ts';
import { CACHED_TEXT_BYTES_MAX } from '../bytes/text-cache.ts';

/**
 * The text that stands at one place of header after header, such as the group of a consumer's pulls: known again by one
 * comparison, where the cache of all texts looks for its end, hashes it and compares it.
 */
export class RecurringText {
  /** With the closing quote. Made when it is needed, since most fields of most header classes never are. */
  #bytes: ShortBytes | undefined;
  #isKnown = false;
  text = '';

  /** The position behind its closing quote when it stands at `start` again, −1 when something else does. */
  behind(header: Buffer, start: number): number {
    return this.#isKnown && this.#bytes !== undefined ? this.#bytes.behind(header, start) : -1;
  }

  /** What stands at `[start, end)` instead. It is learned when it has come twice, since some texts never do. */
  learn(text: string, header: Buffer, start: number, end: number): void {
    if (text === this.text && end - start <= CACHED_TEXT_BYTES_MAX) {
      this.#bytes ??= new ShortBytes(CACHED_TEXT_BYTES_MAX + 1);
      this.#bytes.copy(header, start, end + 1);
      this.#isKnown = true;
    } else {
      this.#isKnown = false;
      this.text = text;
    }
  }
}
