import { DiskError, NetError } from '../errors.ts';

/** The system's code of a failed call; an error without one is a misuse of the call, and a defect of ours. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

/** `action` completes "cannot …", such as 'open'. Misuse is passed on unchanged. */
export function diskErrorOf(error: unknown, action: string, path: string): unknown {
  const code = systemCodeOf(error);
  if (code === undefined) return error;
  return new DiskError(code, path, `cannot ${action} ${path}: ${describe(error)}`, error);
}

export function netErrorOf(error: unknown, action: string, address: string): unknown {
  const code = systemCodeOf(error);
  if (code === undefined) return error;
  return new NetError(code, address, `cannot ${action} ${address}: ${describe(error)}`, error);
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'Address already in use'],
  ['EADDRNOTAVAIL', 'this machine has no such address'],
  ['ECONNREFUSED', 'connection refused, nothing listens there'],
  ['ENOTFOUND', 'the host name is not known'],
  ['ETIMEDOUT', 'timed out'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'operation not permitted'],
  ['ENOSPC', 'no space left on device'],
  ['EROFS', 'read-only file system'],
  ['EMFILE', 'too many open files in this process'],
  ['ENOENT', 'no such file or directory'],
  ['EEXIST', 'exists already'],
  ['EIO', 'input/output error'],
]);

function describe(error: unknown): string {
  const code = systemCodeOf(error) ?? '';
  const words = WORDS.get(code);
  return words === undefined ? (error as Error).message : `${words} (${code})`;
}
