import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskError } from '../errors.ts';
import { NodeDiskFile } from './node-disk-file.ts';
import { nodeDisk } from './node-disk.ts';

let folder: string;
beforeEach(() => void (folder = fs.mkdtempSync(join(tmpdir(), 'kernel-disk-'))));
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof DiskError) return error.systemCode;
    throw error;
  }
  return 'none';
};

describe('disk of Node', () => {
  it('creates sparse files, and only new ones', () => {
    const path = join(folder, 'log');
    const file = nodeDisk.create(path, 1 << 30);
    expect(file.sizeBytes()).toBe(1 << 30);
    expect(fs.statSync(path).blocks).toBeLessThan(64);
    expect(codeOf(() => nodeDisk.create(path, 1))).toBe('EEXIST');
    file.close();
    file.close();
  });

  it('reads back what was written, zeros in holes, and less at the end', async () => {
    const file = nodeDisk.create(join(folder, 'a'), 0);
    file.writeAt(5, Buffer.from('xxhelloxx'), 2, 7);
    await file.datasync();
    const target = Buffer.alloc(20, 0xee);
    expect(file.readAt(0, target, 1, 19)).toBe(10);
    expect(target.toString('latin1')).toBe(`\xee\0\0\0\0\0hello${'\xee'.repeat(9)}`);
    expect(file.readAt(10, target, 0, 5)).toBe(0);
    file.truncate(6);
    expect(file.sizeBytes()).toBe(6);
    file.close();
    const readOnly = nodeDisk.open(file.path, 'read');
    expect(codeOf(() => readOnly.writeAt(0, target, 0, 1))).toBe('EBADF');
    expect(Math.abs(readOnly.modifiedWallMs() - Date.now())).toBeLessThan(60_000);
    readOnly.close();
  });

  it("names the system's code, the file and what was tried", () => {
    expect(() => nodeDisk.open(join(folder, 'none'), 'read')).toThrow(/cannot open .*none: no such file or directory \(ENOENT\)/);
    expect(codeOf(() => nodeDisk.makeDir(join(nodeDisk.create(join(folder, 'f'), 0).path, 'sub')))).toBe('ENOTDIR');
  });

  it('lists by code unit, follows links to folders, takes an absent folder as empty', () => {
    for (const name of ['b', 'B', 'a10', 'a9']) nodeDisk.makeDir(join(folder, name));
    nodeDisk.create(join(folder, 'z'), 0).close();
    fs.symlinkSync(join(folder, 'b'), join(folder, 'link'));
    fs.symlinkSync(join(folder, 'gone'), join(folder, 'dangling'));
    expect(nodeDisk.list(folder).map((entry) => `${entry.name}${entry.isDirectory ? '/' : ''}`)).toEqual([
      'B/',
      'a10/',
      'a9/',
      'b/',
      'dangling',
      'link/',
      'z',
    ]);
    expect(nodeDisk.list(join(folder, 'absent'))).toEqual([]);
  });

  it('renames over, removes quietly, syncs folders, measures the file system', async () => {
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    nodeDisk.create(a, 3).close();
    nodeDisk.create(b, 9).close();
    nodeDisk.rename(a, b);
    await nodeDisk.syncDir(folder);
    expect(nodeDisk.exists(a)).toBe(false);
    expect([nodeDisk.sizeOf(a), nodeDisk.sizeOf(b), nodeDisk.sizeOf(folder)]).toEqual([undefined, 3, undefined]);
    await nodeDisk.remove(b);
    await nodeDisk.remove(b);
    expect(nodeDisk.exists(b)).toBe(false);
    await expect(nodeDisk.syncDir(join(folder, 'absent'))).rejects.toMatchObject({ code: 'DISK_ENOENT' });
    const { totalBytes, freeBytes } = nodeDisk.usage(join(folder, 'not', 'yet'));
    expect(freeBytes).toBeGreaterThan(0);
    expect(totalBytes).toBeGreaterThanOrEqual(freeBytes);
  });
});

describe('file under a difficult system', () => {
  const systemError = (code: string) => Object.assign(new Error(code), { code });
  const open = (calls: Partial<ConstructorParameters<typeof NodeDiskFile>[2]>) => {
    const path = join(folder, 'f');
    return new NodeDiskFile(path, fs.openSync(path, 'w+'), {
      readSync: fs.readSync,
      writeSync: fs.writeSync,
      fdatasync: fs.fdatasync,
      ...calls,
    });
  };

  it('goes on after short and interrupted transfers', () => {
    let calls = 0;
    const shortly = (length: number) => {
      if (++calls % 2 === 0) throw systemError('EINTR');
      return Math.min(length, 3);
    };
    const file = open({
      writeSync: (fd, source, start, length, position) => fs.writeSync(fd, source, start, shortly(length), position),
      readSync: (fd, target, start, length, position) => fs.readSync(fd, target, start, shortly(length), position),
    });
    file.writeAt(2, Buffer.from('0123456789'), 0, 10);
    const target = Buffer.alloc(12);
    expect(file.readAt(0, target, 0, 12)).toBe(12);
    expect(target.toString('latin1')).toBe('\0\x000123456789');
    file.close();
  });

  it('fails when the disk is full behind a short write, or takes nothing', () => {
    let room = 4;
    const file = open({
      writeSync: (fd, source, start, length, position) => {
        if (room === 0) throw systemError('ENOSPC');
        const taken = fs.writeSync(fd, source, start, Math.min(length, room), position);
        room -= taken;
        return taken;
      },
    });
    expect(codeOf(() => file.writeAt(0, Buffer.alloc(10), 0, 10))).toBe('ENOSPC');
    expect(file.sizeBytes()).toBe(4);
    file.close();
    const stuck = open({ writeSync: () => 0 });
    expect(codeOf(() => stuck.writeAt(0, Buffer.alloc(1), 0, 1))).toBe('EIO');
    stuck.close();
  });

  it('never asks again after a failed datasync', async () => {
    let calls = 0;
    const file = open({
      fdatasync: (_fd, done) => {
        calls++;
        setImmediate(() => done(systemError('EIO')));
      },
    });
    await expect(file.datasync()).rejects.toMatchObject({ code: 'DISK_EIO' });
    await expect(file.datasync()).rejects.toMatchObject({ code: 'DISK_EIO' });
    expect(calls).toBe(1);
    file.close();
  });

  it('keeps the descriptor while a datasync runs, and refuses a second one', async () => {
    let release: (() => void) | undefined;
    let usable = false;
    const file = open({
      fdatasync: (fd, done) => {
        release = () => {
          usable = fs.fstatSync(fd).isFile();
          done(null);
        };
      },
    });
    const synced = file.datasync();
    expect(() => file.datasync()).toThrow('one datasync at a time');
    file.close();
    release?.();
    await synced;
    expect(usable).toBe(true);
    expect(() => file.sizeBytes()).toThrow('closed file');
  });

  it('makes folders with their parents, and gives up where the system takes none', () => {
    nodeDisk.makeDir(join(folder, 'a', 'b', 'c'));
    nodeDisk.makeDir(join(folder, 'a', 'b', 'c'));
    expect(nodeDisk.list(join(folder, 'a', 'b'))).toEqual([{ name: 'c', isDirectory: true }]);
    if (fs.existsSync('/proc/self')) expect(codeOf(() => nodeDisk.makeDir('/proc/self/rocketmq/store'))).toMatch(/ENOENT|EACCES|EPERM/);
  });
});
