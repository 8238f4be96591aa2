/**
 * Progress of a BROADCASTING group, one file per client id and group: `<folder>/<clientId>/<group>/offsets.json`, in
 * Java's form. Written to a temporary file, made durable, then renamed; the former file stays as `.bak`. An
 * unreadable file is not overwritten silently: the backup counts, and without one the start fails.
 *
 * Source: client/consumer/store/LocalFileOffsetStore.java (4.6.0)
 */
import { asError, MQClientError } from '@rocketmq-ts/client-core';
import type { Disk, Log } from '@rocketmq-ts/kernel';
import { DiskError } from '@rocketmq-ts/kernel';
import type { MessageQueue } from '@rocketmq-ts/remoting-protocol';
import { type OffsetStore, OffsetTable, type StoredOffset } from './offset-store.ts';
import { offsetsFromJson, offsetsToJson } from './offsets-json.ts';

/** Group, client id, and the store's own folder in its parent. */
const NEW_FOLDERS_MAX = 3;

export interface LocalOffsetStoreOptions {
  readonly disk: Disk;
  readonly log: Log;
  readonly folder: string;
  readonly clientId: string;
  readonly group: string;
}

export class LocalOffsetStore implements OffsetStore {
  readonly table = new OffsetTable();
  readonly path: string;
  readonly #folder: string;
  readonly #disk: Disk;
  readonly #log: Log;
  #written = '';
  #hasDurableFolder = false;
  #writing: Promise<void> | undefined;

  constructor({ disk, log, folder, clientId, group }: LocalOffsetStoreOptions) {
    this.#disk = disk;
    this.#log = log;
    this.#folder = `${folder}/${clientId}/${group}`;
    this.path = `${this.#folder}/offsets.json`;
  }

  /** @throws MQClientError RMQ_OFFSET_FILE */
  load(): void {
    for (const { mq, offset } of this.#readFile()) this.table.set(mq, offset);
  }

  read(mq: MessageQueue): Promise<StoredOffset> {
    const offset = this.table.get(mq);
    return Promise.resolve(offset === undefined ? { kind: 'none' } : { kind: 'offset', offset });
  }

  /** The whole table, whichever queues are asked for: it is one file. */
  async persist(): Promise<void> {
    // One write at a time: the later one sees everything the earlier one saw.
    while (this.#writing !== undefined) await this.#writing;
    const entries = this.table.entries();
    const json = offsetsToJson(entries);
    const text = json.toString('utf8');
    if (entries.length === 0 || text === this.#written) return;
    this.#writing = this.#write(json, text).finally(() => (this.#writing = undefined));
    await this.#writing;
  }

  committable(): undefined {
    return undefined;
  }

  reset(mq: MessageQueue, offset: number): void {
    this.table.set(mq, offset);
  }

  /** Nobody else moves it on: a queue that comes back continues where it was. */
  forget(): void {}

  async #write(json: Buffer, text: string): Promise<void> {
    try {
      await this.#replaceFile(json);
      this.#written = text;
    } catch (error) {
      this.#log.error('The offsets of a broadcasting group could not be written; it is tried again.', { path: this.path, error: asError(error) });
    }
  }

  async #replaceFile(json: Buffer): Promise<void> {
    const disk = this.#disk;
    const temporary = `${this.path}.tmp`;
    disk.makeDir(this.#folder);
    await disk.remove(temporary);
    const file = disk.create(temporary, 0);
    try {
      file.writeAt(0, json, 0, json.length);
      await file.datasync();
    } finally {
      file.close();
    }
    if (disk.exists(this.path)) disk.rename(this.path, `${this.path}.bak`);
    disk.rename(temporary, this.path);
    await disk.syncDir(this.#folder);
    await this.#syncParents();
  }

  /**
   * The folders may be new themselves: `<folder>/<clientId>/<group>` and, the first time on a machine, `<folder>`.
   * One that may not be opened is left to the system.
   */
  async #syncParents(): Promise<void> {
    if (this.#hasDurableFolder) return;
    this.#hasDurableFolder = true;
    let at = this.#folder;
    for (let i = 0; i < NEW_FOLDERS_MAX && at.lastIndexOf('/') > 0; i += 1) {
      at = at.slice(0, at.lastIndexOf('/'));
      await this.#disk.syncDir(at).catch((error: unknown) => this.#log.debug('A folder could not be made durable.', { folder: at, error: asError(error) }));
    }
  }

  #readFile(): { mq: MessageQueue; offset: number }[] {
    let failure: unknown;
    for (const path of [this.path, `${this.path}.bak`]) {
      if (!this.#disk.exists(path)) continue;
      try {
        return offsetsFromJson(this.#bytesOf(path));
      } catch (error) {
        failure = error;
        this.#log.warn('An offset file can not be read; its backup is tried.', { path, error: asError(error) });
      }
    }
    if (failure === undefined) return [];
    throw new MQClientError('RMQ_OFFSET_FILE', `The offsets in ${this.path} can not be read, and neither can a backup`, {
      cause: failure,
      hint: 'Repair the file, or remove it to begin where consumeFromWhere says.',
    });
  }

  #bytesOf(path: string): Buffer {
    const file = this.#disk.open(path, 'read');
    try {
      const bytes = Buffer.alloc(file.sizeBytes());
      const got = file.readAt(0, bytes, 0, bytes.length);
      if (got !== bytes.length) throw new DiskError('EIO', path, `${path}: only ${got} of ${bytes.length} bytes could be read`);
      return bytes;
    } finally {
      file.close();
    }
  }
}
