import { posix } from 'node:path';
import { assert } from '../assert.ts';
import { DiskError } from '../errors.ts';
import type { PowerLoss } from './power-loss.ts';
import { SimFolder } from './sim-folder.ts';
import type { SimNode } from './sim-folder.ts';
import { SimInode } from './sim-inode.ts';
import { PAGE_BYTES, forEachPage } from './sparse-bytes.ts';

/** The tree of one disk and the room on it: what outlives a process. */
export class DiskImage {
  totalBytes = 64 * 1024 ** 3;
  private root = new SimFolder();
  private usedPages = 0;
  /** Taken by files of others; settable so that a test can fill the disk. */
  private foreignBytes = 0;

  get freeBytes(): number {
    return Math.max(0, this.totalBytes - this.foreignBytes - this.usedPages * PAGE_BYTES);
  }

  set freeBytes(bytes: number) {
    this.foreignBytes = this.totalBytes - this.usedPages * PAGE_BYTES - bytes;
  }

  find(path: string): SimNode | undefined {
    let node: SimNode | undefined = this.root;
    for (const name of namesOf(path)) {
      if (node?.type !== 'folder') return undefined;
      node = node.live.get(name);
    }
    return node;
  }

  file(path: string): SimInode {
    const node = this.find(path);
    if (node === undefined) throw diskError('ENOENT', path);
    if (node.type === 'folder') throw diskError('EISDIR', path);
    return node;
  }

  folder(path: string): SimFolder {
    const node = this.find(path);
    if (node === undefined) throw diskError('ENOENT', path);
    if (node.type !== 'folder') throw diskError('ENOTDIR', path);
    return node;
  }

  parent(path: string): { folder: SimFolder; name: string } {
    const normal = posix.resolve('/', path);
    return { folder: this.folder(posix.dirname(normal)), name: posix.basename(normal) };
  }

  addFile(path: string): SimInode {
    const { folder, name } = this.parent(path);
    if (folder.live.has(name)) throw diskError('EEXIST', path);
    const inode = new SimInode();
    folder.change(undefined, name, inode);
    inode.nameCount++;
    return inode;
  }

  makeFolders(path: string): void {
    let at = '/';
    let folder = this.root;
    for (const name of namesOf(path)) {
      at = posix.join(at, name);
      let node = folder.live.get(name);
      if (node === undefined) {
        node = new SimFolder();
        folder.change(undefined, name, node);
      }
      if (node.type !== 'folder') throw diskError('ENOTDIR', at);
      folder = node;
    }
  }

  rename(from: string, to: string): void {
    const source = this.parent(from);
    const target = this.parent(to);
    assert(source.folder === target.folder, 'a rename stays in its folder');
    const inode = this.file(from);
    const replaced = target.folder.live.get(target.name);
    if (replaced?.type === 'folder') throw diskError('EISDIR', to);
    if (replaced === inode) return;
    target.folder.change(source.name, target.name, inode);
    if (replaced !== undefined) this.unname(replaced);
  }

  removeFile(path: string): void {
    if (this.find(path) === undefined) return;
    const inode = this.file(path);
    const { folder, name } = this.parent(path);
    folder.change(name, undefined, undefined);
    this.unname(inode);
  }

  removeFolder(path: string): void {
    if (this.folder(path).live.size > 0) throw diskError('ENOTEMPTY', path);
    const { folder, name } = this.parent(path);
    folder.change(name, undefined, undefined);
  }

  /** Writes as much as there is room for, and says how much. */
  write(inode: SimInode, position: number, source: Uint8Array, start: number, length: number): number {
    let room = Math.floor(this.freeBytes / PAGE_BYTES);
    let fits = length;
    let added = 0;
    forEachPage(position, length, (index, _from, _to, done) => {
      if (done >= fits || inode.live.has(index)) return;
      if (room-- > 0) added++;
      else fits = done;
    });
    inode.write(position, source, start, fits);
    this.usedPages += added;
    return fits;
  }

  truncate(inode: SimInode, sizeBytes: number): void {
    const before = inode.live.pageCount;
    inode.truncate(sizeBytes);
    this.usedPages -= before - inode.live.pageCount;
  }

  closeHandle(inode: SimInode): void {
    inode.handleCount--;
    this.freeIfUnused(inode);
  }

  /** The power fails: see PowerLoss for what survives. No process is left that could hold a file. */
  losePower(powerLoss: PowerLoss): void {
    const survivors = new Map<SimNode, SimNode>();
    this.usedPages = 0;
    const survivorOf = (node: SimNode): SimNode => {
      let survivor = survivors.get(node);
      if (survivor === undefined) {
        survivor = node.type === 'file' ? node.afterPowerLoss(powerLoss) : node.afterPowerLoss(powerLoss, survivorOf);
        survivors.set(node, survivor);
        if (survivor.type === 'file') this.usedPages += survivor.live.pageCount;
      }
      if (survivor.type === 'file') survivor.nameCount++;
      return survivor;
    };
    this.root = this.root.afterPowerLoss(powerLoss, survivorOf);
  }

  makeDurable(): void {
    this.root.makeDurable();
  }

  private unname(inode: SimInode): void {
    inode.nameCount--;
    this.freeIfUnused(inode);
  }

  private freeIfUnused(inode: SimInode): void {
    if (inode.nameCount === 0 && inode.handleCount === 0) this.usedPages -= inode.live.pageCount;
  }
}

export function diskError(systemCode: string, path: string): DiskError {
  return new DiskError(systemCode, path, `simulated disk: ${systemCode} at ${path}`);
}

function namesOf(path: string): string[] {
  return posix
    .resolve('/', path)
    .split('/')
    .filter((name) => name !== '');
}
