import { type Clock, type Disk, DiskError, type Log } from '@rocketmq-ts/kernel';
import { parentOf } from '../format/paths.ts';

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A small text file that is replaced as a whole, such as `config/topics.json`. At every moment of a crash there is a
 * complete old or new one:
 *
 *   write .tmp ─► datasync ─► rename to .bak what was there ─► rename .tmp ─► sync the folder
 *
 * Java differs: it deletes the file before renaming and syncs nothing, so that a power failure leaves an empty one.
 * Source: common/MixAll.java string2File, common/ConfigManager.java (4.6.0)
 */
export class JsonFile {
  readonly path: string;
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #log: Log;
  #nextText: string | undefined;
  #waiters: Waiter[] = [];
  #isSaving = false;

  constructor(env: { readonly disk: Disk; readonly clock: Clock; readonly log: Log }, path: string) {
    this.path = path;
    this.#disk = env.disk;
    this.#clock = env.clock;
    this.#log = env.log;
  }

  /**
   * What `parse` makes of the file, else of its `.bak`; undefined when there is neither. A file that is empty or that
   * `parse` throws at is set aside as `.bad-TIME`, for whoever wants to know what happened.
   * @throws DiskError when it is there and cannot be read
   */
  load<T>(parse: (text: string) => T): T | undefined {
    for (const path of [this.path, `${this.path}.bak`]) {
      if (!this.#disk.exists(path)) continue;
      try {
        return parse(this.#readWhole(path));
      } catch (error) {
        if (error instanceof DiskError) throw error;
        const aside = `${path}.bad-${this.#clock.wallMs()}`;
        this.#log.error('A configuration file is damaged; it is set aside.', { path, aside, error: error instanceof Error ? error : undefined });
        this.#disk.rename(path, aside);
      }
    }
    return undefined;
  }

  /** Resolves when this text, or a newer one, is durable. Texts that come while one is written are merged. */
  save(text: string): Promise<void> {
    this.#nextText = text;
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      if (!this.#isSaving) void this.#saveAll();
    });
  }

  async #saveAll(): Promise<void> {
    this.#isSaving = true;
    while (this.#nextText !== undefined) {
      const text = this.#nextText;
      const waiters = this.#waiters;
      this.#nextText = undefined;
      this.#waiters = [];
      try {
        await this.#replace(Buffer.from(text, 'utf8'));
        for (const waiter of waiters) waiter.resolve();
      } catch (error) {
        for (const waiter of waiters) waiter.reject(error);
      }
    }
    this.#isSaving = false;
  }

  async #replace(bytes: Buffer): Promise<void> {
    const folder = parentOf(this.path);
    const temporary = `${this.path}.tmp`;
    await makeFolder(this.#disk, folder);
    // A leftover may have failed to become durable once; only a fresh file can be trusted.
    await this.#disk.remove(temporary);
    const file = this.#disk.create(temporary, 0);
    try {
      file.writeAt(0, bytes, 0, bytes.length);
      await file.datasync();
    } finally {
      file.close();
    }
    if (this.#disk.exists(this.path)) this.#disk.rename(this.path, `${this.path}.bak`);
    this.#disk.rename(temporary, this.path);
    await this.#disk.syncDir(folder);
  }

  #readWhole(path: string): string {
    const file = this.#disk.open(path, 'read');
    const bytes = Buffer.alloc(file.sizeBytes());
    const count = file.readAt(0, bytes, 0, bytes.length);
    file.close();
    if (count === 0) throw new SyntaxError('the file is empty');
    return bytes.toString('utf8', 0, count);
  }
}

/** Makes a folder and those above it, with durable names. @throws DiskError */
export async function makeFolder(disk: Disk, folder: string): Promise<void> {
  const missing: string[] = [];
  for (let path = folder; !disk.exists(path) && path !== parentOf(path); path = parentOf(path)) missing.push(path);
  if (missing.length === 0) return;
  disk.makeDir(folder);
  for (const path of missing) await disk.syncDir(parentOf(path));
}
