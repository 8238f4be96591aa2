/**
 * The settings as a running name server has them: all can be read over the wire, those of a short list can be changed,
 * and changes are kept in the configuration file.
 *
 * Java differs: it lets anybody who reaches the port set every key, paths included, and ignores what it does not know;
 * that was CVE-2023-37582. Here a key is changeable only when it is listed, with values of its type.
 */
import { type Disk, readUpdate } from '@rocketmq-ts/kernel';
import { ResponseError } from '@rocketmq-ts/remoting';
import { parseProperties, type PropertyEntry, ResponseCode, writeProperties } from '@rocketmq-ts/remoting-protocol';
import { readTextFile, writeTextFile } from './atomic-file.ts';
import { namesrvKeyTables } from './config/index.ts';

export interface LiveSettingsOptions {
  readonly disk: Disk;
  /** Every key with its value as text. */
  readonly properties: ReadonlyMap<string, string>;
  /** Where changes are kept: Java's configStorePath. */
  readonly path: string;
}

export class LiveSettings {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #properties: Map<string, string>;
  #writing: Promise<void> = Promise.resolve();

  constructor({ disk, properties, path }: LiveSettingsOptions) {
    this.#disk = disk;
    this.#path = path;
    this.#properties = new Map(properties);
  }

  get isOrderMessageEnabled(): boolean {
    return this.#properties.get('orderMessageEnable') === 'true';
  }

  /** Brokers may take over the place of one that is alive. */
  get isBrokerMoveEnabled(): boolean {
    return this.#properties.get('brokerMoveEnable') === 'true';
  }

  /** All settings as .properties text. */
  text(): string {
    return writeProperties(this.#properties);
  }

  /**
   * Applies all entries or none; resolves when they are durable. Entries that say what is so already are always fine, so
   * that a tool may send back what it has read.
   * @throws ResponseError SYSTEM_ERROR for an unknown key or an impossible value, NO_PERMISSION for a key that is fixed
   */
  update(entries: readonly PropertyEntry[]): Promise<void> {
    const update = readUpdate(namesrvKeyTables({ homeFolder: '' }), this.#properties, entries);
    if (update.outcome === 'refused') {
      throw new ResponseError(update.reason === 'fixed' ? ResponseCode.NO_PERMISSION : ResponseCode.SYSTEM_ERROR, update.text);
    }
    const changes = new Map([...update.changes].map(([key, value]) => [key, String(value)]));
    for (const [key, value] of changes) this.#properties.set(key, value);
    if (changes.size === 0) return this.#writing;
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#store(changes));
    return this.#writing;
  }

  /** Resolves when no write is under way. */
  async settled(): Promise<void> {
    await this.#writing.catch(() => undefined);
  }

  #store(changes: ReadonlyMap<string, string>): Promise<void> {
    const before = readTextFile(this.#disk, this.#path) ?? '';
    return writeTextFile(this.#disk, this.#path, withChanges(before, changes));
  }
}

/** `text` with the lines of changed keys replaced and new keys added; everything else, comments too, stays. */
export function withChanges(text: string, changes: ReadonlyMap<string, string>): string {
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split('\n');
  const missing = new Map(changes);
  const entries = parseProperties(text);
  // From the end, so that the line numbers of earlier entries stay right.
  for (const { key, line } of entries.reverse()) {
    const value = changes.get(key);
    if (value === undefined) continue;
    const at = line - 1;
    lines.splice(at, lineCount(lines, at), writeProperties([[key, value]]).trimEnd());
    missing.delete(key);
  }
  const added = missing.size === 0 ? '' : writeProperties(missing);
  return lines.length === 0 ? added : `${lines.join('\n')}\n${added}`;
}

/** A line that ends with an odd number of backslashes goes on in the next. */
function lineCount(lines: readonly string[], at: number): number {
  let count = 1;
  while (/(^|[^\\])(\\\\)*\\\r?$/.test(lines[at + count - 1] ?? '')) count++;
  return count;
}
