import type { ConfigValue } from './key-table.ts';
import { textOf } from './key-table.ts';
import type { ConfigEntry, KeyTables } from './read-config.ts';
import { impossibleValue, knownKeys, shown } from './read-config.ts';

export type ConfigUpdate =
  | { readonly outcome: 'changes'; readonly changes: ReadonlyMap<string, ConfigValue> }
  /** `unknown`: no such key; `fixed`: only a restart can change it; `impossible`: no value of this key. */
  | { readonly outcome: 'refused'; readonly reason: 'unknown' | 'fixed' | 'impossible'; readonly key: string; readonly text: string };

/**
 * What a request to change settings of a running program comes to: all of it or, with the first reason, nothing.
 * An entry that says how things are (`current`, by key as text) is always fine, so that a tool may send back what
 * it has read; else only keys marked changeable are changed. Old spellings are understood in files only.
 */
export function readUpdate(tables: KeyTables, current: ReadonlyMap<string, string>, entries: Iterable<ConfigEntry>): ConfigUpdate {
  const known = knownKeys(tables);
  const changes = new Map<string, ConfigValue>();
  for (const { key, value } of entries) {
    const definition = known.get(key)?.definition;
    if (definition === undefined || known.get(key)?.key !== key) {
      return { outcome: 'refused', reason: 'unknown', key, text: `'${shown(key)}' is not a setting` };
    }
    const text = value.trim();
    if (text === current.get(key)) {
      changes.delete(key);
      continue;
    }
    if (!definition.isChangeable) {
      return { outcome: 'refused', reason: 'fixed', key, text: `${key} cannot be changed at run time: edit the file and restart` };
    }
    const parsed = definition.parse(text);
    if (parsed === undefined) return { outcome: 'refused', reason: 'impossible', key, text: impossibleValue(key, text, definition) };
    if (textOf(parsed.value) !== current.get(key)) changes.set(key, parsed.value);
  }
  return { outcome: 'changes', changes };
}
