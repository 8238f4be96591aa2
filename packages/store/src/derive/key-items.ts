/** The blank-separated keys of a KEYS property, walked in place: `start = itemStart(…)`, `end = itemEnd(…)`, and on from `end`. */
const BLANK = 0x20;

/** First byte of the next item; `until` when there is none. */
export function itemStart(buffer: Buffer, from: number, until: number): number {
  let at = from;
  while (at < until && buffer[at] === BLANK) at++;
  return at;
}

/** First byte behind the item that starts here. */
export function itemEnd(buffer: Buffer, start: number, until: number): number {
  let at = start;
  while (at < until && buffer[at] !== BLANK) at++;
  return at;
}
