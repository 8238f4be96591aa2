import { posix } from 'node:path';
import type { Disk, DiskEntry, DiskFile, DiskLock, DiskUsage } from '../disk.ts';
import type { Death, DiskCall } from './disk-faults.ts';
import type { DiskImage } from './disk-image.ts';
import { diskError } from './disk-image.ts';
import type { Scheduler } from './scheduler.ts';
import type { SimDisk } from './sim-disk.ts';
import { SimFile } from './sim-file.ts';
import type { Life } from './sim-life.ts';
import { HostDied } from './sim-life.ts';

export interface DiskSessionOptions {
  readonly disk: SimDisk;
  readonly life: Life;
  readonly scheduler: Scheduler;
  /** The host's wall clock, for times of change. */
  readonly wallMs: () => number;
  /** Ends the host. */
  readonly die: (how: Death) => void;
}

/** A disk as one process sees it, until that process dies. */
export class DiskSession implements Disk {
  readonly image: DiskImage;
  readonly life: Life;
  readonly scheduler: Scheduler;
  readonly wallMs: () => number;
  private readonly disk: SimDisk;
  private readonly die: (how: Death) => void;
  private readonly locks = new Set<string>();

  constructor(options: DiskSessionOptions) {
    this.disk = options.disk;
    this.image = options.disk.image;
    this.life = options.life;
    this.scheduler = options.scheduler;
    this.wallMs = options.wallMs;
    this.die = options.die;
  }

  get bootId(): string {
    return this.disk.bootId;
  }

  open(path: string, mode: 'read' | 'readwrite'): DiskFile {
    this.enter('open', path);
    return new SimFile(this, path, this.image.file(path), mode);
  }

  create(path: string, sizeBytes: number): DiskFile {
    this.enter('create', path);
    const inode = this.image.addFile(path);
    inode.modifiedWallMs = this.wallMs();
    inode.truncate(sizeBytes);
    return new SimFile(this, path, inode, 'readwrite');
  }

  exists(path: string): boolean {
    this.life.assertAlive();
    return this.image.find(path) !== undefined;
  }

  sizeOf(path: string): number | undefined {
    this.life.assertAlive();
    const node = this.image.find(path);
    return node === undefined || node.type === 'folder' ? undefined : node.sizeBytes;
  }

  list(folder: string): DiskEntry[] {
    this.enter('list', folder);
    if (this.image.find(folder) === undefined) return [];
    const entries = [...this.image.folder(folder).live].map(([name, node]) => ({ name, isDirectory: node.type === 'folder' }));
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  makeDir(folder: string): void {
    this.enter('makeDir', folder);
    this.image.makeFolders(folder);
  }

  rename(from: string, to: string): void {
    this.enter('rename', from);
    this.image.rename(from, to);
  }

  remove(path: string): Promise<void> {
    return this.later('remove', path, { finish: () => this.image.removeFile(path) });
  }

  removeDir(folder: string): void {
    this.enter('removeDir', folder);
    this.image.removeFolder(folder);
  }

  syncDir(path: string): Promise<void> {
    this.life.assertAlive();
    if (this.image.find(path) === undefined) return Promise.reject(diskError('ENOENT', path));
    const folder = this.image.folder(path);
    const changes = folder.startSync();
    return this.later('syncDir', path, { finish: () => folder.finishSync(changes) });
  }

  usage(): DiskUsage {
    this.life.assertAlive();
    return { totalBytes: this.disk.totalBytes, freeBytes: this.disk.freeBytes };
  }

  tryLock(path: string): DiskLock | undefined {
    this.enter('tryLock', path);
    const key = posix.resolve('/', path);
    if (this.locks.has(key)) return undefined;
    if (!this.exists(path)) this.image.write(this.image.addFile(path), 0, Buffer.from('lock'), 0, 4);
    this.locks.add(key);
    return { release: () => void this.locks.delete(key) };
  }

  /** Counts a call and lets it fail, or the host die in it, as the test has asked for. `partly` is done first. */
  enter(call: DiskCall, path: string, partly?: (how: Death | 'fail') => void): void {
    this.life.assertAlive();
    const verdict = this.disk.faults.judge(call, path);
    if (verdict === undefined) return;
    partly?.('death' in verdict ? verdict.death : 'fail');
    if ('systemCode' in verdict) throw diskError(verdict.systemCode, path);
    this.die(verdict.death);
    throw new HostDied();
  }

  /**
   * A call that completes later, one way or the other. A process that dies meanwhile never hears of it.
   * `fail` is told when the call is to fail; the failure itself is decided at the call.
   */
  later(call: DiskCall, path: string, outcome: { finish: () => void; fail?: (error: unknown) => void }): Promise<void> {
    let failure: unknown;
    try {
      this.enter(call, path);
    } catch (error) {
      if (error instanceof HostDied) throw error;
      failure = error;
    }
    const { min, max } = this.disk.syncMs;
    return new Promise((resolve, reject) => {
      this.life.schedule('work', this.scheduler.between(min, max), () => {
        try {
          if (failure === undefined) {
            outcome.finish();
            return resolve();
          }
          outcome.fail?.(failure);
        } catch (error) {
          failure = error;
        }
        reject(failure as Error);
      });
    });
  }
}
