import { assert } from '../assert.ts';
import type { DiskFile } from '../disk.ts';
import type { Death } from './disk-faults.ts';
import { diskError } from './disk-image.ts';
import type { DiskSession } from './disk-session.ts';
import type { SimInode, SyncCapture } from './sim-inode.ts';
import { PAGE_BYTES } from './sparse-bytes.ts';

/** An open file of one process. */
export class SimFile implements DiskFile {
  readonly path: string;
  private readonly session: DiskSession;
  private readonly inode: SimInode;
  private readonly mode: 'read' | 'readwrite';
  private readonly forgetDeath: () => void;
  private isClosed = false;
  private running: SyncCapture | undefined;
  private syncFailure: unknown;

  constructor(session: DiskSession, path: string, inode: SimInode, mode: 'read' | 'readwrite') {
    this.session = session;
    this.path = path;
    this.inode = inode;
    this.mode = mode;
    inode.handleCount++;
    this.forgetDeath = session.life.whenDead((how) => this.processDied(how));
  }

  sizeBytes(): number {
    this.assertUsable();
    return this.inode.sizeBytes;
  }

  modifiedWallMs(): number {
    this.assertUsable();
    return this.inode.modifiedWallMs;
  }

  readAt(position: number, target: Uint8Array, targetStart: number, length: number): number {
    this.assertUsable();
    assert(targetStart >= 0 && length >= 0 && targetStart + length <= target.length, 'a read stays inside its buffer');
    this.session.enter('readAt', this.path);
    const count = Math.max(0, Math.min(length, this.inode.sizeBytes - position));
    this.inode.live.read(position, target, targetStart, count);
    return count;
  }

  writeAt(position: number, source: Uint8Array, start: number, end: number): void {
    this.assertUsable();
    assert(start >= 0 && start <= end && end <= source.length, 'a write stays inside its buffer');
    if (this.mode === 'read') throw diskError('EBADF', this.path);
    const length = end - start;
    this.session.enter('writeAt', this.path, (how) => {
      let part = this.session.scheduler.random.below(length + 1);
      // A killed process gets out of a write between two pages only; power goes anywhere.
      if (how === 'kill' && part < length) part = Math.max(0, Math.floor((position + part) / PAGE_BYTES) * PAGE_BYTES - position);
      this.put(position, source, start, part);
    });
    if (this.put(position, source, start, length) < length) throw diskError('ENOSPC', this.path);
  }

  datasync(): Promise<void> {
    this.assertUsable();
    assert(this.running === undefined, 'one datasync at a time per file');
    if (this.syncFailure !== undefined) return Promise.reject(this.syncFailure as Error);
    const capture = this.inode.startSync();
    this.running = capture;
    return this.session.later('datasync', this.path, {
      finish: () => {
        this.running = undefined;
        this.inode.finishSync(capture);
      },
      fail: (error) => {
        this.running = undefined;
        this.syncFailure = error;
        this.inode.failSync(capture);
      },
    });
  }

  truncate(sizeBytes: number): void {
    this.assertUsable();
    if (this.mode === 'read') throw diskError('EINVAL', this.path);
    this.session.enter('truncate', this.path);
    this.session.image.truncate(this.inode, sizeBytes);
    this.inode.modifiedWallMs = this.session.wallMs();
  }

  close(): void {
    this.session.life.assertAlive();
    this.release();
  }

  private put(position: number, source: Uint8Array, start: number, length: number): number {
    this.inode.modifiedWallMs = this.session.wallMs();
    return this.session.image.write(this.inode, position, source, start, length);
  }

  private assertUsable(): void {
    this.session.life.assertAlive();
    assert(!this.isClosed, 'a closed file is not used');
  }

  private processDied(how: Death): void {
    // The machine goes on: what was to be synced is still there for the next process.
    if (how === 'kill' && this.running !== undefined) this.inode.abandonSync(this.running);
    this.release();
  }

  private release(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.forgetDeath();
    this.session.image.closeHandle(this.inode);
  }
}
