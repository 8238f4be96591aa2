import { randomBytes } from 'node:crypto';
import type { Random } from '../random.ts';
import { createSeededRandom } from '../seeded-random.ts';

/** Seeded by the system unless a seed is given, which makes two processes choose alike. */
export function createNodeRandom(seed: number = randomBytes(4).readInt32BE(0)): Random {
  return createSeededRandom(seed);
}
