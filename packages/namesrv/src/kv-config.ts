/**
 * Namespaced settings that clients keep in the name server; in practice the order topics. In memory, and after every
 * change in `kvConfig.json`, in the form Java writes and reads.
 *
 *   {"configTable":{<namespace>:{<key>:<value>}}}
 *
 * Source: namesrv/kvconfig/KVConfigManager.java, KVConfigSerializeWrapper.java (4.6.0)
 */
import { type Disk, type Log, RmqError } from '@rocketmq-ts/kernel';
import { type JsonValue, type KVTable, parseFastjson, writeFastjson } from '@rocketmq-ts/remoting-protocol';
import { readTextFile, writeTextFile } from './atomic-file.ts';
import { inHashOrder } from './java-hash-order.ts';

/** Where the queues of order topics are configured: key topic, value `broker:queues;…`. */
export const ORDER_TOPIC_NAMESPACE = 'ORDER_TOPIC_CONFIG';

const TEXT_LENGTH_MAX = 1024;
const VALUE_LENGTH_MAX = 64 * 1024;
const ENTRY_COUNT_MAX = 100_000;

export class KvConfig {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #table = new Map<string, Map<string, string>>();
  /** The write under way, and whether it is too old for the latest change. */
  #writing: Promise<void> | undefined;
  #isChangedSince = false;

  constructor(disk: Disk, path: string) {
    this.#disk = disk;
    this.#path = path;
  }

  /**
   * Reads the file. One that can't be understood stops the start: going on would replace it at the next change.
   * @throws RmqError KV_CONFIG, DiskError
   */
  load(log: Log): void {
    const text = readTextFile(this.#disk, this.#path);
    if (text === undefined || text.trim() === '') return;
    let content: JsonValue;
    try {
      content = parseFastjson(text);
    } catch (error) {
      throw this.#unreadable(error instanceof Error ? error.message : String(error), error);
    }
    const table = content instanceof Map ? content.get('configTable') : undefined;
    if (!(table instanceof Map)) throw this.#unreadable('it has no configTable');
    for (const [namespace, entries] of table) {
      if (!(entries instanceof Map)) throw this.#unreadable(`namespace ${namespace} is not an object`);
      for (const [key, value] of entries) this.#namespace(namespace).set(key, textOf(value));
    }
    log.info('KV configuration loaded', { path: this.#path, namespaces: this.#table.size });
  }

  get(namespace: string, key: string): string | undefined {
    return this.#table.get(namespace)?.get(key);
  }

  /** The table of a namespace, undefined when it never had an entry. */
  list(namespace: string): KVTable | undefined {
    const entries = this.#table.get(namespace);
    return entries === undefined ? undefined : { table: new Map(inHashOrder(entries, ([key]) => key)) };
  }

  /** Resolves when the change is durable. @throws RmqError KV_CONFIG, DiskError */
  put(namespace: string, key: string, value: string): Promise<void> {
    if (namespace.length > TEXT_LENGTH_MAX || key.length > TEXT_LENGTH_MAX) {
      throw new RmqError('KV_CONFIG', `namespace and key may have up to ${TEXT_LENGTH_MAX} characters`);
    }
    if (value.length > VALUE_LENGTH_MAX) throw new RmqError('KV_CONFIG', `a value may have up to ${VALUE_LENGTH_MAX} characters`);
    if (this.get(namespace, key) === undefined && this.#entryCount() >= ENTRY_COUNT_MAX) {
      throw new RmqError('KV_CONFIG', `there are ${ENTRY_COUNT_MAX} entries already`);
    }
    this.#namespace(namespace).set(key, value);
    return this.#persist();
  }

  /** Resolves when the change is durable. @throws DiskError */
  delete(namespace: string, key: string): Promise<void> {
    this.#table.get(namespace)?.delete(key);
    return this.#persist();
  }

  /** Resolves when no write is under way. */
  async settled(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing.catch(() => undefined);
  }

  /** Changes made while a write is under way share the next one. */
  #persist(): Promise<void> {
    const before = this.#writing;
    if (before !== undefined && this.#isChangedSince) return before;
    this.#isChangedSince = before !== undefined;
    const write = (async () => {
      await before?.catch(() => undefined);
      this.#isChangedSince = false;
      await writeTextFile(this.#disk, this.#path, this.#text());
    })();
    this.#writing = write;
    const forget = (): void => {
      if (this.#writing === write) this.#writing = undefined;
    };
    write.then(forget, forget);
    return write;
  }

  #text(): string {
    const namespaces = inHashOrder(this.#table, ([namespace]) => namespace).map(
      ([namespace, entries]) => [namespace, new Map(inHashOrder(entries, ([key]) => key))] as const,
    );
    return writeFastjson(new Map([['configTable', new Map(namespaces)]]));
  }

  #namespace(namespace: string): Map<string, string> {
    let entries = this.#table.get(namespace);
    if (entries === undefined) {
      entries = new Map();
      this.#table.set(namespace, entries);
    }
    return entries;
  }

  #entryCount(): number {
    let count = 0;
    for (const entries of this.#table.values()) count += entries.size;
    return count;
  }

  #unreadable(reason: string, cause?: unknown): RmqError {
    return new RmqError('KV_CONFIG', `${this.#path} can't be read: ${reason}; repair it or move it away`, { cause });
  }
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : writeFastjson(value);
}
