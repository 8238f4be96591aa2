import { assert } from '../assert.ts';
import type { Random } from '../random.ts';
import { DiskFaults } from './disk-faults.ts';
import { DiskImage } from './disk-image.ts';
import { PowerLoss } from './power-loss.ts';

/**
 * One host's disk as a test sees it. Its processes see it through `Env.disk`, and it outlives them.
 *
 * Fair faults, and all this disk does: a call fails with the code and at the call that a test chose, after any
 * prefix of its bytes; a write to a full disk is short; after a power failure every unsynced 512-byte sector is by
 * seed kept, lost, torn or garbled, every unsynced change of a size or a name there or not, in any combination.
 * Unfair, and never done: losing what a resolved `datasync` or `syncDir` covers, touching durable bytes that were
 * not written again (see PowerLoss), half a rename. Decay of durable bytes is done by hand, with `damage`.
 */
export class SimDisk {
  readonly faults = new DiskFaults();
  /** How long `datasync` and `syncDir` take; `remove` as well. */
  syncMs = { min: 0.05, max: 1 };
  /** For the processes of this host; tests use the methods below. */
  readonly image = new DiskImage();
  private readonly random: Random;
  private powerLosses = 0;

  constructor(random: Random) {
    this.random = random;
  }

  /** Another one after each failure of power. */
  get bootId(): string {
    return `boot-${this.powerLosses}`;
  }

  get totalBytes(): number {
    return this.image.totalBytes;
  }

  set totalBytes(bytes: number) {
    const { freeBytes } = this.image;
    this.image.totalBytes = bytes;
    this.image.freeBytes = Math.min(freeBytes, bytes);
  }

  /** Room that is left. Set it, and somebody else has filled the disk that far, or made room. */
  get freeBytes(): number {
    return this.image.freeBytes;
  }

  set freeBytes(bytes: number) {
    this.image.freeBytes = bytes;
  }

  exists(path: string): boolean {
    return this.image.find(path) !== undefined;
  }

  /** Paths of all files, sorted by code unit. */
  files(folder = '/'): string[] {
    const paths: string[] = [];
    const visit = (path: string): void => {
      const node = this.image.find(path);
      if (node?.type === 'file') paths.push(path);
      else for (const name of node?.live.keys() ?? []) visit(path === '/' ? `/${name}` : `${path}/${name}`);
    };
    visit(folder);
    return paths.sort((a, b) => (a < b ? -1 : 1));
  }

  /** A copy of what readers see. @throws DiskError ENOENT */
  readFile(path: string, start = 0, end = this.image.file(path).sizeBytes): Buffer {
    const bytes = Buffer.alloc(end - start);
    this.image.file(path).live.read(start, bytes, 0, bytes.length);
    return bytes;
  }

  /** Puts a durable file there, with its folders, in place of any other. */
  writeFile(path: string, bytes: Uint8Array): void {
    this.image.removeFile(path);
    this.image.makeFolders(path.slice(0, path.lastIndexOf('/')) || '/');
    const inode = this.image.addFile(path);
    assert(this.image.write(inode, 0, bytes, 0, bytes.length) === bytes.length, 'the file fits on the disk');
    this.image.makeDurable();
  }

  /** Changes durable bytes behind everybody's back, as a failing device does. */
  damage(path: string, position: number, bytes: Uint8Array): void {
    const inode = this.image.file(path);
    assert(position + bytes.length <= inode.sizeBytes, 'damage stays inside the file');
    this.image.write(inode, position, bytes, 0, bytes.length);
    inode.makeDurable();
  }

  /** Everything so far survives a failure of power, as if the machine had been shut down in order. */
  makeDurable(): void {
    this.image.makeDurable();
  }

  /** Called by the host when its power fails. */
  losePower(): void {
    this.powerLosses += 1;
    this.image.losePower(new PowerLoss(this.random));
  }
}
