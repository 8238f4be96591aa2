/** `String.hashCode` of Java as a signed 32-bit number: tags codes and key hashes on disk are made of it. */
export function javaHash(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0;
  return hash;
}

/**
 * The same for text that stands in `buffer` as UTF-8. ASCII, the rule, needs no string.
 */
export function javaHashOfUtf8(buffer: Buffer, start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at++) {
    const byte = buffer[at] as number;
    if (byte >= 0x80) return javaHash(buffer.toString('utf8', start, end));
    hash = (Math.imul(31, hash) + byte) | 0;
  }
  return hash;
}

/** The same for bytes known to be ASCII, four at a time: a multiplication waits for the one before it. */
export function javaHashOfAscii(buffer: Buffer, start: number, end: number): number {
  let hash = 0;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const four = (buffer[at] as number) * 29_791 + (buffer[at + 1] as number) * 961 + (buffer[at + 2] as number) * 31 + (buffer[at + 3] as number);
    hash = (Math.imul(923_521, hash) + four) | 0;
  }
  for (; at < end; at++) hash = (Math.imul(31, hash) + (buffer[at] as number)) | 0;
  return hash;
}
