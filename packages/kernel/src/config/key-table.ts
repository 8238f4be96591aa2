/**
 * A table of configuration keys: what a file may say, of which type, in which range, and what it does here.
 * Mechanism only; the tables themselves stand beside the programs that read them.
 */
export type ConfigValue = number | boolean | string | undefined;

/** `accepted`: known and harmless, without effect in this implementation. `later`: will act in a later version. */
export type Effect = 'acts' | 'accepted' | 'later';

export interface KeyDefinition<T extends ConfigValue = ConfigValue> {
  readonly type: 'int' | 'long' | 'double' | 'boolean' | 'string' | 'enum';
  readonly defaultValue: T;
  readonly meaning: string;
  readonly effect: Effect;
  /** Marked `*` in Java: printed by `-m`. */
  readonly isImportant: boolean;
  /** May be changed while the program runs. */
  readonly isChangeable: boolean;
  /** Names of the same key in older versions. */
  readonly oldSpellings: readonly string[];
  /** Completes "allowed: ". */
  readonly allowed: string;
  /** The text is trimmed. Undefined as a whole when it is not a value of this key. */
  readonly parse: (text: string) => { readonly value: T } | undefined;
}

export interface KeyTable<K extends Readonly<Record<string, KeyDefinition>> = Readonly<Record<string, KeyDefinition>>> {
  /** Whose keys these are, such as 'BrokerConfig'. */
  readonly owner: string;
  readonly keys: K;
}

export type ValuesOf<T extends KeyTable> = {
  readonly [P in keyof T['keys']]: T['keys'][P] extends KeyDefinition<infer V> ? V : never;
};

export function defineKeys<K extends Readonly<Record<string, KeyDefinition>>>(owner: string, keys: K): KeyTable<K> {
  return { owner, keys };
}

/** `undefined` is printed as nothing, as Java does. */
export function textOf(value: ConfigValue): string {
  return value === undefined ? '' : String(value);
}
