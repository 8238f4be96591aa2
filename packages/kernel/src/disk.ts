/**
 * Files without formats. Contract (what `sim/` makes fail and `node/` must keep):
 *
 * - `readAt`, `writeAt`, `truncate`, `create`, `rename`, `list` are synchronous: they return when the operating
 *   system has taken the call. Bytes given to `writeAt` then survive the end of this process, not that of the machine.
 * - Bytes survive the machine only after `datasync` resolved; a created, renamed or removed name only after
 *   `syncDir` of its folder resolved.
 * - A failed `datasync` is final: the kernel may have dropped the dirty pages, so it is never repeated on that file.
 * - Errors are `DiskError` with the operating system's code ('ENOSPC', 'EIO', 'ENOENT', 'EEXIST', 'EACCES' …).
 */
export interface Disk {
  /**
   * Names this run of the machine. As long as it is the same, everything that any process has written is still there,
   * synced or not. Undefined where the system does not tell.
   */
  readonly bootId: string | undefined;
  /** Opens an existing file. @throws DiskError ENOENT and others */
  open(path: string, mode: 'read' | 'readwrite'): DiskFile;
  /** Creates a file that must not exist, of `sizeBytes` zeros that take no blocks (sparse). @throws DiskError EEXIST … */
  create(path: string, sizeBytes: number): DiskFile;
  exists(path: string): boolean;
  /** Length of a file in bytes, without opening it; undefined when there is no such file. */
  sizeOf(path: string): number | undefined;
  /** Names in a folder, sorted by code unit; an absent folder is an empty one. */
  list(folder: string): DiskEntry[];
  /** Makes the folder and its parents; quiet when it exists. */
  makeDir(folder: string): void;
  /** Replaces `to` when it exists. Both in one folder of one file system. */
  rename(from: string, to: string): void;
  /** Deletes a file; quiet when it is absent. Resolves when the name is gone (freeing blocks may be slow). */
  remove(path: string): Promise<void>;
  /** Deletes an empty folder. */
  removeDir(folder: string): void;
  /** Makes created, renamed and removed names of this folder durable. */
  syncDir(folder: string): Promise<void>;
  /** Size and used space of the file system that holds `path`, in bytes. */
  usage(path: string): DiskUsage;
  /**
   * Takes the advisory lock of `path`, which is created when absent, for this process; released by `release`
   * or the end of the process. Undefined when another live process holds it.
   */
  tryLock(path: string): DiskLock | undefined;
}

export interface DiskEntry {
  readonly name: string;
  readonly isDirectory: boolean;
}

export interface DiskUsage {
  readonly totalBytes: number;
  readonly freeBytes: number;
}

export interface DiskLock {
  release(): void;
}

export interface DiskFile {
  readonly path: string;
  /** Current length in bytes. */
  sizeBytes(): number;
  /** Time of the last change, wall ms. */
  modifiedWallMs(): number;
  /** Reads up to `length` bytes into `target` at `targetStart`; returns the count, fewer only at the end of the file. */
  readAt(position: number, target: Uint8Array, targetStart: number, length: number): number;
  /**
   * Writes all of `source[start, end)` at `position`. When it throws, any prefix may have reached the file.
   */
  writeAt(position: number, source: Uint8Array, start: number, end: number): void;
  /** Resolves when everything written before the call is durable. One call at a time per file is the caller's duty. */
  datasync(): Promise<void>;
  truncate(sizeBytes: number): void;
  /** Idempotent. */
  close(): void;
}
