/**
 * Paths that nearly every tutorial's file sets although 4.6.0 knows no such keys: Java reads over them in silence, and
 * what they name always lies below storePathRootDir. They do not stop a start here either; one that names another place
 * is pointed out.
 */
import { join, resolve } from 'node:path';

import type { ConfigEntry } from '@rocketmq-ts/kernel';

/** What lies below storePathRootDir, by key. */
export const UNKNOWN_PATH_KEYS: ReadonlyMap<string, string> = new Map([
  ['storePathConsumeQueue', 'consumequeue'],
  ['storePathIndex', 'index'],
  ['storeCheckpoint', 'checkpoint'],
  ['abortFile', 'abort'],
]);

export interface SiftedEntries {
  readonly known: readonly ConfigEntry[];
  readonly ignored: readonly ConfigEntry[];
}

export function withoutUnknownPaths(entries: readonly ConfigEntry[]): SiftedEntries {
  const isIgnored = ({ key }: ConfigEntry): boolean => UNKNOWN_PATH_KEYS.has(key.trim());
  return { known: entries.filter((entry) => !isIgnored(entry)), ignored: entries.filter(isIgnored) };
}

/** One sentence for each ignored path that is not where its file really is. */
export function notesOnIgnoredPaths(ignored: readonly ConfigEntry[], fileName: string | undefined, storePathRootDir: string): string[] {
  return ignored.flatMap(({ key, value, line }) => {
    const place = join(storePathRootDir, UNKNOWN_PATH_KEYS.get(key.trim()) ?? '');
    return resolve(value.trim()) === resolve(place) ? [] : [`${fileName}:${line}: ${key.trim()} is not a key of 4.6.0 and has no effect; it is always ${place}`];
  });
}
