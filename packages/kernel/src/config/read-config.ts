import type { ConfigProblem } from './config-error.ts';
import { ConfigError } from './config-error.ts';
import type { ConfigValue, KeyDefinition, KeyTable, ValuesOf } from './key-table.ts';
import { textOf } from './key-table.ts';
import { nearestKey } from './nearest-key.ts';

/** One line of a file, as a parser of .properties text gives it. */
export interface ConfigEntry {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/** Tables of one program; no key is in two of them. */
export type KeyTables = Readonly<Record<string, KeyTable>>;

export interface ConfigReading<G extends KeyTables> {
  readonly fileName: string;
  readonly values: { readonly [P in keyof G]: ValuesOf<G[P]> };
  /** Known keys that the file sets, with the line that counts. */
  readonly lineOfKey: ReadonlyMap<string, number>;
  /** Set in the file, without effect in this implementation. */
  readonly withoutEffect: readonly string[];
  /** Set in the file, to act in a later version. */
  readonly later: readonly string[];
  readonly oldSpellings: readonly { readonly old: string; readonly key: string; readonly line: number }[];
  /** Set more than once; the last one counts, as in Java. */
  readonly repeated: readonly { readonly key: string; readonly lines: readonly number[] }[];
}

/**
 * Defaults, overlaid with what the file says. Blanks around a value do not count.
 * @throws ConfigError with every unknown key and impossible value of the file, not only the first
 */
export function readConfig<G extends KeyTables>(tables: G, entries: Iterable<ConfigEntry>, fileName: string): ConfigReading<G> {
  const known = knownKeys(tables);
  const problems: ConfigProblem[] = [];
  const found = new Map<string, { value: ConfigValue; lines: number[]; definition: KeyDefinition }>();
  const oldSpellings: { old: string; key: string; line: number }[] = [];
  for (const { key: written, value, line } of entries) {
    const match = known.get(written.trim());
    if (match === undefined) {
      problems.push(unknownKey(written.trim(), line, known));
      continue;
    }
    const { key, definition } = match;
    if (key !== written.trim()) oldSpellings.push({ old: written.trim(), key, line });
    const parsed = definition.parse(value.trim());
    if (parsed === undefined) {
      problems.push({ line, key, text: impossibleValue(key, value.trim(), definition) });
      continue;
    }
    const lines = [...(found.get(key)?.lines ?? []), line];
    found.set(key, { value: parsed.value, lines, definition });
  }
  if (problems.length > 0) throw new ConfigError(fileName, problems);
  const keysWith = (effect: string): string[] =>
    [...found].filter(([, { definition }]) => definition.effect === effect).map(([key]) => key);
  return {
    fileName,
    values: valuesOf(tables, (key, definition) => (found.has(key) ? found.get(key)?.value : definition.defaultValue)),
    lineOfKey: new Map([...found].map(([key, { lines }]) => [key, lines.at(-1) ?? 0])),
    withoutEffect: keysWith('accepted'),
    later: keysWith('later'),
    oldSpellings,
    repeated: [...found].filter(([, { lines }]) => lines.length > 1).map(([key, { lines }]) => ({ key, lines })),
  };
}

export interface ConfigText {
  readonly key: string;
  readonly value: ConfigValue;
  readonly text: string;
  readonly definition: KeyDefinition;
}

/** Every key with its value as text, in the order of the tables. */
export function* configTexts<G extends KeyTables>(tables: G, values: { readonly [P in keyof G]: ValuesOf<G[P]> }): Generator<ConfigText> {
  for (const [group, table] of Object.entries(tables)) {
    for (const [key, definition] of Object.entries(table.keys)) {
      const value = (values[group] as Readonly<Record<string, ConfigValue>>)[key];
      yield { key, value, text: textOf(value), definition };
    }
  }
}

export function impossibleValue(key: string, text: string, definition: KeyDefinition): string {
  return `'${shown(text)}' is not a value of ${key}; allowed: ${definition.allowed}`;
}

/** Every spelling that is understood, with the key it stands for. */
export function knownKeys(tables: KeyTables): Map<string, { readonly key: string; readonly definition: KeyDefinition }> {
  const known = new Map<string, { key: string; definition: KeyDefinition }>();
  for (const table of Object.values(tables)) {
    for (const [key, definition] of Object.entries(table.keys)) {
      for (const spelling of [key, ...definition.oldSpellings]) known.set(spelling, { key, definition });
    }
  }
  return known;
}

/** What came from outside, short enough for one line. */
export function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function unknownKey(key: string, line: number, known: ReadonlyMap<string, { key: string }>): ConfigProblem {
  const nearest = nearestKey(key, known.keys());
  const hint = nearest === undefined ? '' : `; did you mean '${known.get(nearest)?.key}'?`;
  return { line, key, text: `unknown key '${shown(key)}'${hint}` };
}

function valuesOf<G extends KeyTables>(tables: G, valueOf: (key: string, definition: KeyDefinition) => ConfigValue) {
  const groups = Object.entries(tables).map(([group, table]) => {
    const values = Object.entries(table.keys).map(([key, definition]) => [key, valueOf(key, definition)] as const);
    return [group, Object.fromEntries(values)] as const;
  });
  return Object.fromEntries(groups) as { readonly [P in keyof G]: ValuesOf<G[P]> };
}
