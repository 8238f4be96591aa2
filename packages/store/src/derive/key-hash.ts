/**
 * Java's `String.hashCode` over text that stands as UTF-8 in a buffer, continued from the hash of what comes before it:
 * the index hashes `topic#KEY`, and the part up to `#` is known.
 */
export function hashUtf8(prefixHash: number, buffer: Buffer, start: number, end: number): number {
  let hash = prefixHash;
  for (let at = start; at < end; at++) {
    const byte = buffer[at] as number;
    if (byte >= 0x80) return hashText(prefixHash, buffer.toString('utf8', start, end));
    hash = (Math.imul(31, hash) + byte) | 0;
  }
  return hash;
}

export function hashText(prefixHash: number, text: string): number {
  let hash = prefixHash;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0;
  return hash;
}

/** Hash of `topic#`. */
export function topicPrefixHash(topic: string): number {
  return hashText(0, `${topic}#`);
}
