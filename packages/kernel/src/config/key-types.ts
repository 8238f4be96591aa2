import type { ConfigValue, Effect, KeyDefinition } from './key-table.ts';

export interface KeyOptions<T> {
  /** `accepted` unless given. */
  readonly effect?: Effect;
  readonly important?: boolean;
  readonly changeable?: boolean;
  readonly was?: readonly string[];
  /** The only value that can be kept so far, when another would promise something that does not happen. */
  readonly only?: { readonly value: T; readonly because: string };
}

export interface NumberOptions extends KeyOptions<number> {
  readonly min?: number;
  readonly max?: number;
}

export interface TextOptions extends KeyOptions<string> {
  readonly allowed?: string;
  /** False: not a value of this key. */
  readonly check?: (text: string) => boolean;
}

const INT_MAX = 0x7fffffff;
const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Java's int. */
export function intKey(defaultValue: number, meaning: string, options: NumberOptions = {}): KeyDefinition<number> {
  return numeric('int', INTEGER, { min: -INT_MAX - 1, max: INT_MAX, ...options }, defaultValue, meaning);
}

/** Java's long, as far as a JavaScript number is exact. */
export function longKey(defaultValue: number, meaning: string, options: NumberOptions = {}): KeyDefinition<number> {
  return numeric('long', INTEGER, { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, ...options }, defaultValue, meaning);
}

export function doubleKey(defaultValue: number, meaning: string, options: NumberOptions = {}): KeyDefinition<number> {
  return numeric('double', DECIMAL, { min: -Number.MAX_VALUE, max: Number.MAX_VALUE, ...options }, defaultValue, meaning);
}

/** Java takes every other word for false; here only `true` and `false`, in any case, are values. */
export function booleanKey(defaultValue: boolean, meaning: string, options: KeyOptions<boolean> = {}): KeyDefinition<boolean> {
  const parse = (text: string): { value: boolean } | undefined =>
    /^(?:true|false)$/i.test(text) ? { value: text.toLowerCase() === 'true' } : undefined;
  return define('boolean', defaultValue, meaning, 'true or false', parse, options);
}

export function textKey(defaultValue: string, meaning: string, options: TextOptions = {}): KeyDefinition<string> {
  const { check = () => true, allowed = 'any text' } = options;
  return define('string', defaultValue, meaning, allowed, (text) => (check(text) ? { value: text } : undefined), options);
}

/** Absent unless given; given without a value it is absent too. */
export function optionalTextKey(meaning: string, options: TextOptions = {}): KeyDefinition<string | undefined> {
  const { check = () => true, allowed = 'any text', ...rest } = options;
  const parse = (text: string): { value: string | undefined } | undefined => {
    if (text === '') return { value: undefined };
    return check(text) ? { value: text } : undefined;
  };
  return define<string | undefined>('string', undefined, meaning, allowed, parse, rest);
}

export function enumKey<const T extends string>(
  values: readonly T[],
  defaultValue: NoInfer<T>,
  meaning: string,
  options: KeyOptions<NoInfer<T>> = {},
): KeyDefinition<T> {
  const parse = (text: string): { value: T } | undefined => {
    const value = values.find((each) => each === text);
    return value === undefined ? undefined : { value };
  };
  return define('enum', defaultValue, meaning, values.join(', '), parse, options);
}

function numeric(
  type: 'int' | 'long' | 'double',
  form: RegExp,
  options: NumberOptions & { readonly min: number; readonly max: number },
  defaultValue: number,
  meaning: string,
): KeyDefinition<number> {
  const { min, max } = options;
  const parse = (text: string): { value: number } | undefined => {
    const value = Number(text);
    return form.test(text) && value >= min && value <= max ? { value } : undefined;
  };
  const kind = type === 'double' ? 'a number' : 'a whole number';
  const bounds = Math.abs(min) === Number.MAX_VALUE ? '' : ` from ${min} to ${max}`;
  return define(type, defaultValue, meaning, `${kind}${bounds}`, parse, options);
}

function define<T extends ConfigValue>(
  type: KeyDefinition['type'],
  defaultValue: T,
  meaning: string,
  allowed: string,
  parse: KeyDefinition<T>['parse'],
  options: KeyOptions<T>,
): KeyDefinition<T> {
  const { only } = options;
  const restricted: KeyDefinition<T>['parse'] = (text) => {
    const parsed = parse(text);
    return only === undefined || parsed?.value === only.value ? parsed : undefined;
  };
  return {
    type,
    defaultValue,
    meaning,
    effect: options.effect ?? 'accepted',
    isImportant: options.important ?? false,
    isChangeable: options.changeable ?? false,
    oldSpellings: options.was ?? [],
    allowed: only === undefined ? allowed : `${String(only.value)} (${only.because})`,
    parse: restricted,
  };
}
