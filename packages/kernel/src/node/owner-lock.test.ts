import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDisk } from './node-disk.ts';
import { javaHolderOf } from './owner-lock.ts';
import { identityOfThisProcess } from './process-identity.ts';

const hasProc = fs.existsSync('/proc/locks');
let folder: string;
let path: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'kernel-lock-'));
  path = join(folder, 'lock');
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A process of its own that takes the lock, says whether it got it, and stays. */
async function startLocker(): Promise<{ child: ChildProcess; said: string }> {
  const script = `
    const { nodeDisk } = await import(${JSON.stringify(new URL('./node-disk.ts', import.meta.url).href)});
    console.log(nodeDisk.tryLock(process.argv[1]) === undefined ? 'refused' : 'taken');
    setInterval(() => {}, 1000);`;
  return startSpeaker(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, path]);
}

async function startSpeaker(program: string, args: string[]): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: process.cwd() });
  children.push(child);
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, said: chunk.toString().trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('lock of a store', () => {
  it('leaves the file as Java does, holds against itself, and is free after release', () => {
    const lock = nodeDisk.tryLock(path);
    expect(lock).toBeDefined();
    expect(fs.readFileSync(path, 'latin1')).toBe('lock');
    expect(nodeDisk.tryLock(path)).toBeUndefined();
    lock!.release();
    lock!.release();
    expect(fs.readdirSync(folder)).toEqual(['lock']);
    nodeDisk.tryLock(path)!.release();
    expect(fs.readFileSync(path, 'latin1')).toBe('lock');
  });

  it('holds against another process until that is killed', async () => {
    const first = await startLocker();
    expect(first.said).toBe('taken');
    expect(nodeDisk.tryLock(path)).toBeUndefined();
    await kill(first.child);
    const lock = nodeDisk.tryLock(path);
    expect(lock).toBeDefined();
    expect((await startLocker()).said).toBe('refused');
    expect(fs.readdirSync(folder).sort()).toEqual(['lock', 'lock.owner']);
    lock!.release();
  });

  it('is taken by one only when several find a dead owner at once', async () => {
    const dead = await startLocker();
    await kill(dead.child);
    const said = (await Promise.all([startLocker(), startLocker(), startLocker()])).map((locker) => locker.said);
    expect(said.sort()).toEqual(['refused', 'refused', 'taken']);
  });

  it.runIf(hasProc)('is taken over when the number lives on in another process, or in another boot', () => {
    const own = identityOfThisProcess();
    for (const owner of [`${own.pid} 1 ${own.bootId}\n`, `${own.pid} ${own.startTicks} other-boot\n`, '', 'garbage\0\0']) {
      fs.writeFileSync(`${path}.owner`, owner);
      const lock = nodeDisk.tryLock(path);
      expect(lock, owner).toBeDefined();
      lock!.release();
    }
  });

  it('clears away claims that dead processes left behind', () => {
    fs.writeFileSync(`${path}.owner`, '999999999 1 nowhere\n');
    fs.writeFileSync(`${path}.owner.999999999-1`, '');
    nodeDisk.tryLock(path)!.release();
    expect(fs.readdirSync(folder)).toEqual(['lock']);
  });

  it('does not take back what somebody else took over', () => {
    const lock = nodeDisk.tryLock(path)!;
    fs.writeFileSync(`${path}.owner`, '1 1 x\n');
    lock.release();
    expect(fs.existsSync(`${path}.owner`)).toBe(true);
  });
});

describe('lock of a Java broker', () => {
  it("is read from the kernel's list by device, inode and living process", () => {
    fs.writeFileSync(path, 'lock');
    const { ino, dev } = fs.statSync(path);
    const device = `${hex((dev >> 8) & 0xfff)}:${hex((dev & 0xff) | ((dev >> 12) & 0xfff00))}`;
    const line = (kind: string, pid: number, where: string) => `1: ${kind} ADVISORY  WRITE ${pid} ${where} 0 0\n`;
    const otherDevice = ((dev >> 8) & 0xfff) === 0 ? undefined : 'fe:77';
    expect(javaHolderOf(path, line('POSIX ', 1, `${device}:${ino}`))).toBe(1);
    expect(javaHolderOf(path, line('OFDLCK', -1, `${device}:${ino}`))).toBe(-1);
    expect(javaHolderOf(path, line('POSIX ', 999999999, `${device}:${ino}`))).toBeUndefined();
    expect(javaHolderOf(path, line('POSIX ', 1, `${device}:${ino + 1}`))).toBeUndefined();
    expect(javaHolderOf(path, line('FLOCK ', 1, `${device}:${ino}`))).toBeUndefined();
    expect(javaHolderOf(path, `1: -> POSIX ADVISORY WRITE 1 ${device}:${ino} 0 0\n`)).toBeUndefined();
    if (otherDevice !== undefined) expect(javaHolderOf(path, line('POSIX ', 1, `${otherDevice}:${ino}`))).toBeUndefined();
  });

  // Python takes the very lock that Java's FileChannel.tryLock(0, 1, false) takes.
  const hasPython = hasProc && spawnSync('python3', ['--version']).status === 0;
  it.runIf(hasPython)('keeps us out while its process lives', async () => {
    const script =
      'import fcntl,sys,time\nf=open(sys.argv[1],"r+b")\nfcntl.lockf(f,fcntl.LOCK_EX|fcntl.LOCK_NB,1,0)\nprint("taken",flush=True)\ntime.sleep(60)';
    fs.writeFileSync(path, 'lock');
    const { child } = await startSpeaker('python3', ['-c', script, path]);
    expect(javaHolderOf(path)).toBe(child.pid);
    expect(nodeDisk.tryLock(path)).toBeUndefined();
    await kill(child);
    nodeDisk.tryLock(path)!.release();
  });
});

function hex(n: number): string {
  return n.toString(16).padStart(2, '0');
}
