import * as fs from 'node:fs';
import { assert } from '../assert.ts';
import type { DiskFile } from '../disk.ts';
import { DiskError } from '../errors.ts';
import { diskErrorOf, systemCodeOf } from './system-error.ts';

/** The calls a file makes, so that a test can make them short, interrupted or failing. */
export interface FileCalls {
  readonly readSync: (fd: number, target: Uint8Array, start: number, length: number, position: number) => number;
  readonly writeSync: (fd: number, source: Uint8Array, start: number, length: number, position: number) => number;
  readonly fdatasync: (fd: number, done: (error: NodeJS.ErrnoException | null) => void) => void;
}

/**
 * An open file. Invariant: the descriptor is closed only when no `datasync` is in the pool, because the number
 * could by then belong to another file.
 */
export class NodeDiskFile implements DiskFile {
  readonly path: string;
  private readonly fd: number;
  private readonly calls: FileCalls;
  private isClosed = false;
  private isSyncing = false;
  private syncFailure: unknown;

  constructor(path: string, fd: number, calls: FileCalls = fs) {
    this.path = path;
    this.fd = fd;
    this.calls = calls;
  }

  sizeBytes(): number {
    return this.call('ask for the size of', () => fs.fstatSync(this.fd).size);
  }

  modifiedWallMs(): number {
    return this.call('ask for the age of', () => Math.floor(fs.fstatSync(this.fd).mtimeMs));
  }

  readAt(position: number, target: Uint8Array, targetStart: number, length: number): number {
    assert(targetStart >= 0 && length >= 0 && targetStart + length <= target.length, 'a read stays inside its buffer');
    let count = 0;
    while (count < length) {
      const got = this.transfer('read', () => this.calls.readSync(this.fd, target, targetStart + count, length - count, position + count));
      if (got === 0) break;
      count += got;
    }
    return count;
  }

  writeAt(position: number, source: Uint8Array, start: number, end: number): void {
    assert(start >= 0 && start <= end && end <= source.length, 'a write stays inside its buffer');
    // The system may take less than it was given, most often just before the disk is full.
    for (let at = start; at < end;) {
      const taken = this.transfer('write', () => this.calls.writeSync(this.fd, source, at, end - at, position + at - start));
      if (taken === 0) throw new DiskError('EIO', this.path, `cannot write ${this.path}: the system took no byte`);
      at += taken;
    }
  }

  datasync(): Promise<void> {
    assert(!this.isSyncing, 'one datasync at a time per file');
    assert(!this.isClosed, 'a closed file is not used');
    if (this.syncFailure !== undefined) return Promise.reject(this.syncFailure);
    this.isSyncing = true;
    return new Promise((resolve, reject) => {
      this.calls.fdatasync(this.fd, (error) => {
        this.isSyncing = false;
        // Closed meanwhile; whatever closing says now, the data's fate is in `error`.
        if (this.isClosed) fs.close(this.fd, () => {});
        if (error === null) return resolve();
        this.syncFailure = diskErrorOf(error, 'make durable', this.path);
        reject(this.syncFailure);
      });
    });
  }

  truncate(sizeBytes: number): void {
    this.call('set the size of', () => fs.ftruncateSync(this.fd, sizeBytes));
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.isSyncing) return;
    try {
      fs.closeSync(this.fd);
    } catch (error) {
      throw diskErrorOf(error, 'close', this.path);
    }
  }

  private call<T>(action: string, run: () => T): T {
    assert(!this.isClosed, 'a closed file is not used');
    try {
      return run();
    } catch (error) {
      throw diskErrorOf(error, action, this.path);
    }
  }

  /** A signal may interrupt a call that has moved nothing yet; it is simply made again. */
  private transfer(action: string, run: () => number): number {
    for (;;) {
      try {
        return this.call(action, run);
      } catch (error) {
        if (!(error instanceof DiskError) || systemCodeOf(error.cause) !== 'EINTR') throw error;
      }
    }
  }
}
