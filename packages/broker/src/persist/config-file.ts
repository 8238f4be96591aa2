import type { Env } from '@rocketmq-ts/kernel';
import { JsonFile } from '@rocketmq-ts/store';

import { withChangedProperties } from './changed-properties.ts';

/**
 * Writes what was changed at run time into the broker's configuration file, so that it holds after a restart. A file
 * that can't be written stays as it is; the log says so, and the change holds until the broker stops.
 */
export class ConfigFile {
  readonly #env: Pick<Env, 'clock' | 'disk' | 'log'>;
  readonly #path: string;
  readonly #file: JsonFile;
  #writing: Promise<void> = Promise.resolve();

  constructor(env: Pick<Env, 'clock' | 'disk' | 'log'>, path: string) {
    this.#env = env;
    this.#path = path;
    this.#file = new JsonFile(env, path);
  }

  keep(changes: ReadonlyMap<string, string>): void {
    this.#writing = this.#writing.then(() => this.#write(changes));
  }

  /** Resolves when no write is under way. */
  settled(): Promise<void> {
    return this.#writing;
  }

  async #write(changes: ReadonlyMap<string, string>): Promise<void> {
    try {
      await this.#file.save(withChangedProperties(this.#read(), changes));
    } catch (error) {
      this.#env.log.error('A changed setting could not be kept in the configuration file.', { path: this.#path, error: error as Error });
    }
  }

  #read(): string {
    const file = this.#env.disk.open(this.#path, 'read');
    try {
      const bytes = Buffer.alloc(file.sizeBytes());
      return bytes.toString('utf8', 0, file.readAt(0, bytes, 0, bytes.length));
    } finally {
      file.close();
    }
  }
}
