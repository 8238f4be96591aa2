import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DiskLock } from '../disk.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { identityOfThisProcess, isAlive, isPidAlive, readProc } from './process-identity.ts';

/**
 * The lock of a folder that Java's broker may use as well. Java locks byte 0 of `lock` with fcntl and leaves the
 * text "lock" in it; Node has no fcntl. So:
 *
 *   lock                 as Java leaves it; a live Java holder is seen in /proc/locks (Linux)
 *   lock.owner           who of us holds it: `pid startTicks bootId`; the lock is held while that process lives
 *   lock.owner.<pid>-<startTicks>   a claim: its process is about to make or replace `lock.owner`
 *
 * `lock.owner` appears whole (linked from the claim, which fails when the name exists). A dead owner's file is
 * removed only by a process that sees no other live claim beside its own: of two that claim at once at least one
 * sees the other and steps back, so nobody ever removes the file of an owner that has just taken over.
 * Not covered: a Java broker started after us does not see our lock, and processes of another machine or
 * process-number space (containers that share a volume) look dead.
 */
export function takeLock(path: string): DiskLock | undefined {
  leaveJavaText(path);
  if (javaHolderOf(path) !== undefined) return undefined;
  const own = identityOfThisProcess();
  for (let attempt = 0; attempt < CLAIM_ATTEMPTS; attempt++) {
    const outcome = claim(path, own);
    if (outcome === 'TAKEN') return { release: () => release(path, own) };
    if (outcome === 'HELD') return undefined;
    pauseBriefly(own.pid);
  }
  return undefined;
}

const CLAIM_ATTEMPTS = 20;

/** The number of the process that holds Java's lock of this file, as the Linux kernel lists it. */
export function javaHolderOf(path: string, locksText = readProc('/proc/locks')): number | undefined {
  if (locksText === undefined) return undefined;
  const stat = fs.statSync(path);
  for (const line of locksText.split('\n')) {
    // `12: POSIX  ADVISORY  WRITE 4711 fd:00:1048602 0 0`; blocked waiters have `->` behind the number.
    const match = /^\d+: (?:POSIX|OFDLCK)\s+\w+\s+WRITE (-?\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) /.exec(line);
    if (match === null || Number(match[4]) !== stat.ino) continue;
    if (!isSameDevice(stat.dev, parseInt(match[2] ?? '', 16), parseInt(match[3] ?? '', 16))) continue;
    const pid = Number(match[1]);
    if (pid !== process.pid && (pid <= 0 || isPidAlive(pid))) return pid;
  }
  return undefined;
}

/** Stacked and pooled file systems (overlay, btrfs; major 0) tell files and locks different devices. */
function isSameDevice(dev: number, major: number, minor: number): boolean {
  const ownMajor = Math.floor(dev / 0x100) & 0xfff;
  const ownMinor = (dev & 0xff) | (Math.floor(dev / 0x1000) & 0xfff00);
  return ownMajor === 0 || major === 0 || (ownMajor === major && ownMinor === minor);
}

function leaveJavaText(path: string): void {
  const fd = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o640);
  try {
    if (fs.fstatSync(fd).size === 0) fs.writeSync(fd, 'lock', 0);
  } finally {
    fs.closeSync(fd);
  }
}

type ClaimOutcome = 'TAKEN' | 'HELD' | 'CONTENDED';

function claim(path: string, own: ProcessIdentity): ClaimOutcome {
  const ownerPath = `${path}.owner`;
  const claimPath = `${ownerPath}.${own.pid}-${own.startTicks}`;
  fs.writeFileSync(claimPath, `${own.pid} ${own.startTicks} ${own.bootId}\n`, { mode: 0o640 });
  try {
    const owner = readOwner(ownerPath);
    if (owner !== undefined) {
      if (owner !== 'UNREADABLE' && isAlive(owner)) return 'HELD';
      if (hasOtherLiveClaim(ownerPath, claimPath, own.bootId)) return 'CONTENDED';
      // Between the reading above and here another claim may have come, replaced the owner and gone.
      const again = readOwner(ownerPath);
      if (again !== undefined && again !== 'UNREADABLE' && isAlive(again)) return 'HELD';
      fs.rmSync(ownerPath, { force: true });
    }
    return linkOwner(claimPath, ownerPath);
  } finally {
    fs.rmSync(claimPath, { force: true });
  }
}

function linkOwner(claimPath: string, ownerPath: string): ClaimOutcome {
  try {
    fs.linkSync(claimPath, ownerPath);
    return 'TAKEN';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'CONTENDED';
    throw error;
  }
}

/** A file that makes no sense is what a power failure leaves: its writer is gone. */
function readOwner(ownerPath: string): ProcessIdentity | 'UNREADABLE' | undefined {
  let text: string;
  try {
    text = fs.readFileSync(ownerPath, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const match = /^(\d+) (\S+) (\S+)\n$/.exec(text);
  if (match === null) return 'UNREADABLE';
  return { pid: Number(match[1]), startTicks: match[2] ?? '', bootId: match[3] ?? '' };
}

/** Claims of dead processes are cleared away: their names are theirs alone. */
function hasOtherLiveClaim(ownerPath: string, ownClaimPath: string, bootId: string): boolean {
  const folder = dirname(ownerPath);
  const prefix = `${basename(ownerPath)}.`;
  let found = false;
  for (const name of fs.readdirSync(folder)) {
    const path = join(folder, name);
    const match = name.startsWith(prefix) ? /^(\d+)-(\S+)$/.exec(name.slice(prefix.length)) : null;
    if (match === null || path === ownClaimPath) continue;
    if (isAlive({ pid: Number(match[1]), startTicks: match[2] ?? '', bootId })) found = true;
    else fs.rmSync(path, { force: true });
  }
  return found;
}

function release(path: string, own: ProcessIdentity): void {
  const owner = readOwner(`${path}.owner`);
  if (owner === undefined || owner === 'UNREADABLE') return;
  if (owner.pid === own.pid && owner.startTicks === own.startTicks) fs.rmSync(`${path}.owner`, { force: true });
}

/** Different for each process, so that two that saw each other do not meet again. Locks are taken at start only. */
function pauseBriefly(pid: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1 + (pid % 17) + Math.floor(Math.random() * 5));
}
