/**
 * Where things lie under the store's root, and how files of the commit log are named: 20 decimal digits, the
 * physical offset of the file's first byte.
 * Source: store/config/StorePathConfigHelper.java, common/UtilAll.java offset2FileName (4.6.0)
 */

/** Folders and files under `storePathRootDir`. The commit log has a setting of its own. */
export function storePaths(rootDir: string): StorePaths {
  return {
    rootDir,
    consumeQueueDir: join(rootDir, 'consumequeue'),
    indexDir: join(rootDir, 'index'),
    configDir: join(rootDir, 'config'),
    checkpointFile: join(rootDir, 'checkpoint'),
    abortFile: join(rootDir, 'abort'),
    lockFile: join(rootDir, 'lock'),
    tailGuardsFile: join(rootDir, 'tailguards'),
  };
}

export interface StorePaths {
  readonly rootDir: string;
  readonly consumeQueueDir: string;
  readonly indexDir: string;
  readonly configDir: string;
  readonly checkpointFile: string;
  /** Present while a store is open, and after one that did not end well. */
  readonly abortFile: string;
  readonly lockFile: string;
  /** Guards of the log's tail while the store is a slave's: its log files hold nothing but the master's bytes. */
  readonly tailGuardsFile: string;
}

/** `name` inside `folder`. */
export function join(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

/** The folder a path lies in; `.` for a bare name, `/` for what lies at the top. */
export function parentOf(path: string): string {
  const slash = path.replace(/\/+$/, '').lastIndexOf('/');
  if (slash < 0) return '.';
  return slash === 0 ? '/' : path.slice(0, slash);
}

const OFFSET_NAME = /^[0-9]{20}$/;

export function offsetToFileName(offset: number): string {
  return offset.toString().padStart(20, '0');
}

/** The offset a file name stands for; undefined for any other name. */
export function fileNameToOffset(name: string): number | undefined {
  if (!OFFSET_NAME.test(name)) return undefined;
  const offset = Number(name);
  return Number.isSafeInteger(offset) ? offset : undefined;
}
