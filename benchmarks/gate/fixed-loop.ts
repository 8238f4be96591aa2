// What the gate measures by: work that never changes, of the kind that codecs do (bytes, a table of texts, a map).

const BYTES = new Uint8Array(2048).map((_, index) => (index * 31 + 7) & 0xff);
const TEXTS = Array.from({ length: 16 }, (_, index) => `text-${index}`);

/** Some microseconds. */
export function fixedLoop(): number {
  let hash = 0;
  for (let at = 0; at < BYTES.length; at++) hash = (Math.imul(31, hash) + (BYTES[at] as number)) | 0;
  const map = new Map<string, number>();
  for (const text of TEXTS) map.set(text, text.charCodeAt(text.length - 1) + hash);
  return hash ^ map.size ^ (map.get('text-7') ?? 0);
}
