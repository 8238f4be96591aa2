/**
 * Open consume queue files, least recently used ones closed: ten thousand queues are not ten thousand descriptors.
 * Files are opened for reading and writing; nothing is buffered here.
 */
import type { Disk, DiskFile } from '@rocketmq-ts/kernel';
import { assert, DiskError } from '@rocketmq-ts/kernel';

export class OpenFiles {
  readonly #disk: Disk;
  readonly #countMax: number;
  /** In the order of their last use. */
  readonly #files = new Map<number, DiskFile>();

  constructor(disk: Disk, countMax: number) {
    assert(countMax > 0, 'at least one file may be open');
    this.#disk = disk;
    this.#countMax = countMax;
  }

  /** The file under this key, from the cache or the disk; undefined when it does not exist. */
  get(key: number, path: () => string): DiskFile | undefined {
    const known = this.#files.get(key);
    if (known !== undefined) {
      this.#files.delete(key);
      this.#files.set(key, known);
      return known;
    }
    try {
      return this.#add(key, this.#disk.open(path(), 'readwrite'));
    } catch (error) {
      if (error instanceof DiskError && error.systemCode === 'ENOENT') return undefined;
      throw error;
    }
  }

  create(key: number, path: string, sizeBytes: number): DiskFile {
    return this.#add(key, this.#disk.create(path, sizeBytes));
  }

  close(key: number): void {
    this.#files.get(key)?.close();
    this.#files.delete(key);
  }

  closeAll(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }

  #add(key: number, file: DiskFile): DiskFile {
    if (this.#files.size >= this.#countMax) {
      for (const oldest of this.#files.keys()) {
        this.close(oldest);
        break;
      }
    }
    this.#files.set(key, file);
    return file;
  }
}
