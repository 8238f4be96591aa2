// A revision of this repository in a folder of its own, with the benchmarks of the working tree.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempFolder } from '@rocketmq-ts/testkit';

const SCOPE = '@rocketmq-ts';

export class CompareError extends Error {}

export interface Worktree {
  readonly path: string;
  readonly commit: string;
  /** Leaves nothing behind; calling it again does nothing. */
  remove(): void;
}

/** @throws CompareError when there is no such revision */
export function commitOf(root: string, revision: string): string {
  try {
    return git(root, 'rev-parse', '--verify', '--quiet', `${revision}^{commit}`);
  } catch {
    throw new CompareError(`--base ${revision}: this repository has no such revision`);
  }
}

/** Files of packages and programs that no commit has yet: they are part of what is compared. */
export function uncommitted(root: string): string[] {
  return git(root, 'status', '--porcelain', '--', 'packages', 'apps').split('\n').filter((line) => line !== '');
}

export function checkOut(root: string, commit: string): Worktree {
  const folder = makeTempFolder('compare');
  const path = join(folder.path, 'base');
  let isThere = true;
  const remove = (): void => {
    if (!isThere) return;
    isThere = false;
    rmSync(path, { recursive: true, force: true });
    git(root, 'worktree', 'prune');
    folder.remove();
  };
  try {
    git(root, 'worktree', 'add', '--detach', '--quiet', path, commit);
    shareModules(root, path);
    // What measures is the same on both sides.
    rmSync(join(path, 'benchmarks'), { recursive: true, force: true });
    cpSync(join(root, 'benchmarks'), join(path, 'benchmarks'), { recursive: true, filter: (source) => !source.endsWith('/node_modules') });
    return { path, commit, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Installed libraries are shared; the workspace's own packages are the revision's. Another lock is installed by itself. */
function shareModules(root: string, path: string): void {
  if (readLock(root) !== readLock(path)) {
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: path, stdio: ['ignore', 'ignore', 'inherit'] });
    return;
  }
  const installed = join(root, 'node_modules');
  const own = join(path, 'node_modules');
  mkdirSync(join(own, SCOPE), { recursive: true });
  for (const name of readdirSync(installed)) if (name !== SCOPE) symlinkSync(join(installed, name), join(own, name));
  for (const name of readdirSync(join(path, 'packages'))) symlinkSync(join(path, 'packages', name), join(own, SCOPE, name));
}

function readLock(folder: string): string | undefined {
  const lock = join(folder, 'package-lock.json');
  return existsSync(lock) ? readFileSync(lock, 'utf8') : undefined;
}

function git(cwd: string, ...words: string[]): string {
  return execFileSync('git', words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
