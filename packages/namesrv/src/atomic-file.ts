/**
 * A small text file that is either the old or the new one, whatever happens in between:
 *
 *   write <path>.tmp ─► datasync ─► rename to <path> ─► syncDir
 *
 * One writer per path; a crash leaves at most a `.tmp`, which the next write replaces.
 */
import type { Disk } from '@rocketmq-ts/kernel';

/** Undefined when there is none. @throws DiskError */
export function readTextFile(disk: Disk, path: string): string | undefined {
  if (!disk.exists(path)) return undefined;
  const file = disk.open(path, 'read');
  try {
    const bytes = Buffer.alloc(file.sizeBytes());
    const count = file.readAt(0, bytes, 0, bytes.length);
    return bytes.toString('utf8', 0, count);
  } finally {
    file.close();
  }
}

/** Resolves when the new content is durable. Makes the folder. @throws DiskError; the old file is untouched then */
export async function writeTextFile(disk: Disk, path: string, text: string): Promise<void> {
  const folder = folderOf(path);
  const temporary = `${path}.tmp`;
  const bytes = Buffer.from(text, 'utf8');
  await makeFolder(disk, folder);
  if (disk.exists(temporary)) await disk.remove(temporary);
  const file = disk.create(temporary, 0);
  try {
    file.writeAt(0, bytes, 0, bytes.length);
    await file.datasync();
  } finally {
    file.close();
  }
  disk.rename(temporary, path);
  await disk.syncDir(folder);
}

/** A new folder is as lost as a new file until the folder around it is synced. */
async function makeFolder(disk: Disk, folder: string): Promise<void> {
  const missing: string[] = [];
  for (let at = folder; at !== '/' && at !== '.' && !disk.exists(at); at = folderOf(at)) missing.push(at);
  if (missing.length === 0) return;
  disk.makeDir(folder);
  for (const made of missing.reverse()) await disk.syncDir(folderOf(made));
}

function folderOf(path: string): string {
  const slashAt = path.lastIndexOf('/');
  if (slashAt > 0) return path.slice(0, slashAt);
  return slashAt === 0 ? '/' : '.';
}
