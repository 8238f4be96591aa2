/**
 * The order in which a `java.util.HashMap` or `HashSet` is walked: by bucket, within a bucket by insertion. Java's name
 * server answers in it, so tools print in it; nobody may rely on it, but equal text is the easiest to compare.
 *
 * A table that was bigger once keeps its size in Java, and ours forgets it: then the order differs.
 */
import { javaHash } from '@rocketmq-ts/remoting-protocol';

export const HASH_MAP_CAPACITY = 16;
const LOAD_FACTOR = 0.75;

/** @param capacity what the Java table was created with; a power of two */
export function inHashOrder<T>(entries: Iterable<T>, keyOf: (entry: T) => string | number, capacity = HASH_MAP_CAPACITY): T[] {
  const all = [...entries];
  let buckets = capacity;
  while (all.length > buckets * LOAD_FACTOR) buckets *= 2;
  const placed = all.map((entry) => ({ entry, bucket: bucketOf(keyOf(entry), buckets) }));
  // Stable, so entries of one bucket stay in the order of insertion.
  placed.sort((a, b) => a.bucket - b.bucket);
  return placed.map(({ entry }) => entry);
}

function bucketOf(key: string | number, buckets: number): number {
  const hash = typeof key === 'string' ? javaHash(key) : longHash(key);
  return (hash ^ (hash >>> 16)) & (buckets - 1);
}

/** Long.hashCode: the upper half folded into the lower. */
function longHash(value: number): number {
  return Math.floor(value / 0x1_0000_0000) ^ (value | 0);
}
