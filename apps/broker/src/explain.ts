import { DiskError, RmqError } from '@rocketmq-ts/kernel';

import { isInTutorialFolder } from './data-folder.ts';

const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'make the folder writable for this user, or set another storePathRootDir and storePathCommitLog'],
  ['EPERM', 'make the folder writable for this user, or set another storePathRootDir and storePathCommitLog'],
  ['EROFS', 'set storePathRootDir and storePathCommitLog to folders on a file system that can be written'],
  ['ENOENT', 'set storePathRootDir and storePathCommitLog to folders that exist or can be made'],
  ['ENOSPC', 'make room on that disk, or set another storePathRootDir and storePathCommitLog'],
  ['ENOTDIR', 'a file stands where a folder should be: set another storePathRootDir and storePathCommitLog'],
]);

/** Below /data few users may write; one variable moves all of the tutorial's folders. */
const NOT_WRITABLE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT']);
const MOVE_DATA = 'make /data/rocketmq writable for this user, or put another folder in its place: export ROCKETMQ_DATA=$HOME/rocketmq-data';

/** A disk's error at the start, with what to do about it; others say that themselves. */
export function explained(error: unknown): unknown {
  if (!(error instanceof DiskError)) return error;
  const remedy = NOT_WRITABLE.has(error.systemCode) && isInTutorialFolder(error.path) ? MOVE_DATA : REMEDIES.get(error.systemCode);
  return remedy === undefined ? error : new RmqError(error.code, `${error.message}; ${remedy}`, { cause: error });
}
