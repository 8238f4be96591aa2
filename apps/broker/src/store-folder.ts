/**
 * Tutorials let people make the folders of a store by hand, `checkpoint` and `abort` among them. Those are files:
 * Java's broker does not start where it finds a folder in their place. An empty one holds nothing, so it goes.
 */
import { rmdirSync } from 'node:fs';
import { join } from 'node:path';

/** @returns the folders that were removed */
export function removeFoldersInPlaceOfFiles(storePathRootDir: string): string[] {
  return ['checkpoint', 'abort'].map((name) => join(storePathRootDir, name)).filter(isEmptyFolderRemoved);
}

function isEmptyFolderRemoved(path: string): boolean {
  try {
    rmdirSync(path); // never a file, never a folder that holds something
    return true;
  } catch {
    return false;
  }
}
