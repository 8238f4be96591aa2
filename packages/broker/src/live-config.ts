import { type ConfigValue, readUpdate, textOf } from '@rocketmq-ts/kernel';
import { type DataVersion, type PropertyEntry, ResponseCode } from '@rocketmq-ts/remoting-protocol';

import { brokerKeyTables } from './config/index.ts';
import { nextVersion } from './data-version.ts';
import type { ConfigAccess } from './processors/admin/config.ts';
import type { Refusal } from './processors/refusal.ts';
import type { LiveSettings } from './settings.ts';

/** Types, ranges and the mark "changeable" of every key; the defaults, which depend on the machine, are not looked at. */
const TABLES = brokerKeyTables({ hostName: '', localAddress: '', homeFolder: '', cpuCount: 0, memoryBytes: 0 });

export interface LiveConfigParts {
  readonly live: LiveSettings;
  readonly properties: ReadonlyMap<string, string>;
  readonly wallMs: () => number;
  /** Told after a change, with what changed, as text. */
  readonly onChange: (changes: ReadonlyMap<string, string>) => void;
}

/**
 * The configuration in force: all of it can be read over the wire, the fields of `LiveSettings` can be changed. What
 * says how things are already is always fine, so that a tool may send back what it has read.
 */
export class LiveConfig implements ConfigAccess {
  readonly #parts: LiveConfigParts;
  readonly #properties: Map<string, string>;
  #version: DataVersion;

  constructor(parts: LiveConfigParts) {
    this.#parts = parts;
    this.#properties = new Map(parts.properties);
    this.#version = { timestamp: parts.wallMs(), counter: 0 };
  }

  get version(): DataVersion {
    return this.#version;
  }

  entries(): Iterable<readonly [string, string]> {
    return this.#properties;
  }

  update(entries: readonly PropertyEntry[]): Refusal | undefined {
    const update = readUpdate(TABLES, this.#properties, entries);
    if (update.outcome === 'refused') {
      const code = update.reason === 'impossible' ? ResponseCode.SYSTEM_ERROR : ResponseCode.NO_PERMISSION;
      return { code, remark: update.text };
    }
    if (update.changes.size === 0) return undefined;
    const texts = new Map([...update.changes].map(([key, value]) => [key, textOf(value)]));
    for (const [key, text] of texts) this.#properties.set(key, text);
    applyTo(this.#parts.live, update.changes);
    this.#version = nextVersion(this.#version, this.#parts.wallMs());
    this.#parts.onChange(texts);
    return undefined;
  }
}

/** Keys marked changeable are exactly the fields of `LiveSettings`, of the same types; a test holds the two together. */
function applyTo(live: LiveSettings, changes: ReadonlyMap<string, ConfigValue>): void {
  Object.assign(live, Object.fromEntries(changes));
}
