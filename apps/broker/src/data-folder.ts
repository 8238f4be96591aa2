/**
 * The tutorial's files name folders below /data/rocketmq. Whoever may not write there sets ROCKETMQ_DATA: that folder
 * then takes the place of /data/rocketmq in every file.
 */
import { join } from 'node:path';

import type { ConfigEntry } from '@rocketmq-ts/kernel';

import { UNKNOWN_PATH_KEYS } from './unknown-path-keys.ts';

const TUTORIAL_FOLDER = '/data/rocketmq';
const PATH_KEYS: ReadonlySet<string> = new Set(['storePathRootDir', 'storePathCommitLog', ...UNKNOWN_PATH_KEYS.keys()]);

/** The entries of a file, with `dataFolder` in the place of /data/rocketmq. */
export function movedEntries(entries: readonly ConfigEntry[], dataFolder: string | undefined): readonly ConfigEntry[] {
  if (dataFolder === undefined) return entries;
  return entries.map((entry) => {
    const path = entry.value.trim();
    return PATH_KEYS.has(entry.key.trim()) && isInTutorialFolder(path) ? { ...entry, value: join(dataFolder, path.slice(TUTORIAL_FOLDER.length)) } : entry;
  });
}

export function isInTutorialFolder(path: string): boolean {
  return `${path}/`.startsWith(`${TUTORIAL_FOLDER}/`);
}
