import * as fs from 'node:fs';
import { dirname } from 'node:path';
import type { Disk, DiskEntry, DiskFile, DiskLock, DiskUsage } from '../disk.ts';
import { NodeDiskFile } from './node-disk-file.ts';
import { takeLock } from './owner-lock.ts';
import { bootId } from './process-identity.ts';
import { diskErrorOf, systemCodeOf } from './system-error.ts';

/** Files are for their owner and group to read; what is in a message is nobody else's business. */
const FILE_MODE = 0o640;

/** The disk of this machine: short calls are made on the loop, everything that waits for the device is not. */
export const nodeDisk: Disk = {
  get bootId(): string | undefined {
    const id = bootId();
    return id === '-' ? undefined : id;
  },

  open(path: string, mode: 'read' | 'readwrite'): DiskFile {
    return new NodeDiskFile(
      path,
      call('open', path, () => fs.openSync(path, mode === 'read' ? 'r' : 'r+')),
    );
  },

  create(path: string, sizeBytes: number): DiskFile {
    const file = new NodeDiskFile(
      path,
      call('create', path, () => fs.openSync(path, 'wx+', FILE_MODE)),
    );
    try {
      if (sizeBytes > 0) file.truncate(sizeBytes);
      return file;
    } catch (error) {
      file.close();
      fs.unlinkSync(path);
      throw error;
    }
  },

  exists: (path: string): boolean => fs.existsSync(path),
  list: (folder: string): DiskEntry[] => listEntries(folder),

  sizeOf(path: string): number | undefined {
    const stats = call('ask for the length of', path, () => fs.statSync(path, { throwIfNoEntry: false }));
    return stats?.isFile() === true ? stats.size : undefined;
  },

  makeDir(folder: string): void {
    call('make the folder', folder, () => makeFolders(folder));
  },

  rename(from: string, to: string): void {
    call(`rename to ${to} the file`, from, () => fs.renameSync(from, to));
  },

  async remove(path: string): Promise<void> {
    try {
      await fs.promises.unlink(path);
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') throw diskErrorOf(error, 'remove', path);
    }
  },

  removeDir(folder: string): void {
    call('remove the folder', folder, () => fs.rmdirSync(folder));
  },

  async syncDir(folder: string): Promise<void> {
    // Windows cannot open a folder as a file; NTFS journals names by itself.
    if (process.platform === 'win32') return;
    try {
      const handle = await fs.promises.open(folder, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw diskErrorOf(error, 'make durable the folder', folder);
    }
  },

  usage(path: string): DiskUsage {
    const stats = call('ask for the free space of', path, () => fs.statfsSync(existingAncestor(path)));
    // `bfree`, not `bavail`: the ratios that operators set are Java's, and Java counts blocks reserved for root as free.
    return { totalBytes: stats.blocks * stats.bsize, freeBytes: stats.bfree * stats.bsize };
  },

  tryLock(path: string): DiskLock | undefined {
    return call('lock', path, () => takeLock(path));
  },
};

function call<T>(action: string, path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw diskErrorOf(error, action, path);
  }
}

/** Not Node's own `recursive`, which never returns where a parent exists but takes no folders (`/proc`). */
function makeFolders(folder: string): void {
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolders(parent);
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    const isMadeMeanwhile = systemCodeOf(error) === 'EEXIST' && fs.statSync(folder).isDirectory();
    if (!isMadeMeanwhile) throw error;
  }
}

function listEntries(folder: string): DiskEntry[] {
  let entries: fs.Dirent[];
  try {
    entries = fs.readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw diskErrorOf(error, 'list the folder', folder);
  }
  const listed = entries.map((entry) => ({ name: entry.name, isDirectory: isDirectory(folder, entry) }));
  return listed.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Operators move a queue or a log elsewhere and leave a link behind. */
function isDirectory(folder: string, entry: fs.Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return fs.statSync(`${folder}/${entry.name}`, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function existingAncestor(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    if (fs.existsSync(at) || dirname(at) === at) return at;
  }
}
